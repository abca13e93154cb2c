/** The page of one person: both sides' values, the ids it ever had, what happened, and what stands between it and Salesforce. */

import type { FieldState, JournalLine, Person, PersonField } from '@syncline/contract/people';
import type { FieldValue } from '@syncline/contract/shared';
import type { UndoKind } from '@syncline/contract/undo';
import pg from 'pg';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import type { FieldMap, MappedField } from '../mapping/mapping.ts';
import { offeredValues } from '../mapping/plan-values.ts';
import { readPersonRows } from './people-rows.ts';
import { personColumnsOf } from './person-columns.ts';
import { type PersonCompany, readPersonCompany } from './person-company.ts';
import { readGate } from './person-entry.ts';
import { readFolded, readLinks } from './person-links.ts';

const JOURNAL_LINES = 50;

export const readPerson = async (db: Database, map: FieldMap, personId: number): Promise<Person> => {
  const [core] = await db.query<CoreRow>(CORE, [personId]);
  const [row] = await readPersonRows(db, personColumnsOf(map), [personId]);
  if (!core || !row) throw new Problem('person-not-found', { id: personId });
  const [links, folded, company, journal, gate] = await Promise.all([
    readLinks(db, map, personId),
    readFolded(db, personId),
    core.salesforce_type === 'Contact' ? readPersonCompany(db, map, personId) : null,
    readJournal(db, personId),
    readGate(db, personId, core),
  ]);
  const fields = withCompany(await readFields(db, map, personId, core), company);
  return {
    person: {
      ...row,
      externalId: core.external_id,
      createdAt: core.created_at.toISOString(),
      recordUrl: core.record_url,
      ownerEmail: await readOwnerEmail(db, map, personId),
    },
    links,
    folded,
    company: company && { companyId: company.companyId, people: company.people },
    fields,
    journal,
    gate,
    duplicateErrorId: core.duplicate_error_id,
  };
};

/** Null: nobody's, a queue's, or the map has no e-mail of users (N64, N65). */
const readOwnerEmail = async (db: Database, map: FieldMap, personId: number): Promise<string | null> => {
  const { ownerId } = personColumnsOf(map);
  const email = map.objects.User.fields.find(({ name }) => name === 'Email')?.column;
  if (ownerId === null || !email) return null;
  const [row] = await db.query<{ email: string | null }>(
    `select o.${pg.escapeIdentifier(email)} as email
       from marketing.person p join marketing.owner o on o.salesforce_id = p.${ownerId} collate "C" where p.id = $1`,
    [personId],
  );
  return row?.email ?? null;
};

interface CoreRow {
  readonly external_id: string;
  readonly created_at: Date;
  readonly salesforce_id: string | null;
  readonly salesforce_type: 'Lead' | 'Contact' | null;
  readonly is_deleted: boolean;
  readonly record_url: string | null;
  readonly duplicate_error_id: number | null;
}

/** A record's page is known where the org's own host is: with user name and password only the login host is chosen. */
const CORE = `
select p.external_id, p.created_at, p.salesforce_id, p.salesforce_type, p.is_deleted,
       (select c.host || '/' || p.salesforce_id from sync.connection c where c.method = 'client_credentials') as record_url,
       (select max(e.error_id) from sync.error e where e.person_id = p.id and e.resolved_at is null and e.duplicate is not null) as duplicate_error_id
  from marketing.person p where p.id = $1`;

const MIRROR = { Lead: 'salesforce."Lead"', Contact: 'salesforce."Contact"' } as const;

/** Numbers leave as text, for Node would make floats of them (MAP16). */
const asText = (json: string): string =>
  `case when jsonb_typeof(${json}) = 'number' then to_jsonb(${json} #>> '{}') else ${json} end`;

/**
 * Ours, theirs and base of each field (MRG5): base is the acknowledged value, else the one beside an undecided read, else the mirror's.
 * `$2`: `[{column, name, kind}]`, where name is Salesforce's name on the record the person is now, or null.
 */
