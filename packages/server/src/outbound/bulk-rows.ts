/** Rows of a bulk claim: which can go, their CSV, and what the results say (OUT13 to OUT17). Values go from Postgres to the upload as bytes. */
import { Readable } from 'node:stream';
import pg from 'pg';
import type { Connection, Session, Transaction } from '../db/db.ts';
import type { SalesforceFault } from '../salesforce/salesforce.ts';
import { loosens, WIRE_VALUE } from './fill.ts';
import type { SendableObject } from './sendable.ts';

/** Salesforce's bounds of a field and a row (A8), and of an upload: 150 MB counted after base64, less our commas. */
const FIELD_MAX = 32_000;
const ROW_MAX = 400_000;
const UPLOAD_MAX = 90_000_000;
/** Records that bulk cannot carry and that go by one REST request with the claim; more wait for the next. */
const BESIDE_MAX = 200;

/**
 * OUT17: text that is exactly `#N/A`, a field or a row that is too long goes by REST, and so does what is sent alone (OUT32, MRG16). The first of them move to the claim `besideId`, the
 * others are due again, and so is what would make the upload too big.
 */
export const divideBulk = async (
  tx: Transaction,
  claimId: number,
  besideId: number,
  { optOuts }: Pick<SendableObject, 'optOuts'>,
): Promise<void> => {
  await tx.run(
    `with size as materialized (
       select s.person_id,
              o.saves_duplicate or ${loosens('$3')} or exists (select from jsonb_each_text(s.in_flight) v where v.value = '#N/A' or length(v.value) > ${FIELD_MAX})
                or length(s.in_flight::text) > ${ROW_MAX} as is_odd,
              sum(octet_length(s.in_flight::text) + 100) over (order by s.person_id) > ${UPLOAD_MAX} as is_over
         from sync.sent s join sync.outbox o on o.person_id = s.person_id where s.claim_id = $1),
     leaving as materialized (
       select person_id, is_odd, row_number() over (partition by is_odd order by person_id) as place
         from size where is_odd or is_over),
     entry as (
       update sync.outbox o set claim_id = case when l.is_odd and l.place <= ${BESIDE_MAX} then $2::bigint end
         from leaving l where o.person_id = l.person_id)
     update sync.sent s
        set claim_id = case when l.is_odd and l.place <= ${BESIDE_MAX} then $2::bigint end,
            in_flight = case when l.is_odd and l.place <= ${BESIDE_MAX} then s.in_flight else '{}' end,
            versions = case when l.is_odd and l.place <= ${BESIDE_MAX} then s.versions else '{}' end
       from leaving l where s.person_id = l.person_id`,
    [claimId, besideId, optOuts],
  );
};

/** The columns that any row of the claim sends, in a stable order. */
export const bulkColumns = async (db: Pick<Connection, 'query'>, claimId: number): Promise<readonly string[]> => {
  const rows = await db.query<{ column: string }>(
    `select distinct k as "column" from sync.sent s cross join lateral jsonb_object_keys(s.in_flight) k where s.claim_id = $1 order by 1`,
    [claimId],
  );
  return rows.map((row) => row.column);
};

/** CSV with Salesforce's names: null is `#N/A`, an empty cell is a field that is not in the entry. COPY takes no parameters; ours are numbers and quoted. */
export const bulkCsv = (
  db: Pick<Connection, 'copyOut'>,
  claimId: number,
  object: SendableObject,
  columns: readonly string[],
): Readable => {
  const updates = JSON.parse(object.updates) as Readonly<Record<string, object>>;
  const cells = columns.map((column) => {
    const key = pg.escapeLiteral(column);
    const info = pg.escapeLiteral(JSON.stringify(updates[column] ?? null));
    return `case when x.in_flight ? ${key} then coalesce((select ${WIRE_VALUE} from (select x.in_flight -> ${key} as value) v, (select ${info}::jsonb as info) d) #>> '{}', '#N/A') end as ${pg.escapeIdentifier(object.nameOf(column) ?? column)}`;
  });
  const account = object.accountColumn === null ? '' : `p.${pg.escapeIdentifier(object.accountColumn)} nulls last, `;
  return db.copyOut(
    `copy (select ${[`s.sf_id as "Id"`, ...cells].join(', ')}
             from sync.sent s
            cross join lateral (select s.in_flight || '{}' as in_flight offset 0) x -- unpacked once a row
             left join marketing.person p on p.id = s.person_id
            where s.claim_id = ${Math.trunc(claimId)}
            order by ${account}s.person_id) to stdout with (format csv, header true)`,
  );
};

