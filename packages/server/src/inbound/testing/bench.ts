/** A database with a small map, and pages to put through it: for tests of the merge. */

import type { Transaction } from '../../db/db.ts';
import { createTestDatabase, type TestDatabase } from '../../db/test-database.ts';
import type { FieldMap, SyncObject } from '../../mapping/mapping.ts';
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
  field('Seen__c', 'datetime'),
  field('Born__c', 'date'),
];
const DESCRIBES = [
  {
    name: 'Lead',
    fields: [
      ...person,
      field('Company'),
      field('Status', 'picklist'),
      field('IsConverted', 'boolean', { updateable: false }),
      field('ConvertedContactId', 'reference', readOnly),
    ],
  },
  { name: 'Contact', fields: [...person, field('AccountId', 'reference')] },
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
    const body = JSON.stringify({ records: rows.map((row) => ({ attributes: { type: object }, ...row })) });
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
      (fields) => compileMerge(this.map, object, fields),
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
