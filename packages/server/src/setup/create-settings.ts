/**
 * The pages of settings. A page is read and saved as a whole; saving says so on a channel, and every process follows within a second:
 * the bounds that loops read each time they wait are one object, whose values change in place.
 */
import type {
  BudgetSettings,
  DefaultSettings,
  NotificationSettings,
  NotificationSettingsAnswer,
  SyncSettings,
  SyncSettingsAnswer,
} from '@syncline/contract/settings';
import {
  BudgetSettings as BudgetShape,
  DefaultSettings as DefaultShape,
  SETTING_RANGES,
} from '@syncline/contract/settings';
import type { Logger } from 'pino';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { traceOf } from '../errors/trace.ts';
import type { Bounds } from '../lib/bounds.ts';
import type { Service } from '../lib/service.ts';
import { SYNC_OBJECTS } from '../mapping/mapping.ts';
import type { Sealer } from './secrets.ts';
import { readSettings, writeSettings } from './settings-store.ts';
import type { Settings } from './setup.ts';

const SETTINGS_CHANNEL = 'syncline_settings';

/** Settings that are bounds: how the page names them, how the bound is named, and how many of its units are one of the page's. */
const BOUND_OF = {
  pollEverySeconds: ['pollEveryMs', 1000],
  userPollEverySeconds: ['userPollEveryMs', 1000],
  deepEverySeconds: ['deepEveryMs', 1000],
  formulaEveryHours: ['formulaEveryMs', 3_600_000],
  bulkFromRecords: ['bulkFrom', 1],
  brakeSharePercent: ['brakeShare', 0.01],
  brakeFloorRecords: ['brakeFloor', 1],
  brakeWindowMinutes: ['brakeWindowMs', 60_000],
} as const satisfies Readonly<
  Record<
    Exclude<keyof SyncSettings, 'historyDays' | 'brakeOffReason' | 'linksByEmail'>,
    readonly [keyof Bounds, number]
  >
>;
const BOUND_NAMES = Object.values(BOUND_OF).map(([name]) => name);

const HISTORY_DAYS_DEFAULT = 90;
const BUDGET_DEFAULT: BudgetSettings = { share: 0.5, slowAt: 0.8, pauseAt: 0.95 };

export type LiveBounds = { -readonly [Name in keyof Bounds]: Bounds[Name] };

export interface SettingsParts {
  readonly db: Database;
  readonly sealer: Sealer;
  /** The bounds of this process; `follow` changes them in place. */
  readonly bounds: LiveBounds;
  readonly log: Logger;
}

