/** A field map of a few fields of every type, and tables of its shape, for tests that need people without an org to describe them. */
import pg from 'pg';
import type { Database } from '../../db/db.ts';
import {
  DEFAULT_POLICY,
  type Direction,
  type FieldMap,
  type MappedField,
  type ObjectMap,
  SYNC_OBJECTS,
  type SyncObject,
  TABLE_OF,
} from '../../mapping/mapping.ts';
import { applyPeopleShape } from '../shape.ts';

type Sketch = readonly [name: string, type: string, column: string | null, extra?: Partial<MappedField>];

const POSTGRES_TYPE: Readonly<Record<string, string>> = {
  int: 'integer',
  double: 'numeric',
  currency: 'numeric',
  boolean: 'boolean',
  date: 'date',
  datetime: 'timestamptz(0)',
  time: 'time',
};

const SYSTEM: readonly Sketch[] = [
  ['Id', 'id', null],
  ['SystemModstamp', 'datetime', null],
  ['LastModifiedDate', 'datetime', null],
  ['IsDeleted', 'boolean', null],
];
const both: Partial<MappedField> = { direction: 'both', isCreateable: true, isUpdateable: true };

const SHARED: readonly Sketch[] = [
  ['LastName', 'string', 'last_name', { ...both, isNillable: false }],
  ['FirstName', 'string', 'first_name', both],
  ['Email', 'email', 'email', both],
  ['Phone', 'phone', 'phone', both],
  ['Title', 'string', 'title', both],
  ['Description', 'textarea', 'description', both],
  ['HasOptedOutOfEmail', 'boolean', 'has_opted_out_of_email', { ...both, isOptOut: true }],
  // Columns that bear the names of columns of ours in `sync`.
  ['State', 'string', 'state', both],
  ['Person_Id__c', 'string', 'person_id', { ...both, isCustom: true }],
  ['Lane__c', 'string', 'lane', { ...both, isCustom: true }],
  ['OwnerId', 'reference', 'owner_id', { ...both, isNillable: false }],
  ['Syncline_Key__c', 'string', null, { isCustom: true, isCreateable: true, isUpdateable: true }],
];

const SKETCHES: Readonly<Partial<Record<SyncObject, readonly Sketch[]>>> = {
  Lead: [
    ...SHARED,
    ['Company', 'string', 'lead_company', { ...both, isNillable: false }],
    ['AnnualRevenue', 'currency', 'annual_revenue', both],
    ['NumberOfEmployees', 'int', 'number_of_employees', both],
    ['Rating', 'picklist', 'rating', both],
    ['IsConverted', 'boolean', null],
    ['ConvertedContactId', 'reference', null],
  ],
  Contact: [
    ...SHARED,
    ['Department', 'string', 'department', both],
    ['Birthdate', 'date', 'birthdate', both],
    ['EmailBouncedDate', 'datetime', 'email_bounced_date', both],
    ['AccountId', 'reference', 'account_id', { direction: 'from_salesforce' }],
  ],
};

const fieldOf = (object: SyncObject, [name, type, column, extra]: Sketch): MappedField => ({
  object,
  name,
  label: name,
  type,
  length: 0,
  precision: 0,
  scale: 0,
  isCustom: false,
  isCreateable: false,
  isUpdateable: false,
  isCalculated: false,
  isNillable: true,
  mirrorType: POSTGRES_TYPE[type] ?? 'text',
  column,
  direction: 'none' satisfies Direction,
  policy: null,
  isOptOut: false,
  isWriteOnce: false,
  joined: null,
  ...extra,
});

const objectMap = (object: SyncObject, more: readonly Sketch[]): ObjectMap => ({
  object,
  table: TABLE_OF[object],
  policy: DEFAULT_POLICY[object],
  fields: [...SYSTEM, ...(SKETCHES[object] ?? []), ...more].map((sketch) => fieldOf(object, sketch)),
});

export const smallMap = (more: Readonly<Partial<Record<SyncObject, readonly Sketch[]>>> = {}): FieldMap => ({
  version: 1,
  objects: Object.fromEntries(
    SYNC_OBJECTS.map((object) => [object, objectMap(object, more[object] ?? [])]),
  ) as FieldMap['objects'],
});

/** Adds the columns of people, makes the mirrors of Lead and Contact, and applies the shape of people. */
export const layOut = async (db: Database, map: FieldMap): Promise<void> => {
  const id = pg.escapeIdentifier;
  await db.transaction(async (tx) => {
    for (const object of [map.objects.Lead, map.objects.Contact]) {
      const columns = object.fields.map(
        (field) => `${id(field.name)} ${field.name === 'Id' ? 'text collate "C" primary key' : field.mirrorType}`,
      );
      await tx.run(`create table salesforce.${id(object.object)} (${columns.join(', ')}, "_began_at" timestamptz)`);
      for (const field of object.fields) {
        if (field.column)
          await tx.run(`alter table marketing.person add column if not exists ${id(field.column)} ${field.mirrorType}`);
      }
    }
    await applyPeopleShape(tx, map);
  });
};