/** What a result list says of one record. `fault` null: success. */
export interface BulkResult {
  readonly personId: number;
  readonly sfId: string;
  readonly lockTries: number;
  readonly faultTries: number;
  readonly columns: readonly string[];
  readonly fault: SalesforceFault | null;
}

/** The lists of a job's results (A8). */
export type BulkList = 'success' | 'failure' | 'unprocessed';

/**
 * Takes a result list into a temporary table of the session, where its order does not matter (OUT14). The list names its own columns; one
 * without ids (of a job that never had data) says nothing.
 */
export const takeResults = async (session: Session, list: Readable, kind: BulkList): Promise<void> => {
  const table = `bulk_${kind}`;
  const { names, bytes } = await withHeader(list);
  const columns = names.map((name) => pg.escapeIdentifier(CANONICAL[name.toLowerCase()] ?? name));
  await session.run(`drop table if exists ${table}`);
  if (!columns.includes('"Id"')) {
    bytes.resume();
    await session.run(`create temp table ${table} ("Id" text, "sf__Error" text)`);
    return;
  }
  await session.run(`create temp table ${table} (${columns.map((column) => `${column} text`).join(', ')})`);
  await session.copyIn(`copy ${table} from stdin with (format csv, header true)`, bytes);
};

const CANONICAL: Readonly<Record<string, string>> = {
  id: 'Id',
  sf__id: 'sf__Id',
  sf__error: 'sf__Error',
  sf__created: 'sf__Created',
};

/** The names in the first line of CSV, and all of its bytes. Names of Salesforce's hold neither comma nor quote. */
const withHeader = async (list: Readable): Promise<{ readonly names: readonly string[]; readonly bytes: Readable }> => {
  const chunks = list[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head = Buffer.alloc(0);
  let isWhole = false;
  while (!isWhole && !head.includes(NEWLINE)) {
    const next = await chunks.next();
    isWhole = next.done === true;
    if (!next.done) head = Buffer.concat([head, next.value]);
  }
  const line = head.toString('utf8').split('\n', 1)[0] ?? '';
  const names = line.split(',').map((name) => name.replace(/^["\s\uFEFF]+|["\s]+$/g, ''));
  return {
    names: names.filter((name) => name !== ''),
    bytes: Readable.from(resumed(head, chunks), { objectMode: false }),
  };
};
const NEWLINE = 10;

async function* resumed(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}

/** The next results of records that are still in the claim, in the order of persons. */
export const nextResults = async (
  session: Session,
  kind: BulkList,
  claimId: number,
  after: number,
  rowsMax: number,
): Promise<readonly BulkResult[]> => {
  const rows = await session.query<{
    person_id: number;
    sf_id: string;
    lock_tries: number;
    fault_tries: number;
    columns: string[];
    error: string | null;
  }>(
    `select distinct on (s.person_id) s.person_id, s.sf_id, o.lock_tries, o.fault_tries, array(select jsonb_object_keys(s.in_flight)) as columns,
            ${kind === 'failure' ? 'r."sf__Error"' : 'null::text'} as error
       from bulk_${kind} r
       join sync.sent s on s.sf_id = r."Id"
       join sync.outbox o on o.person_id = s.person_id and o.claim_id = s.claim_id
      where s.claim_id = $1 and s.person_id > $2
      order by s.person_id
      limit $3`,
    [claimId, after, rowsMax],
  );
  return rows.map((row) => ({
    personId: row.person_id,
    sfId: row.sf_id,
    lockTries: row.lock_tries,
    faultTries: row.fault_tries,
    columns: row.columns,
    fault: row.error === null ? null : bulkFault(row.error),
  }));
};

/** `CODE:message:Field1 Field2 --` (A7). The message may hold colons. */
export const bulkFault = (text: string): SalesforceFault => {
  const body = text.replace(/\s*--\s*$/, '');
  const first = body.indexOf(':');
  const last = body.lastIndexOf(':');
  if (first < 0) return { code: body.trim() || 'UNKNOWN', message: '', fields: [] };
  const fields =
    last === first
      ? []
      : body
          .slice(last + 1)
          .trim()
          .split(/[\s,]+/)
          .filter((field) => /^\w+$/.test(field));
  const message = last === first ? body.slice(first + 1) : body.slice(first + 1, last);
  return { code: body.slice(0, first), message: message.trim(), fields };
};
