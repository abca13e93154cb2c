/** What a view of the People list holds, and what narrows it: SQL over alias `p`, made of nothing but the map and bound values (SEC9). Pure. */
import type { ChangedHours, PeopleChoice, PeopleView, RecordKind } from '@syncline/contract/people';
import type { FieldMap } from '../mapping/mapping.ts';
import type { Binds } from './binds.ts';
import { type Conditions, type ListFields, listFieldsOf, meets, readConditions } from './people-fields.ts';
import { type PersonColumns, personColumnsOf } from './person-columns.ts';
import { searchKey } from './search-indexes.ts';

export interface Narrowed {
  readonly columns: PersonColumns;
  readonly fields: ListFields;
  readonly view: PeopleView;
  readonly record: RecordKind | undefined;
  readonly owner: string | undefined;
  readonly changed: ChangedHours | undefined;
  readonly conditions: Conditions;
}

/** Errors: those of `readConditions`. */
export const narrowedOf = (map: FieldMap, choice: PeopleChoice): Narrowed => {
  const fields = listFieldsOf(map);
  return {
    columns: personColumnsOf(map),
    fields,
    view: choice.view ?? 'all',
    record: choice.record,
    owner: choice.owner === '' ? undefined : choice.owner,
    changed: choice.changed,
    conditions: readConditions(fields, choice.where),
  };
};

const inView = ({ view, columns }: Narrowed): readonly string[] => {
  switch (view) {
    case 'all':
      return [];
    case 'waiting':
      return [
        `exists (select from sync.outbox x where x.person_id = p.id and x.parked = '{}' and x.due_at < 'infinity')`,
      ];
    case 'with_errors':
      return [`exists (select from sync.outbox x where x.person_id = p.id and x.parked <> '{}')`];
    case 'not_in_salesforce':
      return ['p.salesforce_id is null'];
    case 'likely_duplicates':
      return [
        columns.email === null
          ? 'false'
          : `not p.is_deleted and p.${columns.email} is not null and exists (select from marketing.person d
             where ${searchKey(`d.${columns.email}`)} = ${searchKey(`p.${columns.email}`)} and d.id <> p.id and not d.is_deleted)`,
      ];
    case 'opted_out':
      return [
        columns.optOuts.length === 0 ? 'false' : `(${columns.optOuts.map((column) => `p.${column}`).join(' or ')})`,
      ];
  }
};

const OF_RECORD = {
  lead: `p.salesforce_type = 'Lead' and not p.is_deleted`,
  contact: `p.salesforce_type = 'Contact' and not p.is_deleted`,
  marketing_only: 'p.salesforce_id is null and not p.is_deleted',
  deleted: 'p.is_deleted',
} as const satisfies Record<RecordKind, string>;

const ofOwner = ({ ownerId, ownerName }: PersonColumns, begins: string, binds: Binds): string =>
  ownerId === null || ownerName === null
    ? 'false'
    : `p.${ownerId} in (select o.salesforce_id from marketing.owner o where starts_with(lower(o.${ownerName}), ${binds.add(begins.toLowerCase(), 'text')}))`;

/** By the journal, which holds what moved on either side; a first load moved nothing. */
const changedWithin = (hours: number, binds: Binds): string =>
  `p.id in (select j.row_id from sync.journal j
             where j.at > now() - ${binds.add(hours, 'integer')} * interval '1 hour' and j.cause <> 'load' and j.object in ('Lead', 'Contact'))`;

/** What narrows a view. */
export const narrowedBy = (narrowed: Narrowed, binds: Binds): readonly string[] => {
  const { columns, fields, record, owner, changed, conditions } = narrowed;
  return [
    ...(record === undefined ? [] : [OF_RECORD[record]]),
    ...(owner === undefined ? [] : [ofOwner(columns, owner, binds)]),
    ...(changed === undefined ? [] : [changedWithin(changed, binds)]),
    ...conditions.map((condition) => meets(fields, condition, binds)),
  ];
};

/** The whole condition. */
export const conditionSql = (narrowed: Narrowed, binds: Binds): string =>
  ['true', ...inView(narrowed), ...narrowedBy(narrowed, binds)].join(' and ');

/** Nothing narrows it. */
export const isEverybody = ({ view, record, owner, changed, conditions }: Narrowed): boolean =>
  view === 'all' && record === undefined && owner === undefined && changed === undefined && conditions.length === 0;
