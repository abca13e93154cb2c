/** A database with a small map, and pages to put through it: for tests of the merge. */

import type { Transaction } from '../../db/db.ts';
import { createTestDatabase, type TestDatabase } from '../../db/test-database.ts';
import type { FieldMap, MappedField, SyncObject } from '../../mapping/mapping.ts';
import { applyFields, loadFieldMap } from '../../mapping/open-field-store.ts';
import { type DescribedField, planFields } from '../../mapping/plan-fields.ts';
import { compileMerge } from '../../merge/compile-merge.ts';
import { applyPeopleShape } from '../../people/shape.ts';
import { applyPage, type PageContext, type PageCounts, type PageMode } from '../apply.ts';

const field = (name: string, type = 'string', more: Partial<DescribedField> = {}): DescribedField => ({
  name,
  label: name,
  type,
  length: 80,
  precision: 0,
  scale: 0,
  digits: 0,
  custom: name.endsWith('__c'),
  createable: true,
  updateable: true,
  calculated: false,
  autoNumber: false,
  nillable: true,
  ...more,
});
const readOnly = { createable: false, updateable: false } as const;
const system = [
  field('Id', 'id', readOnly),
  field('IsDeleted', 'boolean', readOnly),
  field('MasterRecordId', 'reference', readOnly),
  field('SystemModstamp', 'datetime', readOnly),
  field('LastModifiedDate', 'datetime', readOnly),
];
const person = [
  ...system,
  field('Syncline_Key__c'),
  field('LastName'),
  field('Name', 'string', readOnly),
  field('Email', 'email'),
  field('Phone', 'phone'),
  field('Title'),
  field('Description', 'textarea'),
  field('HasOptedOutOfEmail', 'boolean'),
  field('Interests__c', 'multipicklist'),
  field('Worth__c', 'currency'),
  field('Score__c', 'currency'),
  field('Seen__c', 'datetime'),
  field('Born__c', 'date'),
];
const DESCRIBES = [
  {
    name: 'Lead',
    fields: [
      ...person,
      field('Company'),
      field('Website', 'url'),
      field('Status', 'picklist'),
      field('IsConverted', 'boolean', { updateable: false }),
      field('ConvertedContactId', 'reference', readOnly),
    ],
  },
  { name: 'Contact', fields: [...person, field('CreatedDate', 'datetime', readOnly), field('AccountId', 'reference')] },
  {
    name: 'User',
    fields: [
      ...system.filter(({ name }) => name !== 'IsDeleted' && name !== 'MasterRecordId'),
      field('Name'),
      field('Email', 'email'),
    ],
  },
  { name: 'Account', fields: [...system, field('Name'), field('Website', 'url'), field('AnnualRevenue', 'currency')] },
  {
    name: 'Opportunity',
    fields: [...system, field('Name'), field('AccountId', 'reference'), field('Amount', 'currency')],
  },
  {
    name: 'OpportunityContactRole',
    fields: [
      ...system,
      field('OpportunityId', 'reference'),
      field('ContactId', 'reference'),
      field('Role', 'picklist'),
      field('IsPrimary', 'boolean'),
    ],
  },
];

export type Row = Readonly<Record<string, unknown>>;
export interface ApplyOptions {
  readonly mode?: PageMode;
  /** A time as text; default: now, as for a read that begins when it is asked for. */
  readonly beganAt?: string;
  readonly onStatement?: (name: string) => void;
  readonly map?: FieldMap;
}

export class Bench {
  readonly database: TestDatabase;
  readonly map: FieldMap;

  private constructor(database: TestDatabase, map: FieldMap) {
    this.database = database;
    this.map = map;
  }

  static async create(): Promise<Bench> {
    const database = await createTestDatabase();
    const map = await database.db.transaction(async (tx) => {
      await applyFields(tx, planFields(DESCRIBES).fields);
      const chosen = await loadFieldMap(tx);
      await applyPeopleShape(tx, chosen);
      for (const object of Object.keys(chosen.objects))
        await tx.run('insert into sync.cursor (object) values ($1)', [object]);
      return chosen;
    });
    return new Bench(database, map);
  }

  get db(): TestDatabase['db'] {
    return this.database.db;
  }

  drop(): Promise<void> {
    return this.database.drop();
  }

  /** Puts rows through as one page; fields that no row has are absent from the page, as if they had not been asked for. */
  async apply(object: SyncObject, rows: readonly Row[], options: ApplyOptions = {}): Promise<PageCounts> {
    const beganAt = options.beganAt ?? (await this.now());
    return this.db.ownTransaction((tx) => this.applyIn(tx, object, rows, { ...options, beganAt }));
  }

  applyIn(
    tx: Transaction,
    object: SyncObject,
    rows: readonly Row[],
    options: ApplyOptions & { readonly beganAt: string },
  ): Promise<PageCounts> {
    return this.applyText(
      tx,
      object,
      JSON.stringify({ records: rows.map((row) => ({ attributes: { type: object }, ...row })) }),
      options,
    );
  }

