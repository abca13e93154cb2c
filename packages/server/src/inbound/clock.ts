/**
 * How far Salesforce's clock is from the database's (MRG14, ID20). Asked of Salesforce only while some field's policy is `newest` or somebody
 * was deleted here, and seldom: an idle cycle stays one call.
 */
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
