import type { OrgUser } from '../access/access.ts';
import type { Org } from '../org.ts';
import { SalesforceError } from '../salesforce-error.ts';
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
  const names = ['sobjects', 'query', 'queryAll', 'limits', 'composite', 'jobs'];
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
  const still = (max: number, remaining = max): { Max: number; Remaining: number } => ({
    Max: max,
    Remaining: remaining,
  });
  return answer({
    ConcurrentAsyncGetReportInstances: still(200),
    DailyApiRequests: still(limit, Math.max(0, limit - used)),
    DailyBulkApiBatches: still(15_000),
    DailyBulkV2QueryFileStorageMB: still(976_562),
    DailyBulkV2QueryJobs: still(10_000),
    DailyDeliveredPlatformEvents: still(50_000),
    DailyStreamingApiEvents: still(50_000),
    DataStorageMB: still(1_000),
    FileStorageMB: still(1_000),
    HourlyPublishedPlatformEvents: still(50_000),
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

/** GET sobjects/X/updated and /deleted between two times (A10). */
export function replication(call: Call, name: string, which: 'updated' | 'deleted'): Answer {
  const object = call.org.schema.object(name);
  if (object === undefined) throw new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
  const [start, end] = [seconds(call.query.get('start')), seconds(call.query.get('end'))];
  if (start >= end) throw new SalesforceError(400, 'INVALID_REPLICATION_DATE', 'startDate before endDate is required');
  const rows = call.org.store
    .statement(
      `select "Id", "SystemModstamp" from "${object.name}"
       where "SystemModstamp" >= ? and "SystemModstamp" < ? and "IsDeleted" = ?`,
    )
    .all(start, end, String(which === 'deleted'));
  const covered = wire(end < call.org.store.now() ? end : call.org.store.now());
  if (which === 'updated') return answer({ ids: rows.map(({ Id }) => Id), latestDateCovered: covered });
  return answer({
    deletedRecords: rows.map(({ Id, SystemModstamp }) => ({ deletedDate: wire(String(SystemModstamp)), id: Id })),
    earliestDateAvailable: wire(start),
    latestDateCovered: covered,
  });
}

function seconds(given: string | null): string {
  const at = new Date((given ?? '').replace(' ', '+'));
  if (Number.isNaN(at.getTime()))
    throw new SalesforceError(400, 'INVALID_REPLICATION_DATE', 'start and end are datetimes');
  return `${at.toISOString().slice(0, 19)}.000Z`;
}

function wire(stamp: string): string {
  return `${stamp.slice(0, -1)}+0000`;
}
