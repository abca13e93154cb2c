/**
 * How far Salesforce's clock is from the database's (MRG14, ID20). Asked of Salesforce only while some field's policy is `newest` or somebody
 * was deleted here, and seldom: an idle cycle stays one call.
 */
import { Problem } from '../errors/errors.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import type { ReaderKit } from './parts.ts';

const MEASURED_FOR = '1 hour';
/** Salesforce's `Date` is cut to the second; the truth is on average half a second later. */
const CUT_MS = 500;

export const keepClock = async (kit: ReaderKit, map: FieldMap): Promise<void> => {
  const isNeeded = [map.objects.Lead, map.objects.Contact].some(({ fields }) =>
    fields.some(({ policy }) => policy === 'newest'),
  );
  const [row] = await kit.db.query<{ known: boolean; deleted: boolean }>(
    `select exists (select from sync.clock where measured_at > clock_timestamp() - interval '${MEASURED_FOR}') as known,
            exists (select from sync.deleted_person) as deleted`,
  );
  if (!row?.known && (isNeeded || row?.deleted)) await measure(kit);
};

/** So far ahead of the database's clock a cursor is worth a question; what Salesforce says decides (SAFE10). */
const DOUBTFUL_MS = 300_000;
/** Rows of the last seconds may carry a stamp that the answer's `Date` has not reached. */
const AHEAD_MS = 120_000;

/**
 * SAFE11: a cursor ahead of Salesforce's time would never see what changes now: another org, or one whose clock went back. Costs a call only where
 * the database's clock finds it ahead as well. Errors: `cursor-ahead`.
 */
export const requireCursorsBehind = async ({ db, salesforce }: Pick<ReaderKit, 'db' | 'salesforce'>): Promise<void> => {
  const [ahead] = await db.query<{ object: string; at: Date }>(
    `select object, at from sync.cursor where at > clock_timestamp() + ${DOUBTFUL_MS} * interval '1 ms' order by at desc limit 1`,
  );
  if (!ahead || ahead.at.getTime() <= (await salesforce.serverTime()).getTime() + AHEAD_MS) return;
  throw new Problem('cursor-ahead', { object: ahead.object, at: ahead.at.toISOString() });
};

/** Between two looks at the database's clock; half of their distance is what we do not know. */
const measure = async (kit: ReaderKit): Promise<void> => {
  const before = await databaseMs(kit);
  const there = (await kit.salesforce.serverTime()).getTime() + CUT_MS;
  const after = await databaseMs(kit);
  if (Number.isNaN(there)) return;
  await kit.db.run(
    `insert into sync.clock (offset_ms, doubt_ms) values ($1, $2)
         on conflict (is_only) do update set offset_ms = excluded.offset_ms, doubt_ms = excluded.doubt_ms, measured_at = clock_timestamp()`,
    [there - (before + after) / 2, (after - before) / 2 + CUT_MS],
  );
};

const databaseMs = async (kit: ReaderKit): Promise<number> => {
  const [row] = await kit.db.query<{ ms: number }>('select extract(epoch from clock_timestamp())::float8 * 1000 as ms');
  return row?.ms ?? Number.NaN;
};
