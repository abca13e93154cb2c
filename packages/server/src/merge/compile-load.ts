/**
 * A page of an initial load, copied straight into the mirror; a trigger makes of its rows what is ours, in the same statement.
 *
 * While the first generation of a load runs, and only then, the mirror carries that trigger: the persistent sync pays nothing for it.
 * Everybody is new and nobody has anything unsettled (IN17). A page of which this is not so is refused whole, by SL007 or by a key
 * (23505), and goes the way of every other page. So do the pages of a wide object, whose CSV no table can take (MAP14). Pure.
 */
import type { ObjectMap } from '../mapping/mapping.ts';
import { mirrorTable, ownTable } from '../mapping/shape.ts';
import { isConverted, isGone, keyColumn } from './compile-mirror.ts';
import { copyFrom, hasKey, isPeople } from './compile-staging.ts';
import type { LoadStatements } from './merge.ts';
import { id, list, takenFields, text } from './sql.ts';

/** `map`: the whole map for `open` and `close`; for `copyIn` the fields that a page has. */
export const compileLoad = (map: ObjectMap): LoadStatements => {
  if (map.fields.some((field) => field.isInMirrorMore || field.isInMore))
    return { isPossible: false, open: [], copyIn: '', close: [] };
  const table = mirrorTable(map.object);
  const trigger = `sync.${id(`load_${map.object}`)}`;
  return {
    isPossible: true,
    open: [
      `create or replace function ${trigger}() returns trigger
  language plpgsql set search_path = '' as $$
declare
  page_secret bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  page_start bytea := substr(uuid_send(gen_random_uuid()), 1, 2);
  page_run bigint := nullif(current_setting('syncline.run_id', true), '')::bigint;
  page_created bigint;
begin
${isPeople(map) ? bornPeople(map) : bornRows(map)}
  get diagnostics page_created = row_count;
  perform set_config('syncline.created', page_created::text, true);
  return null;
end $$`,
      `create or replace trigger load after insert on ${table} referencing new table as page
  for each statement when (current_setting('syncline.load', true) = 'on') execute function ${trigger}()`,
      // A constant: an expression is computed for each row.
      `do $$ begin
  execute format('alter table %s alter column "_began_at" set default %L::timestamptz', ${text(table)}, current_setting('syncline.began_at'));
end $$`,
    ],
    copyIn: copyFrom(map, table),
    close: [
      `alter table ${table} alter column "_began_at" drop default`,
      `drop trigger if exists load on ${table}`,
      `drop function if exists ${trigger}()`,
    ],
  };
};

/** What a page is refused with that must be merged instead: migration 0007. */
export const SOMEBODY_KNOWN = 'SL007';

/** An external id may name somebody we know (ID3); an id of 15 characters is the record of its 18 (ID2). */
const isKnown = (map: ObjectMap): string => `length(s."Id") <> 18${hasKey(map) ? ` or s.${keyColumn} <> ''` : ''}`;

/** Each record is looked at once: whether it may be known comes before everything, and ends the page. */
const fromPage = (map: ObjectMap, conditions: readonly string[]): string => {
  const wanted = conditions.filter((condition) => condition !== 'false').map((condition) => `not ${condition}`);
  return `
      from page s
     where case when ${isKnown(map)} then sync.refuse_known(s."Id") else ${wanted.join(' and ') || 'true'} end`;
};

/**
 * OUT21 for many at once: a hash of the record's id under a secret of 244 random bits, which is drawn for each page and kept nowhere.
 * Asking the system for random bytes row by row costs a fifth of a plain copy. The first 16 of the 128 bits are drawn once for the page,
 * so that its keys are neighbours in the index: spread over all of it they cost a third of a plain copy.
 */
const EXTERNAL_ID = `encode(page_start || substr(sha256(page_secret || textsend(s."Id")), 1, 14), 'hex')`;

/** Each record is a person, the record is that person's (ID1), and the journal has one line of it. */
const bornPeople = (map: ObjectMap): string => {
  const { sent, readOnly } = takenFields(map);
  const fields = [...sent, ...readOnly]; // MRG15 has nothing to say of somebody new: every field is Salesforce's.
  return `  with born as (
    insert into marketing.person
           (external_id, salesforce_id, salesforce_type${fields.map((field) => `, ${id(field.column)}`).join('')})
    select ${list([EXTERNAL_ID, 's."Id"', text(map.object), ...fields.map((field) => `s.${id(field.name)}`)], 11)}${fromPage(map, [isGone(map), isConverted(map)])}
    returning id, salesforce_id
  ), linked as (
    insert into sync.link (sf_id, object, person_id) select b.salesforce_id, ${text(map.object)}, b.id from born b
  )
${journal(map)}`;
};

const bornRows = (map: ObjectMap): string => {
  const fields = takenFields(map).readOnly;
  return `  with born as (
    insert into ${ownTable(map.object)} (salesforce_id${fields.map((field) => `, ${id(field.column)}`).join('')})
    select ${list(['s."Id"', ...fields.map((field) => `s.${id(field.name)}`)], 11)}${fromPage(map, [isGone(map)])}
    returning id, salesforce_id
  )
${journal(map)}`;
};

const journal = (map: ObjectMap): string =>
  `  insert into sync.journal (object, row_id, sf_id, cause, run_id)
  select ${text(map.object)}, b.id, b.salesforce_id, 'load', page_run from born b;`;