const fieldsSql = (mirror: string | null): string => `
select f."column", ${asText('ours.value')} as ours, ${asText('theirs.value')} as theirs, ${asText('base.value')} as base,
       sync.comparable(ours.value, f.kind) is not distinct from sync.comparable(theirs.value, f.kind) as is_equal,
       coalesce(x.edits ? f."column", false) as is_waiting, coalesce(s.in_flight ? f."column", false) as is_sending,
       exists (select from sync.conflict k where k.person_id = $1 and k.field = f."column" and k.winner is null) as is_held,
       coalesce(x.parked ->> f."column", case when x.edits ? f."column" then x.parked ->> '*' end) as parked
  from jsonb_to_recordset($2::jsonb) as f ("column" text, name text, kind text)
  cross join (select to_jsonb(p) || coalesce(to_jsonb(p) -> 'more', '{}') as person from marketing.person p where p.id = $1) as mine
  left join lateral (${mirror ? `select to_jsonb(m) || coalesce(to_jsonb(m) -> '_more', '{}') as record from ${mirror} m where m."Id" = $3` : 'select $3::jsonb as record'}) as his on true
  left join sync.outbox x on x.person_id = $1
  left join sync.sent s on s.person_id = $1
  cross join lateral (select mine.person -> f."column" as value) as ours
  cross join lateral (select his.record -> f.name as value) as theirs
  cross join lateral (select coalesce(s.acknowledged -> f."column", s.base -> f."column", theirs.value) as value) as base`;

interface FieldRow {
  readonly column: string;
  readonly ours: FieldValue;
  readonly theirs: FieldValue;
  readonly base: FieldValue;
  readonly is_equal: boolean;
  readonly is_waiting: boolean;
  readonly is_sending: boolean;
  readonly is_held: boolean;
  readonly parked: string | null;
}

const readFields = async (db: Database, map: FieldMap, personId: number, core: CoreRow): Promise<PersonField[]> => {
  const places = personFields(map, core.salesforce_type);
  const mirror = core.salesforce_type ? MIRROR[core.salesforce_type] : null;
  const asked = places.map(({ column, here, field }) => ({ column, name: here?.name ?? null, kind: kindOf(field) }));
  const rows = await db.query<FieldRow>(fieldsSql(mirror), [
    personId,
    JSON.stringify(asked),
    mirror ? core.salesforce_id : null,
  ]);
  const byColumn = new Map(rows.map((row) => [row.column, row]));
  return places.flatMap((place) => {
    const row = byColumn.get(place.column);
    return row ? [fieldOf(place, row, mirror !== null)] : [];
  });
};

/** MRG20: what a contact shows of its company is the company's, whatever the person was before. */
const withCompany = (fields: readonly PersonField[], company: PersonCompany | null): PersonField[] =>
  fields.map((field) => {
    const ofCompany = company?.fields.get(field.field);
    return ofCompany ? { ...field, ...ofCompany, base: ofCompany.theirs, state: 'of_company' } : field;
  });

interface Place {
  readonly column: string;
  readonly field: MappedField;
  /** The field on the record the person is now; null: that object has none, or there is no record. */
  readonly here: MappedField | null;
  /** What leads and contacts have in the column. */
  readonly all: readonly MappedField[];
}

const personFields = (map: FieldMap, type: 'Lead' | 'Contact' | null): readonly Place[] => {
  const places = new Map<string, Place>();
  for (const object of ['Lead', 'Contact'] as const) {
    for (const field of map.objects[object].fields) {
      if (field.column === null || field.isHidden) continue;
      const before = places.get(field.column);
      const here = object === type ? field : (before?.here ?? null);
      const all = [...(before?.all ?? []), field];
      places.set(field.column, { column: field.column, field: here ?? before?.field ?? field, here, all });
    }
  }
  return [...places.values()];
};

