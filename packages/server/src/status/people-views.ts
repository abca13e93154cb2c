/** What a view of the People list holds, and what narrows it: SQL over alias `p`, made of nothing but the map and quoted values (SEC9). Pure. */
import type { PeopleQuery, PeopleView, RecordKind } from '@syncline/contract/people';
import pg from 'pg';
import type { PersonColumns } from './person-columns.ts';
import { searchKey } from './search-indexes.ts';

export interface Narrowed {
  readonly columns: PersonColumns;
  readonly view: PeopleView;
  readonly record: RecordKind | undefined;
  readonly owner: string | undefined;
}

export const narrowedOf = (columns: PersonColumns, query: PeopleQuery): Narrowed => ({
  columns,
  view: query.view ?? 'all',
  record: query.record,
  owner: query.owner === '' ? undefined : query.owner,
});

const inView = ({ view, columns }: Narrowed): string => {
  switch (view) {
    case 'all':
      return 'true';
    case 'waiting':
      return `exists (select from sync.outbox x where x.person_id = p.id and x.parked = '{}' and x.due_at < 'infinity')`;
    case 'with_errors':
      return `exists (select from sync.outbox x where x.person_id = p.id and x.parked <> '{}')`;
    case 'not_in_salesforce':
      return 'p.salesforce_id is null';
    case 'likely_duplicates':
      return columns.email === null
        ? 'false'
        : `not p.is_deleted and p.${columns.email} is not null and exists (select from marketing.person d
             where ${searchKey(`d.${columns.email}`)} = ${searchKey(`p.${columns.email}`)} and d.id <> p.id and not d.is_deleted)`;
    case 'opted_out':
      return columns.optOuts.length === 0
        ? 'false'
        : `(${columns.optOuts.map((column) => `p.${column}`).join(' or ')})`;
  }
};

const OF_RECORD = {
  lead: `p.salesforce_type = 'Lead' and not p.is_deleted`,
  contact: `p.salesforce_type = 'Contact' and not p.is_deleted`,
  marketing_only: 'p.salesforce_id is null and not p.is_deleted',
  deleted: 'p.is_deleted',
} as const satisfies Record<RecordKind, string>;

const ofOwner = ({ ownerId, ownerName }: PersonColumns, begins: string): string =>
  ownerId === null || ownerName === null
    ? 'false'
    : `p.${ownerId} in (select o.salesforce_id from marketing.owner o where starts_with(lower(o.${ownerName}), ${pg.escapeLiteral(begins.toLowerCase())}))`;

const narrowedBy = ({ columns, record, owner }: Narrowed): readonly string[] => [
  ...(record === undefined ? [] : [OF_RECORD[record]]),
  ...(owner === undefined ? [] : [ofOwner(columns, owner)]),
];

/** The whole condition. */
export const conditionSql = (narrowed: Narrowed): string => [inView(narrowed), ...narrowedBy(narrowed)].join(' and ');

/** Waiting and refused people are few beside all people: the list comes from the outbox then. `id` is what it is ordered by. */
export const sourceOf = (narrowed: Narrowed): { readonly sql: string; readonly id: string } => {
  if (narrowed.view !== 'waiting' && narrowed.view !== 'with_errors')
    return { sql: `select p.id from marketing.person p where ${conditionSql(narrowed)}`, id: 'p.id' };
  const more = narrowedBy(narrowed);
  const entries = narrowed.view === 'waiting' ? `x.parked = '{}' and x.due_at < 'infinity'` : `x.parked <> '{}'`;
  const people = more.length === 0 ? '' : ' join marketing.person p on p.id = x.person_id';
  return {
    sql: `select x.person_id as id from sync.outbox x${people} where ${[entries, ...more].join(' and ')}`,
    id: 'x.person_id',
  };
};
