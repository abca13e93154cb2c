import type { OrgUser } from '../access/access.ts';
import type { Org } from '../org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { SchemaObject } from '../schema/schema.ts';
import { type Answer, answer, type Call } from './answer.ts';

export const versionMin = 31;
export const versionMax = 68;

const seasons = ['Winter', 'Spring', 'Summer'] as const;

/** 68 is Winter '27; three releases a year, Winter first and named for the year to come. */
function label(version: number): string {
  const release = 27 * 3 + version - versionMax;
  return `${seasons[release % 3]} '${Math.floor(release / 3)}`;
}

/** GET /services/data: every version the org speaks, ascending (A3). */
export function versions(): readonly { label: string; url: string; version: string }[] {
  return Array.from({ length: versionMax - versionMin + 1 }, (_, at) => {
    const version = `${versionMin + at}.0`;
    return { label: label(versionMin + at), url: `/services/data/v${version}`, version };
  });
}

/** GET /services/data/vXX.0. */
export function resources(call: Call): Answer {
  const root = `/services/data/${call.version}`;
  const names = [
    'sobjects',
    'query',
    'queryAll',
    'search',
    'parameterizedSearch',
    'limits',
    'composite',
    'jobs',
    'tooling',
    'metadata',
  ];
  const { org, session } = call;
  return answer({
    ...Object.fromEntries(names.map((name) => [name, `${root}/${name}`])),
    identity: identityUrl(org, session.user),
  });
}

/** Where the identity of a user is asked: here, since a practice org is its own login host. */
export function identityUrl(org: Org, user: OrgUser): string {
  return `${org.url()}/id/${org.access.orgId}/${user.id}`;
}

/** GET limits: what is left of the day (A3). */
export function limits(call: Call): Answer {
  const { used, limit } = call.org.usage();
  const { dailyEvents: events, dailyQueryJobs, dailyBatches, hourlyPublished } = call.org.access.switches.state;
  const { deliveredToday, publishedThisHour } = call.org.events.state();
  const { queryJobs, batches } = call.org.bulkUsage;
  const still = (max: number, remaining = max): { Max: number; Remaining: number } => ({
    Max: max,
    Remaining: remaining,
  });
  return answer({
    ConcurrentAsyncGetReportInstances: still(200),
    DailyApiRequests: still(limit, Math.max(0, limit - used)),
    DailyBulkApiBatches: still(dailyBatches, Math.max(0, dailyBatches - batches.used)),
    DailyBulkV2QueryFileStorageMB: still(976_562),
    DailyBulkV2QueryJobs: still(dailyQueryJobs, Math.max(0, dailyQueryJobs - queryJobs.used)),
    DailyDeliveredPlatformEvents: still(events, Math.max(0, events - deliveredToday)),
    DailyStreamingApiEvents: still(50_000),
    DataStorageMB: still(1_000),
    FileStorageMB: still(1_000),
    HourlyPublishedPlatformEvents: still(hourlyPublished, Math.max(0, hourlyPublished - publishedThisHour)),
    MassEmail: still(5_000),
    SingleEmail: still(5_000),
    StreamingApiConcurrentClients: still(20),
  });
}

/** GET limits/recordCount?sObjects=Lead,Contact. */
export function recordCounts(call: Call): Answer {
  const asked = call.query.get('sObjects')?.split(',');
  const objects = call.org.schema.objects.filter(({ name }) => asked === undefined || asked.includes(name));
  return answer({ sObjects: objects.map(({ name }) => ({ count: call.org.store.count(name), name })) });
}

const dayMs = 86_400_000;
/** How far back updates and deletes are told. */
const reachDays = { updated: 30, deleted: 15 } as const;
const idsMax = 600_000;

export interface Replicated {
  readonly rows: readonly { readonly id: string; readonly at: string }[];
  readonly covered: string;
  readonly earliest: string;
}

/** Records that were changed, or deleted, between two times; seconds are cut off (A10). Times are as stored. */
export function replicated(
  org: Org,
  object: SchemaObject,
  which: 'updated' | 'deleted',
  start: string | null,
  end: string | null,
): Replicated {
  const [from, to] = [minutes(start), minutes(end)];
  if (from >= to) {
    throw new SalesforceError(400, 'INVALID_REPLICATION_DATE', 'startDate must be before endDate');
  }
  const earliest = org.store.clock() - reachDays[which] * dayMs;
  if (Date.parse(from) < earliest - dayMs) {
    const what = `startDate before org replication enabled date: at most ${reachDays[which]} days back`;
    throw new SalesforceError(400, 'INVALID_REPLICATION_DATE', what);
  }
  const sql =
    which === 'updated'
      ? `select "Id" as id, "SystemModstamp" as at from "${object.name}"
         where "SystemModstamp" >= ? and "SystemModstamp" < ? and "IsDeleted" = 'false' limit ${idsMax + 1}`
      : `select id, at from "_deleted" where object = '${object.name}' and at >= ? and at < ? limit ${idsMax + 1}`;
  const rows = org.store.statement(sql).all(from, to);
  if (rows.length > idsMax) throw new SalesforceError(400, 'EXCEEDED_ID_LIMIT', 'Too many ids: give a smaller window');
  const now = minutes(new Date(org.store.clock()).toISOString());
  return {
    rows: rows.map(({ id, at }) => ({ id: String(id), at: String(at) })),
    covered: to < now ? to : now,
    earliest: minutes(new Date(earliest).toISOString()),
  };
}

/** GET sobjects/X/updated and /deleted. */
export function replication(call: Call, name: string, which: 'updated' | 'deleted'): Answer {
  const object = call.org.schema.object(name);
  if (object === undefined) throw new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
  const { query } = call;
  const found = replicated(call.org, object, which, query.get('start'), query.get('end'));
  const latestDateCovered = wire(found.covered);
  if (which === 'updated') return answer({ ids: found.rows.map(({ id }) => id), latestDateCovered });
  return answer({
    deletedRecords: found.rows.map(({ id, at }) => ({ deletedDate: wire(at), id })),
    earliestDateAvailable: wire(found.earliest),
    latestDateCovered,
  });
}

/** A time as stored, its seconds cut off. */
function minutes(given: string | null): string {
  const at = new Date((given ?? '').replace(' ', '+'));
  if (Number.isNaN(at.getTime()))
    throw new SalesforceError(400, 'INVALID_REPLICATION_DATE', 'start and end are datetimes');
  return `${at.toISOString().slice(0, 16)}:00.000Z`;
}

function wire(stamp: string): string {
  return `${stamp.slice(0, -1)}+0000`;
}