const kindOf = (field: MappedField): 'text' | 'set' | 'value' =>
  field.type === 'multipicklist' ? 'set' : field.mirrorType === 'text' ? 'text' : 'value';

const fieldOf = ({ column, field, here, all }: Place, row: FieldRow, isRecord: boolean): PersonField => ({
  field: column,
  label: field.label,
  salesforceName: here?.name ?? null,
  type: field.mirrorType,
  isEditable: field.direction === 'both' || field.direction === 'to_salesforce',
  offers: copyOf(offeredValues(all)),
  isSeveral: field.type === 'multipicklist',
  isOptOut: field.isOptOut,
  ours: row.ours,
  theirs: row.theirs,
  base: row.base,
  state: stateOf(here !== null, row, { isRecord }),
  problemCode: row.parked,
});

const copyOf = (values: readonly string[] | null): string[] | null => (values === null ? null : [...values]);

/** Pure: what a field is doing; of a person who is a record, one without a place on it says so (MRG19). A refusal outweighs waiting, a held field is not sent at all, a send under way outweighs them all. */
export const stateOf = (
  hasPlace: boolean,
  row: Pick<FieldRow, 'is_equal' | 'is_waiting' | 'is_sending' | 'is_held' | 'parked'>,
  { isRecord } = { isRecord: false },
): FieldState => {
  if (row.is_sending) return 'sending';
  if (row.is_held) return 'held';
  if (row.parked !== null) return 'refused';
  if (row.is_waiting) return 'waiting_to_send';
  if (!hasPlace) return isRecord ? 'no_place' : 'not_synced';
  return row.is_equal ? 'equal' : 'differs';
};

/** `cause <> 'load'` is the index's own condition: a million load lines are not walked. */
const JOURNAL = `
select j.journal_id, j.at, j.cause, j.object, j.sf_id, j.run_id, j.said_by, u.undo_id, u.kind as undo_kind, u.target as undo_target,
       sync.undoable(j.cause, j.fields) <> '{}' as is_undoable,
       coalesce((select jsonb_agg(jsonb_build_array(c.key, ${asText('(c.value -> 0)')}, ${asText('(c.value -> 1)')}) order by c.key)
                   from jsonb_each(case when jsonb_typeof(j.fields) = 'object' then j.fields else '{}' end) as c), '[]') as changes
  from sync.journal j
  left join sync.undo u on u.undo_id = j.undo_id
 where j.row_id = $1 and j.cause <> 'load' and j.object in ('Lead', 'Contact', 'Person')
 order by j.at desc, j.journal_id desc limit ${JOURNAL_LINES}`;

const readJournal = async (db: Database, personId: number): Promise<JournalLine[]> => {
  const rows = await db.query<{
    journal_id: number;
    at: Date;
    cause: string;
    object: string;
    sf_id: string | null;
    run_id: number | null;
    said_by: string | null;
    undo_id: number | null;
    undo_kind: UndoKind | null;
    undo_target: number | null;
    is_undoable: boolean;
    changes: readonly (readonly [string, FieldValue, FieldValue])[];
  }>(JOURNAL, [personId]);
  return rows.map((row) => ({
    journalId: row.journal_id,
    at: row.at.toISOString(),
    cause: row.cause,
    object: row.object,
    salesforceId: row.sf_id,
    runId: row.run_id,
    by: row.said_by,
    undo:
      row.undo_id === null || row.undo_kind === null
        ? null
        : { undoId: row.undo_id, kind: row.undo_kind, target: row.undo_target ?? 0 },
    isUndoable: row.is_undoable,
    changes: row.changes.map(([field, before, after]) => ({ field, before: plain(before), after: plain(after) })),
  }));
};

/** The journal may hold a value that is no scalar; it reads as JSON. */
const plain = (value: unknown): FieldValue =>
  value === null || value === undefined
    ? null
    : typeof value === 'string' || typeof value === 'boolean'
      ? value
      : JSON.stringify(value);
