/**
 * Companies edited through a person (MRG20): the one company row changes for all its people, nothing is sent, and `sync.company_edit` remembers
 * which columns hold a value of ours until Salesforce's next change of the account overwrites them (MRG21). Pure.
 */
import pg from 'pg';
import { type CompanyPlace, companyPlaces, compileCompanyView, joinCompany } from '../mapping/compile-company.ts';
import type { FieldMap } from '../mapping/mapping.ts';

const id = pg.escapeIdentifier;
const text = pg.escapeLiteral;

/** In the trigger on people, after its checks: what was edited of contacts goes to their companies. Where two people of one company differ, the younger's counts. */
export const noteCompanies = (map: FieldMap): string => {
  const places = companyPlaces(map);
  if (places.length === 0) return '';
  const changed = `n.salesforce_type = 'Contact' and (${list(places, 'n')}) is distinct from (${list(places, 'o')})`;
  return `
  if exists (select from new_rows n join old_rows o on o.id = n.id where ${changed}) then
${editCompanies(
  places,
  `
  select c.id, jsonb_object_agg(f.name, f.value order by n.id) as fields
    from new_rows n
    join old_rows o on o.id = n.id
    join marketing.company c on ${joinCompany(map, 'n')}
   cross join lateral (values
         ${places
           .map(
             (place) =>
               `(${text(place.companyColumn)}, to_jsonb(n.${id(place.column)}), ${plain(place, 'n')} is distinct from ${plain(place, 'o')})`,
           )
           .join(',\n         ')}) f (name, value, is_edited)
   where ${changed} and f.is_edited
   group by c.id`,
)};
  end if;`;
};

const list = (places: readonly CompanyPlace[], alias: string): string =>
  places.map(({ column }) => `${alias}.${id(column)}`).join(', ');

const plain = ({ column, mirrorType }: CompanyPlace, alias: string): string =>
  mirrorType === 'text' ? `sync.plain(${alias}.${id(column)})` : `${alias}.${id(column)}`;

/** `edits` selects `id` of a company and `fields`, `{column: value}`. Equal values are no edit (MRG4). */
const editCompanies = (places: readonly CompanyPlace[], edits: string): string => {
  const columns = places.map(({ companyColumn }) => id(companyColumn));
  return `
with edit as materialized (${edits}),
held as materialized (
  select c.id, c.salesforce_id, to_jsonb(c) as before from marketing.company c
   where c.id = any (array(select id from edit)) order by c.id for no key update),
change as materialized (
  select h.id, h.salesforce_id, jsonb_object_agg(f.key, f.value) as fields,
         jsonb_object_agg(f.key, jsonb_build_array(h.before -> f.key, f.value)) as journalled
    from held h
    join edit e on e.id = h.id
   cross join lateral jsonb_each(e.fields) f
   cross join lateral (select case jsonb_typeof(f.value) when 'number' then 'value' else 'text' end as kind) k
   where sync.comparable(h.before -> f.key, k.kind) is distinct from sync.comparable(f.value, k.kind)
   group by h.id, h.salesforce_id),
noted as (
  insert into sync.journal (object, row_id, sf_id, cause, fields)
  select 'Account', id, salesforce_id, 'edited', journalled from change),
marked as (
  insert into sync.company_edit as e (company_id, fields)
  select id, array(select jsonb_object_keys(fields)) from change order by id
  on conflict (company_id) do update
    set fields = array(select distinct unnest(e.fields || excluded.fields) order by 1), at = excluded.at)
update marketing.company c
   set (${columns.join(', ')}) = (select ${columns.map((column) => `r.${column}`).join(', ')} from jsonb_populate_record(c, change.fields) r)
  from change where c.id = change.id`;
};

/** The view, and what an update of it does: a contact's goes to its company, anybody else's to the person, as an edit like any other. */
export const companyShape = (map: FieldMap): readonly string[] => {
  const places = companyPlaces(map);
  const view = `create or replace view marketing.person_company as\n${compileCompanyView(map)}`;
  return [
    // Whoever built on the view keeps it, unless a column of it is there no more.
    `do $do$ begin
  execute ${text(view)};
exception when invalid_table_definition then
  drop view marketing.person_company;
  execute ${text(view)};
end $do$`,
    ...(places.length === 0 ? [] : takesUpdates(places)),
  ];
};

const takesUpdates = (places: readonly CompanyPlace[]): readonly string[] => [
  `create or replace function sync.edit_person_company() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if new.person_id is distinct from old.person_id or new.company_id is distinct from old.company_id then
    raise exception 'whose company it is, is Salesforce''s to say' using errcode = '42501';
  end if;
  if old.company_id is null then
    update marketing.person p set ${places.map(({ column }) => `${id(column)} = new.${id(column)}`).join(', ')} where p.id = old.person_id;
    return new;
  end if;${editCompanies(
    places,
    `
  select old.company_id as id, ${places
    .map(
      ({ column, companyColumn }) =>
        `case when new.${id(column)} is distinct from old.${id(column)} then jsonb_build_object(${text(companyColumn)}, new.${id(column)}) else '{}' end`,
    )
    .join('\n         || ')} as fields`,
  )};
  return new;
end $$`,
  `create or replace trigger edit_person_company instead of update on marketing.person_company for each row execute function sync.edit_person_company()`,
];

/** Columns of the view that whoever may edit the person may edit. */
export const editableOfCompany = (map: FieldMap, columns: readonly string[]): readonly string[] =>
  companyPlaces(map).flatMap(({ column }) => (columns.includes(column) ? [column] : []));
