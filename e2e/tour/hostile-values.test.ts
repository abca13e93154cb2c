/** Values that careless code changes: from an export into people, and from people back into Salesforce, by Bulk and by REST. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import pg from 'pg';
import { connectAndConfirm, startSync } from './connect.ts';
import { untilQuiet } from './quiet.ts';
import { plainId, type ReadValue } from './same.ts';
import { PLAIN_SESSION, type Stage, setStage, TOUR_BOUNDS } from './stage.ts';

const TEXTS = [
  'say "yes" and \'no\', ""twice""',
  'back\\slash \\n \\. \\N',
  'first\nsecond',
  'first\r\nsecond',
  'first\rsecond',
  '\u05e9\u05dc\u05d5\u05dd \u200f\u202eright to left\u202c',
  'null',
  'NULL',
  '#N/A',
  '=1+1',
  '@SUM(A1)',
  '-1',
  '{"a":[1,null]}',
  '{a,b}',
  '\\x41',
  '\u{1f642}\u{1f469}\u200d\u{1f680} \u{2070e}',
  'e\u0301 \u00e9',
  '\ufeffmark',
  'a\tb\u00a0c\u2028d',
  "'; drop table marketing.person; --",
  '<script>alert(1)</script>&amp;',
  '0',
  'false',
  '1.0E5',
  'x'.repeat(32_001),
  'ü'.repeat(131_072),
  `"\r\n,`.repeat(20_000),
] as const;
const DATES = ['1700-01-01', '1970-01-01', '2000-02-29', '4000-12-31'] as const;
const MOMENTS = ['1700-01-01T00:00:00.000Z', '2026-03-29T01:30:00.000Z', '4000-12-31T23:59:59.000Z'] as const;
const NUMBERS = ['123456789012345678', '-999999999999999999', '0', '1'] as const;
const NUL = 'before\0after';

const FIELDS = ['Notes__c', 'Trial_Starts__c', 'Last_Seen__c', 'Legacy_Number__c'] as const;
const COLUMNS = {
  Notes__c: 'notes',
  Trial_Starts__c: 'trial_starts',
  Last_Seen__c: 'last_seen',
  Legacy_Number__c: 'legacy_number',
} as const;

interface Lead {
  readonly id: string;
  readonly values: readonly [string, string, string, string];
}
const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

const LEADS: readonly Lead[] = [...TEXTS, NUL].map((text, index) => ({
  id: plainId(`00Q5f0000000${String(index + 1).padStart(3, '0')}`),
  values: [text, at(DATES, index), at(MOMENTS, index), at(NUMBERS, index)],
}));

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
const exportFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-export-'));
  const rows = LEADS.map(({ id, values }, index) => [id, `Lead ${index}`, 'Hostile', ...values].map(quoted).join(','));
  writeFileSync(
    join(folder, 'Lead.csv'),
    [['Id', 'LastName', 'Company', ...FIELDS].map(quoted).join(','), ...rows].join('\n'),
  );
  return folder;
};

/** The values that leads have here, by Salesforce's id. */
const readHere = async (look: pg.Client): Promise<ReadonlyMap<string, readonly (string | null)[]>> => {
  const { rows } = await look.query<(string | null)[]>({
    rowMode: 'array',
    text: `select salesforce_id, notes, trial_starts::text, to_char(last_seen, 'YYYY-MM-DD"T"HH24:MI:SS".000Z"'), trim_scale(legacy_number)::text from marketing.person`,
  });
  return new Map(rows.map(([id, ...values]) => [id ?? '', values]));
};

const readThere = async (stage: Stage): Promise<ReadonlyMap<string, readonly ReadValue[]>> => {
  const records = await stage.org.records('Lead', FIELDS);
  return new Map(
    [...records].map(([id, record]) => [id, FIELDS.map((field) => wirePlain(field, record.get(field) ?? null))]),
  );
};
/** Only how REST writes a number and a zone differs; text is left as it is. */
const wirePlain = (field: (typeof FIELDS)[number], value: ReadValue): ReadValue => {
  if (field === 'Legacy_Number__c') return String(value).replace(/\.0+$/, '');
  return field === 'Last_Seen__c' ? String(value).replace('+0000', 'Z') : value;
};