  /** The same from an answer as received. */
  applyText(
    tx: Transaction,
    object: SyncObject,
    body: string,
    options: ApplyOptions & { readonly beganAt: string },
  ): Promise<PageCounts> {
    const context: PageContext = {
      mode: options.mode ?? 'poll',
      beganAt: options.beganAt,
      runId: null,
      beginRun: async () => {
        const [run] = await tx.query<{ run_id: number }>(
          `insert into sync.run (object, operation) values ($1, 'Pull updates') returning run_id`,
          [object],
        );
        return run?.run_id ?? 0;
      },
      ...(options.onStatement ? { onStatement: options.onStatement } : {}),
    };
    return applyPage(
      tx,
      (fields) => compileMerge(options.map ?? this.map, object, fields),
      { kind: 'json', body, path: ['records'] },
      context,
    );
  }

  async now(): Promise<string> {
    const [row] = await this.db.query<{ now: string }>('select clock_timestamp()::text as now');
    return row?.now ?? '';
  }

  /** An edit made here, by anybody but the sync. */
  async edit(sfId: string, values: Row): Promise<void> {
    const columns = Object.keys(values);
    await this.db.transaction((tx) =>
      tx.run(
        `update marketing.person set ${columns.map((column, index) => `"${column}" = $${index + 2}`).join(', ')} where salesforce_id = $1`,
        [sfId, ...Object.values(values)],
      ),
    );
  }

  async person(sfId: string): Promise<Record<string, unknown>> {
    const [row] = await this.db.query(
      'select p.* from marketing.person p join sync.link l on l.person_id = p.id where l.sf_id = $1',
      [sfId],
    );
    if (!row) throw new Error(`nobody is linked to ${sfId}`);
    return row;
  }

  async count(table: string, where = 'true'): Promise<number> {
    const [row] = await this.db.query<{ count: number }>(`select count(*) as count from ${table} where ${where}`);
    return row?.count ?? 0;
  }

  /** Nobody and nothing, for the next test. */
  async empty(): Promise<void> {
    await this.db.ownTransaction(async (tx) => {
      await tx.run('delete from marketing.person');
      for (const object of Object.keys(this.map.objects)) await tx.run(`delete from salesforce."${object}"`);
      for (const table of ['company', 'opportunity', 'opportunity_role', 'owner'])
        await tx.run(`delete from marketing.${table}`);
      for (const table of [
        'link',
        'heir',
        'person_redirect',
        'outbox',
        'sent',
        'reread',
        'journal',
        'conflict',
        'run',
        'error',
        'clock',
        'company_edit',
        'deleted_person',
        'erased',
      ])
        await tx.run(`delete from sync.${table}`);
      await tx.run('update sync.cursor set at = null');
    });
  }

  /** As a claim leaves it: the person's present values of these columns are on their way (see `links/links.ts`). */
  async claim(sfId: string, columns: readonly string[]): Promise<void> {
    await this.db.run(
      `with one as (
         select p.id, c.column_name, to_jsonb(p) -> c.column_name as value,
                coalesce(x.acknowledged -> c.column_name, to_jsonb(m) -> f.name) as base, o.edits -> c.column_name as version
           from sync.link l join marketing.person p on p.id = l.person_id
           join salesforce."Lead" m on m."Id" = l.sf_id
           left join sync.outbox o on o.person_id = p.id
           left join sync.sent x on x.person_id = p.id
          cross join unnest($2::text[]) c (column_name)
           join sync.field f on f.object = 'Lead' and f.column_name = c.column_name
          where l.sf_id = $1)
       insert into sync.sent as x (person_id, claim_id, in_flight, versions, base, past)
       select id, 1, jsonb_object_agg(column_name, value), jsonb_object_agg(column_name, version), jsonb_object_agg(column_name, base),
              jsonb_object_agg(column_name, jsonb_build_array(base)) from one group by id
           on conflict (person_id) do update set claim_id = 1, in_flight = excluded.in_flight, versions = excluded.versions,
              base = x.base || excluded.base,
              past = x.past || (select jsonb_object_agg(e.key, coalesce(x.past -> e.key, '[]') || e.value) from jsonb_each(excluded.past) e)`,
      [sfId, columns],
    );
    await this.db.run(
      'update sync.outbox set claim_id = 1 where person_id = (select person_id from sync.link where sf_id = $1)',
      [sfId],
    );
  }

