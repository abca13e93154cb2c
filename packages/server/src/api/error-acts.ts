/** What somebody does about refused records: send them again, or let Salesforce keep what it has (OUT34). */
import type { ErrorsChoice, ErrorsDiscarded, ErrorsRetried } from '@syncline/contract/errors';
import type { Database, Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { groupOf } from '../status/status.ts';
import { takeBack } from './take-back.ts';

/** People of one code, in the order of their ids; a transaction handles so many at a time. */
const PEOPLE_MAX = 5_000;

interface Refused {
  readonly code: string;
  readonly persons: readonly number[];
}

interface Chosen {
  readonly records: readonly Refused[];
  /** Errors of values that came and do not fit (IN25). */
  readonly values: readonly number[];
  /** Whole jobs among them. */
  readonly jobs: number;
}

/** Errors: `bad-request` for a group that is none. */
const readChosen = async (db: Database, choice: ErrorsChoice): Promise<Chosen> => {
  const group = 'cause' in choice ? groupOf(choice.cause) : null;
  if ('cause' in choice && group === null) throw new Problem('bad-request', { where: 'body.cause' });
  const rows = await db.query<{ level: string; code: string; persons: number[] | null; ids: number[]; rows: number }>(
    `select level, code, array_agg(distinct person_id order by person_id) filter (where person_id is not null) as persons, array_agg(error_id order by error_id) as ids, count(*)::int as rows
       from sync.error
      where resolved_at is null
        and case when $1::bigint[] is not null then error_id = any($1)
                 else level = $2 and object = $3 and code = $4 and array_to_string(fields, ',') = $5 end
      group by level, code`,
    'ids' in choice
      ? [choice.ids, null, null, null, null]
      : [null, group?.level, group?.object, group?.code, group?.fields.join(',')],
  );
  return {
    records: rows.flatMap(({ level, code, persons }) => (level === 'record' && persons ? [{ code, persons }] : [])),
    values: rows.flatMap(({ level, ids }) => (level === 'value' ? ids : [])),
    jobs: rows.filter(({ level }) => level === 'job').reduce((sum, row) => sum + row.rows, 0),
  };
};

const inPortions = function* ({ code, persons }: Refused): Generator<Refused> {
  for (let at = 0; at < persons.length; at += PEOPLE_MAX) yield { code, persons: persons.slice(at, at + PEOPLE_MAX) };
};

/**
 * Sends the chosen records again: what was parked for their cause waits no more, and what would be tried later is tried now. `wake` starts the
 * loops, which is all that the retry of a whole job is.
 */
export const retryErrors = async (
  db: Database,
  choice: ErrorsChoice,
  wake: () => Promise<void>,
): Promise<ErrorsRetried> => {
  const { records, jobs, values } = await readChosen(db, choice);
  let [retried, asked] = [await readValuesAgain(db, values), values.length];
  for (const refused of records)
    for (const { code, persons } of inPortions(refused)) {
      asked += persons.length;
      retried += await db.transaction((tx) => retryPeople(tx, code, persons));
    }
  if (jobs > 0) await resumeBulk(db, choice);
  if (retried + jobs > 0) await wake();
  return { retried: retried + jobs, skipped: asked - retried };
};

/** IN25: a value that came is not sent, but read once more. */
const readValuesAgain = (db: Database, errorIds: readonly number[]): Promise<number> =>
  errorIds.length === 0
    ? Promise.resolve(0)
    : db.run(
        `insert into sync.reread as r (object, sf_id, reason)
         select distinct object, sf_id, 'misfit' from sync.error where error_id = any($1) and sf_id is not null
             on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at)`,
        [errorIds],
      );

/** OUT35: bulk that paused because its jobs were stopped in Salesforce goes on where the retry is of that. */
const resumeBulk = async (db: Database, choice: ErrorsChoice): Promise<void> => {
  const [ids, code] = 'ids' in choice ? [choice.ids, null] : [null, groupOf(choice.cause)?.code];
  await db.transaction(async (tx) => {
    const resumed = await tx.run(
      `update sync.error set resolved_at = clock_timestamp()
        where level = 'job' and code = 'bulk-aborted' and resolved_at is null and (error_id = any($1) or code = $2)`,
      [ids, code],
    );
    if (resumed > 0) await tx.run('delete from sync.bulk_abort');
  });
};

const retryPeople = async (tx: Transaction, code: string, persons: readonly number[]): Promise<number> => {
  const freed = await tx.query('select sync.retry_parked($1, $2)', [persons, code]);
  const sooner = await tx.run(
    `update sync.outbox set due_at = clock_timestamp()
      where person_id = any($1) and claim_id is null and parked = '{}' and due_at > clock_timestamp() and due_at < 'infinity'`,
    [persons],
  );
  return freed.length + sooner;
};

// -- discarding -------------------------------------------------------------------------------------------------------

/**
 * Salesforce keeps what it has, and people take it back: the sync's own write, so it is no edit, and the journal says so. A lead that was never made is
 * not made. A record that is on its way, or whose values nobody has read, is skipped, and so is a value that does not fit here.
 */
export const discardErrors = async (db: Database, choice: ErrorsChoice): Promise<ErrorsDiscarded> => {
  const { records, values } = await readChosen(db, choice);
  let [discarded, asked] = [0, values.length];
  for (const refused of records)
    for (const { code, persons } of inPortions(refused)) {
      asked += persons.length;
      discarded += await db.ownTransaction((tx) => discardPeople(tx, code, persons));
    }
  return { discarded, skipped: asked - discarded };
};

const discardPeople = async (tx: Transaction, code: string, persons: readonly number[]): Promise<number> => {
  // The order in which everybody holds people and entries.
  await tx.run('select from marketing.person where id = any($1) order by id for no key update', [persons]);
  await tx.run('select from sync.outbox where person_id = any($1) order by person_id for update', [persons]);
  const ids = (await tx.query<{ person_id: number }>(WITHDRAW_CREATES, [persons, code])).map((row) => row.person_id);
  for (const object of ['Lead', 'Contact'] as const)
    ids.push(...(await takeBack(tx, { object, persons, columnsOfEntry: COLUMNS_OF_ENTRY, word: code })));
  await tx.run(
    `delete from sync.outbox where person_id = any($1) and claim_id is null and edits = '{}' and not create_lead`,
    [ids],
  );
  await tx.run(
    `update sync.error set resolved_at = clock_timestamp(), disposition = 'discarded'
      where person_id = any($1) and code = $2 and level = 'record' and resolved_at is null`,
    [ids, code],
  );
  return ids.length;
};

/** A person who is in no org and whose lead was refused: the wish goes, the person's own values stay. */
const WITHDRAW_CREATES = `
with wish as (
  update sync.outbox o set create_lead = false, edits = '{}', edited_at = '{}', parked = '{}', due_at = 'infinity'
    from marketing.person p
   where o.person_id = any($1) and p.id = o.person_id and p.salesforce_id is null and o.create_lead and o.claim_id is null
     and exists (select from jsonb_each(o.parked) e where e.value = to_jsonb($2::text))
  returning o.person_id),
noted as (insert into sync.journal (object, row_id, cause) select 'Lead', person_id, 'withdrawn' from wish)
select person_id from wish`;

/** Columns of ours that the code keeps from the records of an object; parked as a whole, a record's every edit. */
const COLUMNS_OF_ENTRY = `
array(select e.key from jsonb_each(o.edits) e
       where o.parked -> e.key = to_jsonb($2::text) or o.parked -> '*' = to_jsonb($2::text))`;
