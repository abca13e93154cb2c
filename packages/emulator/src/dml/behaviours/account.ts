import { hasPersonAccounts, pairsOf, personRecordType } from '../../options/person-accounts.ts';
import type { RowError } from '../../salesforce-error.ts';
import type { StoredRow } from '../../store/store.ts';
import { derivedFields, startingValues } from '../automation.ts';
import { refusals } from '../refusals.ts';
import type { Writing } from '../writing.ts';
import type { Behaviour } from './behaviours.ts';

/**
 * An account that is a person, in an org that has such: one made with the record type of persons, or with a last name and no
 * name. Its name is made of its parts, and its contact follows it (A13).
 */
export const account: Behaviour = {
  complete: (writing, { row, changes, before }) => {
    if (!hasPersonAccounts(writing.store)) return { ok: true, values: {} };
    const isPerson = before === undefined ? isMadePerson(writing, row) : before['IsPersonAccount'] === 'true';
    const error = faultOf(writing, isPerson, row, changes, before === undefined);
    if (error !== undefined) return { ok: false, error };
    if (!isPerson) return { ok: true, values: {} };
    const parts = [row['FirstName'], row['LastName']].filter((part) => part !== null && part !== undefined);
    const values = { Name: parts.join(' ') };
    if (before !== undefined) return { ok: true, values };
    const own = { IsPersonAccount: 'true', PersonContactId: writing.store.nextId('Contact') };
    return { ok: true, values: { ...values, ...own, ...recordTypeOf(writing, row) } };
  },
  follow: (writing, { before, after }) => {
    if (after?.['IsPersonAccount'] === 'true') mirror(writing, before, after);
  },
};

function personTypeId(writing: Writing): string | undefined {
  const sql = `select "Id" from "RecordType" where "SobjectType" = 'Account' and "DeveloperName" = ?`;
  const id = writing.store.statement(sql).get(personRecordType)?.['Id'];
  return typeof id === 'string' ? id : undefined;
}

function isMadePerson(writing: Writing, row: StoredRow): boolean {
  const type = row['RecordTypeId'] ?? null;
  if (type !== null) return type === personTypeId(writing);
  return (row['LastName'] ?? null) !== null && (row['Name'] ?? null) === null;
}

function recordTypeOf(writing: Writing, row: StoredRow): StoredRow {
  const id = personTypeId(writing);
  return (row['RecordTypeId'] ?? null) !== null || id === undefined ? {} : { RecordTypeId: id };
}

function faultOf(
  writing: Writing,
  isPerson: boolean,
  row: StoredRow,
  changes: StoredRow,
  isNew: boolean,
): RowError | undefined {
  const needed = isPerson ? 'LastName' : 'Name';
  if ((row[needed] ?? null) === null && (isNew || needed in changes)) return refusals.required([needed]);
  const [object, contact] = [writing.object('Account'), writing.object('Contact')];
  if (object === undefined || contact === undefined) return undefined;
  const ofPersons = pairsOf(object, contact).flatMap(([name, of]) =>
    name === of && name !== 'LastName' ? [] : [name],
  );
  const closed = isPerson ? ['Name'] : [...ofPersons, 'FirstName', 'Salutation'];
  const wrong = closed.filter((name) => (changes[name] ?? null) !== null && changes[name] !== 'false');
  return wrong.length === 0 ? undefined : refusals.badNames('Account', wrong);
}

/** The contact of a person account is made with it, and is given what changes of it. */
function mirror(writing: Writing, before: StoredRow | undefined, after: StoredRow): void {
  const [object, contact] = [writing.object('Account'), writing.object('Contact')];
  if (object === undefined || contact === undefined) return;
  const moved = pairsOf(object, contact).filter(([name]) => before?.[name] !== after[name]);
  const values = Object.fromEntries(moved.map(([name, of]) => [of, after[name] ?? null]));
  if (before === undefined) {
    const row = {
      ...startingValues(contact, writing.store.clock()),
      ...values,
      Id: after['PersonContactId'] ?? null,
      AccountId: after['Id'] ?? null,
      IsPersonAccount: 'true',
    };
    writing.insert(contact, { ...row, ...derivedFields(contact, row, row) });
    return;
  }
  const stored = writing.store.read('Contact', after['PersonContactId'] ?? '');
  if (stored === undefined || moved.length === 0) return;
  writing.change(contact, stored, { ...values, ...derivedFields(contact, { ...stored, ...values }, values) });
}
