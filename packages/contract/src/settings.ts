/**
 * `GET` and `PUT /api/settings/sync`, `/defaults`, `/budget`, `/notifications`; `POST /api/settings/notifications/test`. A page is read and saved as a
 * whole. Administrators save; they take effect in every process within a second, without a restart.
 */
import { z } from 'zod';
import { NOTICE_TYPES } from './notifications.ts';

/** Whole seconds, days, or shares from 0 to 1; the ranges are what the server accepts. */
export const SETTING_RANGES = {
  pollEverySeconds: { min: 5, max: 3_600 },
  userPollEverySeconds: { min: 60, max: 86_400 },
  deepEverySeconds: { min: 120, max: 86_400 },
  formulaEveryHours: { min: 1, max: 168 },
  bulkFromRecords: { min: 200, max: 100_000 },
  historyDays: { min: 5, max: 730 },
  brakeSharePercent: { min: 1, max: 100 },
  brakeFloorRecords: { min: 1, max: 10_000_000 },
  brakeWindowMinutes: { min: 10, max: 1_440 },
  share: { min: 0.05, max: 1 },
  slowAt: { min: 0.1, max: 1 },
  pauseAt: { min: 0.2, max: 1 },
} as const;

const whole = (name: keyof typeof SETTING_RANGES) =>
  z.number().int().min(SETTING_RANGES[name].min).max(SETTING_RANGES[name].max);
const share = (name: keyof typeof SETTING_RANGES) =>
  z.number().min(SETTING_RANGES[name].min).max(SETTING_RANGES[name].max);

export const SyncSettings = z.object({
  /** How often leads, contacts, accounts, opportunities and roles are asked for. */
  pollEverySeconds: whole('pollEverySeconds'),
  userPollEverySeconds: whole('userPollEverySeconds'),
  /** How often a pass starts further back, for rows that were committed late. */
  deepEverySeconds: whole('deepEverySeconds'),
  /** How often formula fields are read of records that did not change. */
  formulaEveryHours: whole('formulaEveryHours'),
  /** From this many records of one object a send goes by Bulk. */
  bulkFromRecords: whole('bulkFromRecords'),
  /** Runs, errors and conflicts are kept this long. */
  historyDays: whole('historyDays'),
  /** SAFE1: more than this share of an object and more than so many records, changed within the window, and somebody is asked. */
  brakeSharePercent: whole('brakeSharePercent'),
  brakeFloorRecords: whole('brakeFloorRecords'),
  brakeWindowMinutes: whole('brakeWindowMinutes'),
  /** Why nobody is asked whatever changes; null: the brake is on. */
  brakeOffReason: z.string().trim().min(3).max(300).nullable(),
  /** ID7: before a lead is made, a record with its e-mail address is looked for in Salesforce. */
  linksByEmail: z.boolean().default(false),
});
export type SyncSettings = z.infer<typeof SyncSettings>;
/** With what it costs: API calls a day of reading when nothing changes. */
export const SyncSettingsAnswer = SyncSettings.extend({ idleCallsPerDay: z.number().int() });
export type SyncSettingsAnswer = z.infer<typeof SyncSettingsAnswer>;

/** Last name and company: used only where the person's own value is empty, and only when its lead is first made (N114). null: none. */
export const DefaultSettings = z.object({
  lastName: z.string().trim().min(1).max(80).nullable(),
  company: z.string().trim().min(1).max(255).nullable(),
  /** OUT32: whether a record that a duplicate rule blocks may be saved all the same, where the rule lets that be and somebody asks for it. */
  saveDuplicates: z.boolean().default(false),
});
export type DefaultSettings = z.infer<typeof DefaultSettings>;

/** Shares from 0 to 1. `slowAt` is below `pauseAt`. */
export const BudgetSettings = z
  .object({ share: share('share'), slowAt: share('slowAt'), pauseAt: share('pauseAt') })
  .refine(({ slowAt, pauseAt }) => slowAt < pauseAt, { path: ['slowAt'] });
export type BudgetSettings = z.infer<typeof BudgetSettings>;

/** Which notices the bell rings for, and which are posted to the address, as JSON `{type, code, title, advice, count, at}`. */
const Chosen = z.partialRecord(z.enum(NOTICE_TYPES), z.boolean());

/** A type that is not named rings, and is not posted. The address is a secret, since it often holds one: only its host is told (SEC2). */
export const NotificationSettingsAnswer = z.object({
  bell: Chosen,
  webhook: Chosen,
  webhookHost: z.string().nullable(),
});
export type NotificationSettingsAnswer = z.infer<typeof NotificationSettingsAnswer>;

export const NotificationSettings = z.object({
  bell: Chosen,
  webhook: Chosen,
  /** https, or http on this machine. Absent: as it is; null: nothing is posted. */
  webhookUrl: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .nullish(),
});
export type NotificationSettings = z.infer<typeof NotificationSettings>;
/** What the address answered: an HTTP status, or null where it could not be reached. */
export const WebhookTest = z.object({ status: z.number().int().nullable() });
export type WebhookTest = z.infer<typeof WebhookTest>;