  /** Salesforce answered; an edit made meanwhile stays. */
  async answer(sfId: string, kind: 'success' | 'failure' | 'lost'): Promise<void> {
    const person = '(select person_id from sync.link where sf_id = $1)';
    if (kind === 'success')
      await this.db.run(
        `update sync.outbox o set edits = o.edits - array(select v.key from jsonb_each(x.versions) v where o.edits -> v.key = v.value)
           from sync.sent x where x.person_id = o.person_id and o.person_id = ${person}`,
        [sfId],
      );
    await this.db.run(
      `update sync.sent set in_flight = '{}', versions = '{}', claim_id = null,
              acknowledged = case when $2 = 'success' then acknowledged || in_flight else acknowledged end,
              unanswered = case when $2 = 'lost' then unanswered || in_flight else unanswered end,
              late_until = case when $2 = 'lost' then clock_timestamp() + interval '15 minutes' else late_until end,
              base = case when $2 = 'success' then base else (select coalesce(jsonb_object_agg(b.key, b.value), '{}') from jsonb_each(base) b where seen ? b.key) end,
              answered_at = clock_timestamp()
        where person_id = ${person}`,
      [sfId, kind],
    );
    await this.db.run(`update sync.outbox set claim_id = null where person_id = ${person}`, [sfId]);
    await this.db.run(`delete from sync.outbox where edits = '{}' and not create_lead`);
  }

  conflicts(): Promise<
    { field: string; base: unknown; theirs: unknown; ours: unknown; policy: string; winner: string | null }[]
  > {
    return this.db.query('select field, base, theirs, ours, policy, winner from sync.conflict order by conflict_id');
  }

  async sent(sfId: string): Promise<Record<string, Record<string, unknown>> | null> {
    const [row] = await this.db.query<Record<string, Record<string, unknown>>>(
      `select in_flight, acknowledged, unanswered, base, seen from sync.sent x join sync.link l on l.person_id = x.person_id where l.sf_id = $1`,
      [sfId],
    );
    return row ?? null;
  }

  journal(): Promise<{ cause: string; fields: Record<string, [unknown, unknown]> | null }[]> {
    return this.db.query('select cause, fields from sync.journal order by journal_id');
  }

  /** Edits that wait for a person: their columns. */
  async edits(sfId: string): Promise<readonly string[]> {
    const [row] = await this.db.query<{ columns: string[] }>(
      `select array(select jsonb_object_keys(o.edits) order by 1) as columns
         from sync.link l join sync.outbox o on o.person_id = l.person_id where l.sf_id = $1`,
      [sfId],
    );
    return row?.columns ?? [];
  }
}

/** The map with some fields of an object chosen otherwise. */
export const mapWith = (
  map: FieldMap,
  object: SyncObject,
  choices: Readonly<Record<string, Partial<Pick<MappedField, 'policy' | 'direction' | 'isWriteOnce'>>>>,
): FieldMap => ({
  ...map,
  objects: {
    ...map.objects,
    [object]: {
      ...map.objects[object],
      fields: map.objects[object].fields.map((field) => ({ ...field, ...choices[field.name] })),
    },
  },
});

/** A whole lead, as a query of every mapped field brings it. */
export const lead = (more: Row = {}): Row => ({
  ...PERSON,
  Id: LEAD,
  Company: 'Acme',
  Status: 'Open',
  IsConverted: false,
  ConvertedContactId: null,
  ...more,
});
export const contact = (more: Row = {}): Row => ({
  ...PERSON,
  Id: CONTACT,
  CreatedDate: at(0),
  AccountId: null,
  ...more,
});

/** A stamp of a quiet afternoon, so many seconds in. */
export const at = (seconds: number): string =>
  new Date(Date.UTC(2026, 10, 24, 12, 0, seconds)).toISOString().replace('Z', '+0000');

/** An 18-character id of an object, by number. */
export const idOf = (object: SyncObject, number: number): string => {
  const prefix = {
    User: '005',
    Account: '001',
    Lead: '00Q',
    Contact: '003',
    Opportunity: '006',
    OpportunityContactRole: '00K',
  }[object];
  const head = `${prefix}5f0000000${String(number).padStart(3, '0')}`.padEnd(15, '0');
  return head + checksumOf(head);
};
const checksumOf = (head: string): string =>
  [0, 5, 10]
    .map((start) => {
      const bits = [0, 1, 2, 3, 4].reduce(
        (sum, place) => sum + (/[A-Z]/.test(head[start + place] ?? '') ? 1 << place : 0),
        0,
      );
      return 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'[bits] ?? '';
    })
    .join('');

export const LEAD = idOf('Lead', 1);
export const CONTACT = idOf('Contact', 1);
const PERSON: Row = {
  IsDeleted: false,
  MasterRecordId: null,
  SystemModstamp: at(1),
  LastModifiedDate: at(1),
  Syncline_Key__c: null,
  LastName: 'Diaz',
  Name: 'Amy Diaz',
  Email: 'amy@example.com',
  Phone: '1',
  Title: null,
  Description: null,
  HasOptedOutOfEmail: false,
  Interests__c: null,
  Worth__c: null,
  Score__c: null,
  Seen__c: null,
  Born__c: null,
};
