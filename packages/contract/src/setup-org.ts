/**
 * Steps 1 and 2 of the setup, asked of the org now: `GET`/`POST /api/setup/fields`, `GET`/`POST /api/setup/sync-user`,
 * `GET /api/setup/package.zip`, and a Salesforce admin's sign-in for a moment: `POST`/`DELETE /api/setup/admin-session`.
 */
import { z } from 'zod';
import { WHO_CAN_FIX } from './problems.ts';
import { Time } from './shared.ts';

// -- an admin for a moment --------------------------------------------------------------------------------------------

/**
 * Held in the memory of the server for 30 minutes, for whoever signed in alone, and never stored. `practice`: the administrator of the practice org that
 * was started beside this server.
 */
export const AdminSignIn = z.discriminatedUnion('method', [
  z.object({
    method: z.literal('password'),
    /** Absent: where the connection signs in, or login.salesforce.com. */
    host: z.string().trim().max(300).optional(),
    isSandbox: z.boolean(),
    username: z.string().trim().min(1).max(200),
    password: z.string().min(1).max(4000),
    securityToken: z.string().max(200).optional(),
  }),
  z.object({ method: z.literal('practice') }),
]);
export type AdminSignIn = z.infer<typeof AdminSignIn>;

export const AdminSession = z.object({ username: z.string(), until: Time });
export type AdminSession = z.infer<typeof AdminSession>;
export const AdminSessionAnswer = z.object({ admin: AdminSession.nullable() });

// -- step 1: fields in Salesforce -------------------------------------------------------------------------------------

/** `hidden`: it is there, and the sync user does not see it; only an admin can tell that from `missing`. `cannot_tell`: nobody is signed in. */
export const FieldPlaceState = z.enum(['found', 'missing', 'hidden', 'wrong_type', 'read_only', 'cannot_tell']);
export type FieldPlaceState = z.infer<typeof FieldPlaceState>;
export const FieldPlace = z.object({
  state: FieldPlaceState,
  /** What is there instead, where the type is another: `Text(255)`. */
  foundType: z.string().nullable(),
});
export type FieldPlace = z.infer<typeof FieldPlace>;

export const FIELD_TIERS = ['needed', 'recommended', 'optional'] as const;

/** One field on both objects. Names in acts are `Lead.Score__c`. */
export const SetupField = z.object({
  label: z.string(),
  /** What it is called there; where it is missing, what it would be called. */
  apiName: z.string(),
  /** `Number(10, 0)`. */
  type: z.string(),
  tier: z.enum(FIELD_TIERS),
  lead: FieldPlace,
  contact: FieldPlace,
  /** Who may write it in Salesforce (N20). `cannot_tell`: no admin is signed in. */
  edit: z.enum(['sync_user', 'everyone', 'cannot_tell']),
  /** Whether a converted lead's value goes to the contact (N21). `not_needed`: it makes no sense for this one. */
  onConvert: z.enum(['mapped', 'not_mapped', 'not_needed', 'cannot_tell']),
});
export type SetupField = z.infer<typeof SetupField>;

export const SetupFields = z.object({
  admin: AdminSession.nullable(),
  /** Places of `wanted` (twice 17) that are found and writable. */
  found: z.number().int(),
  wanted: z.number().int(),
  fields: z.array(SetupField),
});
export type SetupFields = z.infer<typeof SetupFields>;

const Places = z.array(z.string().max(200)).max(100).optional();

/** Each place is `Lead.Score__c`. What is created is granted in the same act (SET3). */
export const SetupFieldsAct = z.object({
  create: Places,
  /** Everybody may read it, the sync user alone may write it. */
  fixAccess: Places,
  /** Lead fields by their own name. */
  mapOnConvert: Places,
});
export type SetupFieldsAct = z.infer<typeof SetupFieldsAct>;

/** One row an act and place. Salesforce's own word and text where it refused. */
export const SetupOutcome = z.object({
  act: z.enum(['create', 'fix_access', 'map_on_convert', 'permission_set', 'assign', 'object_rights', 'field_rights']),
  place: z.string(),
  done: z.boolean(),
  code: z.string().nullable(),
  message: z.string().nullable(),
});
export type SetupOutcome = z.infer<typeof SetupOutcome>;
export const SetupOutcomes = z.object({ outcomes: z.array(SetupOutcome) });
export type SetupOutcomes = z.infer<typeof SetupOutcomes>;

// -- step 2: the sync user --------------------------------------------------------------------------------------------

export const USER_CHECKS = [
  'user_active',
  'licence',
  'dedicated',
  'password_never_expires',
  'api_enabled',
  'email_templates',
  'convert_leads',
  'edit_events',
  'edit_tasks',
  'object_rights',
  'needed_field',
  'activity_fields',
  'marketing_user',
  'sharing',
  'professional_layouts',
] as const;

export const UserCheck = z.object({
  check: z.enum(USER_CHECKS),
  /** The object concerned, where there is one: `Lead`. */
  object: z.string().nullable(),
  /** Fields or rights that are missing: `Status`, `delete`. */
  missing: z.array(z.string()),
  state: z.enum(['passed', 'to_fix', 'cannot_tell']),
  /** What follows where it does not pass. */
  effect: z.enum(['blocks_start', 'limits', 'advice']),
  whoCanFix: z.enum(WHO_CAN_FIX),
  /** `POST /api/setup/sync-user` mends it, once an admin is signed in. */
  isMendable: z.boolean(),
  /** For `sharing`: records that the sync user sees, of those there. */
  seen: z.number().int().nullable(),
  there: z.number().int().nullable(),
});
export type UserCheck = z.infer<typeof UserCheck>;

export const SetupUser = z.object({
  admin: AdminSession.nullable(),
  user: z.object({ username: z.string(), name: z.string(), profile: z.string().nullable() }),
  edition: z.string(),
  /** In the order of `USER_CHECKS`, an object at a time. */
  checks: z.array(UserCheck),
});
export type SetupUser = z.infer<typeof SetupUser>;