export const createSettings = ({ db, sealer, bounds, log }: SettingsParts): Settings => {
  const given: Bounds = { ...bounds };
  /** What the page shows: as `bounds`, but for a brake that is off. */
  const chosen: Pick<LiveBounds, (typeof BOUND_NAMES)[number]> = { ...bounds };

  const save = async (values: Readonly<Record<string, unknown>>): Promise<void> => {
    await db.transaction(async (tx) => {
      await writeSettings(tx, values);
      await tx.query('select pg_notify($1, $2)', [SETTINGS_CHANNEL, '']);
    });
  };

  const apply = async (): Promise<void> => {
    const stored = await readSettings(db, [...BOUND_NAMES, 'brakeOff']);
    for (const name of BOUND_NAMES) {
      const value = stored.get(name);
      chosen[name] = typeof value === 'number' && Number.isFinite(value) ? value : given[name];
    }
    Object.assign(bounds, chosen, isText(stored.get('brakeOff')) ? { brakeFloor: Number.POSITIVE_INFINITY } : {});
  };

  const sync = async (): Promise<SyncSettingsAnswer> => {
    await apply();
    const settings: SyncSettings = {
      pollEverySeconds: pageValue('pollEverySeconds', chosen),
      userPollEverySeconds: pageValue('userPollEverySeconds', chosen),
      deepEverySeconds: pageValue('deepEverySeconds', chosen),
      formulaEveryHours: pageValue('formulaEveryHours', chosen),
      bulkFromRecords: pageValue('bulkFromRecords', chosen),
      historyDays: await historyDays(),
      brakeSharePercent: pageValue('brakeSharePercent', chosen),
      brakeFloorRecords: pageValue('brakeFloorRecords', chosen),
      brakeWindowMinutes: pageValue('brakeWindowMinutes', chosen),
      brakeOffReason: await brakeOffReason(),
      linksByEmail: (await readSettings(db, ['linkByEmail'])).get('linkByEmail') === true,
    };
    return { ...settings, idleCallsPerDay: idleCallsPerDay(settings) };
  };

  const historyDays = async (): Promise<number> => {
    const days = (await readSettings(db, ['historyDays'])).get('historyDays');
    return typeof days === 'number' ? days : HISTORY_DAYS_DEFAULT;
  };

  const brakeOffReason = async (): Promise<string | null> => {
    const reason = (await readSettings(db, ['brakeOff'])).get('brakeOff');
    return isText(reason) ? reason : null;
  };

  const budget = async (): Promise<BudgetSettings> => {
    const stored = BudgetShape.safeParse((await readSettings(db, ['apiBudget'])).get('apiBudget'));
    return stored.success ? stored.data : BUDGET_DEFAULT;
  };

  const notifications = async (): Promise<NotificationSettingsAnswer> => {
    const stored = (await readSettings(db, ['notifications'])).get('notifications');
    const url = await webhookUrl();
    return { ...chosenOf(stored), webhookHost: url === null ? null : new URL(url).host };
  };

  const webhookUrl = async (): Promise<string | null> => {
    const sealed = (await readSettings(db, ['webhook'])).get('webhook');
    if (typeof sealed !== 'string') return null;
    return sealer.open(Buffer.from(sealed, 'base64'))['url'] ?? null;
  };

  return {
    sync,
    saveSync: async ({ historyDays: days, brakeOffReason: reason, linksByEmail, ...page }) => {
      const values = Object.entries(BOUND_OF).map(([name, [bound, unit]]) => [
        bound,
        page[name as keyof typeof BOUND_OF] * unit,
      ]);
      await save({
        ...Object.fromEntries(values),
        historyDays: days,
        brakeOff: reason,
        linkByEmail: linksByEmail ? true : null,
      });
      return sync();
    },
    defaults: async () => {
      const stored = await readSettings(db, ['defaultLastName', 'defaultCompany', 'saveDuplicates']);
      const read = DefaultShape.safeParse({
        lastName: stored.get('defaultLastName') ?? null,
        company: stored.get('defaultCompany') ?? null,
        saveDuplicates: stored.get('saveDuplicates') === true,
      });
      return read.success ? read.data : { lastName: null, company: null, saveDuplicates: false };
    },
    saveDefaults: ({ lastName, company, saveDuplicates }: DefaultSettings) =>
      save({ defaultLastName: lastName, defaultCompany: company, saveDuplicates: saveDuplicates ? true : null }),
    budget,
    saveBudget: (page) => save({ apiBudget: page }),
    notifications,
    saveNotifications: async ({ bell, webhook, webhookUrl: url }: NotificationSettings) => {
      if (typeof url === 'string') requireSafe(url);
      await save({
        notifications: { bell, webhook },
        ...(url === undefined ? {} : { webhook: url === null ? null : sealer.seal({ url }).toString('base64') }),
      });
      return notifications();
    },
    webhookUrl,
    historyDays,
    follow: () => follow(db, apply, log),
  };
};

const isText = (value: unknown): value is string => typeof value === 'string';

const pageValue = (name: keyof typeof BOUND_OF, bounds: Pick<Bounds, (typeof BOUND_NAMES)[number]>): number => {
  const [bound, unit] = BOUND_OF[name];
  const { min, max } = SETTING_RANGES[name];
  // A bound that was given to the process may be outside of what the page offers; the page shows the nearest it could save.
  return Math.min(max, Math.max(min, Math.round(bounds[bound] / unit)));
};

/** SAFE7: one call for each five objects a pass; users have their own, slower one. Pure. */
export const idleCallsPerDay = (settings: Pick<SyncSettings, 'pollEverySeconds' | 'userPollEverySeconds'>): number => {
  const daySeconds = 86_400;
  const polled = Math.ceil((SYNC_OBJECTS.length - 1) / 5);
  return Math.ceil((daySeconds / settings.pollEverySeconds) * polled + daySeconds / settings.userPollEverySeconds);
};

/** What is posted leaves this machine only encrypted. */
const requireSafe = (url: string): void => {
  const { protocol, hostname } = new URL(url);
  const isHere = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  if (protocol !== 'https:' && !isHere) throw new Problem('bad-request', { where: 'body.webhookUrl' });
};

const chosenOf = (stored: unknown): Pick<NotificationSettingsAnswer, 'bell' | 'webhook'> => {
  const { bell = {}, webhook = {} } = (typeof stored === 'object' && stored !== null ? stored : {}) as Partial<
    Pick<NotificationSettingsAnswer, 'bell' | 'webhook'>
  >;
  return { bell, webhook };
};

const follow = (db: Database, apply: () => Promise<void>, log: Logger): Service => {
  let unlisten: (() => Promise<void>) | null = null;
  return {
    name: 'settings',
    start: async () => {
      await apply();
      unlisten ??= await db.listen(SETTINGS_CHANNEL, () => {
        // A reading that fails leaves the bounds as they are; the next saving, or a lost session that is back, reads again.
        apply().catch((error: unknown) => log.warn({ cause: traceOf(error) }, 'the settings could not be read'));
      });
    },
    stop: async () => {
      await unlisten?.();
      unlisten = null;
    },
  };
};