const sameAs = (found: ReadonlyMap<string, readonly ReadValue[]>, wanted: readonly Lead[]): void => {
  for (const { id, values } of wanted) {
    for (const [index, value] of values.entries()) {
      const is = found.get(id)?.[index];
      assert.ok(
        is === value,
        `${id} ${FIELDS[index]}: ${JSON.stringify(is)?.slice(0, 80)} is not ${JSON.stringify(value).slice(0, 80)}`,
      );
    }
  }
};

/** Every lead gets the values of its `by`-th neighbour, in one statement a field. */
const rotate = async (
  engineer: pg.Client,
  leads: readonly Lead[],
  by: number,
  lane: 'normal' | 'urgent',
): Promise<readonly Lead[]> => {
  const turned = leads.map(({ id }, index) => ({ id, values: at(leads, index + by).values }));
  await engineer.query('begin');
  await engineer.query(`set local syncline.lane = '${lane}'`);
  for (const [index, field] of FIELDS.entries()) {
    const type = {
      Notes__c: 'text',
      Trial_Starts__c: 'date',
      Last_Seen__c: 'timestamptz',
      Legacy_Number__c: 'numeric',
    }[field];
    await engineer.query(
      `update marketing.person p set ${COLUMNS[field]} = e.value::${type} from unnest($1::text[], $2::text[]) as e (id, value) where p.salesforce_id = e.id`,
      [turned.map(({ id }) => id), turned.map(({ values }) => values[index])],
    );
  }
  await engineer.query('commit');
  return turned;
};

test('[MAP16] [MAP17] [MAP18] [OUT17] hostile values arrive and return as they are, by Bulk and by REST', {
  timeout: 280_000,
}, async () => {
  const folder = exportFolder();
  // Six records are already a Bulk job, which cannot carry all of these values.
  const stage = await setStage({
    orgData: folder,
    orgSchema: null,
    isCounted: false,
    bounds: { ...TOUR_BOUNDS, bulkFrom: 6 },
  });
  let hasFailed = true;
  try {
    await connectAndConfirm(stage);
    await startSync(stage);
    const quiet = (): Promise<void> =>
      untilQuiet({ db: stage.look, killsLeft: () => 0, check: () => stage.server.check() });
    await quiet();
    const whole = LEADS.map(({ id, values: [text, ...rest] }) => ({
      id,
      values: [text.replaceAll('\0', ''), ...rest] as const,
    }));
    sameAs(await readHere(stage.look), whole);
    assert.equal(await countNuls(stage.look), 1);

    const engineer = new pg.Client({ connectionString: stage.server.facts.databaseUrl, options: PLAIN_SESSION });
    await engineer.connect();
    try {
      const byBulk = await rotate(engineer, whole, 5, 'normal');
      await quiet();
      sameAs(await readThere(stage), byBulk);
      sameAs(await readHere(stage.look), byBulk);
      assert.ok((await countJobs(stage)) > 0, 'some of them went by Bulk');
      const byRest = await rotate(engineer, byBulk, 3, 'urgent');
      await quiet();
      sameAs(await readThere(stage), byRest);
      sameAs(await readHere(stage.look), byRest);
    } finally {
      await engineer.end();
    }
    hasFailed = false;
  } finally {
    await stage.end({ hasFailed });
    rmSync(folder, { recursive: true, force: true });
  }
});

/** The load notes on one line that it removed some. */
const countNuls = async (look: pg.Client): Promise<number> => {
  const { rows } = await look.query<{ many: number }>(
    `select count(*)::int as many from sync.error where code = 'NUL_REMOVED' and object = 'Lead' and message like '%: 1'`,
  );
  return rows[0]?.many ?? 0;
};

/** Ingest jobs that the org has run. */
const countJobs = async (stage: Stage): Promise<number> => {
  const answer = await fetch(`${stage.orgFacts.instanceUrl}/services/data/v64.0/jobs/ingest`, {
    headers: { authorization: `Bearer ${stage.orgFacts.adminAccessToken}` },
  });
  const { records } = (await answer.json()) as { readonly records: readonly { readonly state: string }[] };
  return records.filter(({ state }) => state === 'JobComplete').length;
};
