/** Step 2, as checks: what the sync user may do, what follows where it may not, and who can mend it (N19, N22 to N29). Pure. */
import type { UserCheck } from '@syncline/contract/setup-org';
import { SYNC_OBJECTS } from '../mapping/mapping.ts';

/** Rights of a user as such that the setup asks for, by Salesforce's own names. */
export const SYSTEM_RIGHTS = {
  email_templates: ['PermissionsEditHtmlTemplates', 'PermissionsEditPublicDocuments', 'PermissionsEditPublicTemplates'],
  convert_leads: ['PermissionsConvertLeads'],
  edit_events: ['PermissionsEditEvent'],
  edit_tasks: ['PermissionsEditTask'],
} as const;
export const NEVER_EXPIRES = 'PermissionsPasswordNeverExpires';

/** N24; where nothing is written the sync does without the other rights, and some actions do not. */
export const GOVERNED_OBJECTS = ['Lead', 'Contact', 'Account', 'Opportunity', 'Campaign'] as const;
export type GovernedObject = (typeof GOVERNED_OBJECTS)[number];

export interface ObjectRights {
  readonly read: boolean;
  readonly create: boolean;
  readonly edit: boolean;
  readonly delete: boolean;
}

export interface UserFacts {
  readonly isActive: boolean | null;
  /** `Salesforce`; null: it cannot be told. */
  readonly licence: string | null;
  readonly isAdministrator: boolean | null;
  readonly isPasswordSignIn: boolean;
  readonly edition: string;
  /** Rights that the user has, of those that this org knows. */
  readonly rights: { readonly has: ReadonlySet<string>; readonly known: ReadonlySet<string> } | null;
  readonly objects: Readonly<Record<GovernedObject, ObjectRights>>;
  /** Needed fields that are not seen, `Lead.Status` (N29). */
  readonly hidden: readonly string[];
  /** `Account.Type`, `Event`, `Task`: those of them that are not seen (N25). */
  readonly hiddenForActivities: readonly string[];
  readonly isMarketingUser: boolean | null;
  /** Records that the user sees and that an admin sees; null: no admin is signed in. */
  readonly counts: readonly { readonly object: string; readonly seen: number; readonly there: number }[] | null;
}

const check = (name: UserCheck['check'], given: Partial<UserCheck>): UserCheck => ({
  check: name,
  object: null,
  missing: [],
  state: 'passed',
  effect: 'advice',
  whoCanFix: 'salesforce-admin',
  isMendable: false,
  seen: null,
  there: null,
  ...given,
});

const told = (passes: boolean | null): UserCheck['state'] =>
  passes === null ? 'cannot_tell' : passes ? 'passed' : 'to_fix';

export const userChecks = (facts: UserFacts): readonly UserCheck[] => [
  check('user_active', { state: told(facts.isActive), effect: 'blocks_start' }),
  check('licence', {
    state: told(facts.licence === null ? null : facts.licence === 'Salesforce'),
    missing: facts.licence === null || facts.licence === 'Salesforce' ? [] : [facts.licence],
    effect: 'blocks_start',
  }),
  check('dedicated', { state: told(facts.isAdministrator === null ? null : !facts.isAdministrator) }),
  ...(facts.isPasswordSignIn
    ? [check('password_never_expires', { ...rightsOf(facts, [NEVER_EXPIRES]), isMendable: true })]
    : []),
  // It answered, so it is allowed.
  check('api_enabled', { effect: 'blocks_start', isMendable: true }),
  ...(Object.keys(SYSTEM_RIGHTS) as (keyof typeof SYSTEM_RIGHTS)[]).map((name) =>
    check(name, { ...rightsOf(facts, SYSTEM_RIGHTS[name]), effect: 'limits', isMendable: true }),
  ),
  ...GOVERNED_OBJECTS.map((object) => objectCheck(object, facts.objects[object])),
  ...SYNC_OBJECTS.map((object) => neededCheck(object, facts.hidden)),
  check('activity_fields', {
    missing: [...facts.hiddenForActivities],
    state: told(facts.hiddenForActivities.length === 0),
    effect: 'limits',
    isMendable: true,
  }),
  check('marketing_user', { state: told(facts.isMarketingUser), effect: 'limits', isMendable: true }),
  ...(facts.counts === null
    ? [check('sharing', { state: 'cannot_tell' })]
    : facts.counts.map(({ object, seen, there }) =>
        check('sharing', { object, seen, there, state: told(seen >= there) }),
      )),
  ...(facts.edition === 'Professional Edition' ? [check('professional_layouts', PROFESSIONAL)] : []),
];

/** N27: without field-level security what is on no layout is seen by nobody; a person looks. */
const PROFESSIONAL = { state: 'cannot_tell', effect: 'blocks_start' } as const;

const rightsOf = ({ rights }: UserFacts, names: readonly string[]): Pick<UserCheck, 'state' | 'missing'> => {
  const known = rights === null ? [] : names.filter((name) => rights.known.has(name));
  if (rights === null || known.length === 0) return { state: 'cannot_tell', missing: [] };
  const missing = known.filter((name) => !rights.has.has(name)).map((name) => name.replace('Permissions', ''));
  return { state: told(missing.length === 0), missing };
};

const objectCheck = (object: GovernedObject, rights: ObjectRights): UserCheck => {
  const missing = (['read', 'create', 'edit', 'delete'] as const).filter((right) => !rights[right]);
  // Without campaigns the rest syncs.
  const blocks = missing.includes('read') && object !== 'Campaign';
  return check('object_rights', {
    object,
    missing: [...missing],
    state: told(missing.length === 0),
    effect: blocks ? 'blocks_start' : 'limits',
    isMendable: true,
  });
};

const neededCheck = (object: string, hidden: readonly string[]): UserCheck => {
  const missing = hidden.filter((path) => path.startsWith(`${object}.`)).map((path) => path.slice(object.length + 1));
  return check('needed_field', {
    object,
    missing,
    state: told(missing.length === 0),
    effect: 'blocks_start',
    isMendable: true,
  });
};
