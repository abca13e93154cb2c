/**
 * Person accounts, as an org has them once Salesforce turned them on: an account with `IsPersonAccount` is a person, and has a
 * contact of its own that mirrors it. What a contact has, such an account has as `Person...`, and custom fields as `..._pc`.
 */
import type { SourceComponent } from '../metadata/source.ts';
import type { FieldDescribe, ObjectDescribe, SchemaObject } from '../schema/schema.ts';
import { checkbox, readOnly, reference } from '../schema/standard/build.ts';
import type { Store } from '../store/store.ts';

/** The record type that makes an account a person. */
export const personRecordType = 'PersonAccount';

/** The metadata of that record type. */
export const personType = {
  type: 'RecordType',
  fullName: `Account.${personRecordType}`,
  tree: { label: 'Person Account', active: 'true' },
} as const satisfies SourceComponent;

/** What a contact has that is the account's own, or makes no sense of a person's. */
const notOfPersons = new Set(['Id', 'Name', 'AccountId', 'OwnerId', 'ReportsToId', 'Phone', 'Fax', 'Description']);
const nameParts = new Set(['LastName', 'FirstName', 'Salutation']);

function nameOfPerson(contactField: string): string {
  if (nameParts.has(contactField)) return contactField;
  return contactField.endsWith('__c') ? contactField.replace(/__c$/, '__pc') : `Person${contactField}`;
}

function fieldOfPerson(field: FieldDescribe): FieldDescribe {
  const { relationshipName, compoundFieldName } = field;
  return {
    ...field,
    name: nameOfPerson(field.name),
    nillable: field.type !== 'boolean',
    unique: false,
    externalId: false,
    idLookup: false,
    relationshipName: relationshipName === null ? null : nameOfPerson(relationshipName).replace(/__r$/, '__pr'),
    compoundFieldName:
      compoundFieldName === null || compoundFieldName === 'Name' ? compoundFieldName : `Person${compoundFieldName}`,
  };
}

const isPerson = checkbox('IsPersonAccount', 'Is Person Account', { ...readOnly, defaultedOnCreate: true });

/** The objects of an org with person accounts. */
export function withPersonAccounts(described: readonly ObjectDescribe[]): readonly ObjectDescribe[] {
  const contact = described.find(({ name }) => name === 'Contact');
  const ofPersons = (contact?.fields ?? []).filter(
    ({ name, type, createable }) => !notOfPersons.has(name) && (createable || type === 'address'),
  );
  const own = [
    isPerson,
    reference('PersonContactId', 'Contact ID', ['Contact'], 'PersonContact', readOnly),
    ...ofPersons.map(fieldOfPerson),
  ];
  const added: Readonly<Record<string, readonly FieldDescribe[]>> = {
    Account: own,
    Contact: [isPerson],
    RecordType: [checkbox('IsPersonType', 'Is Person Type', readOnly)],
  };
  return described.map((one) => ({ ...one, fields: [...one.fields, ...(added[one.name] ?? [])] }));
}

/** Fields of a person account and of its contact that are one: the account's name, the contact's. */
export function pairsOf(account: SchemaObject, contact: SchemaObject): readonly (readonly [string, string])[] {
  const shared = ['Phone', 'Fax', 'OwnerId'].map((name) => [name, name] as const);
  const persons = contact.stored.flatMap(({ name }) => {
    if (notOfPersons.has(name)) return [];
    const of = account.field(nameOfPerson(name));
    return of === undefined || !of.createable ? [] : [[of.name, name] as const];
  });
  return [...shared, ...persons];
}

/** Says which record types are of persons, and of the records there are that they are none. Once, in a new org. */
export function fillPersonAccounts(store: Store): void {
  store
    .statement(`update "RecordType" set "IsPersonType" = case "DeveloperName" when ? then 'true' else 'false' end`)
    .run(personRecordType);
  for (const object of ['Account', 'Contact']) {
    store.statement(`update "${object}" set "IsPersonAccount" = 'false' where "IsPersonAccount" is null`).run();
  }
}

export function hasPersonAccounts(store: Store): boolean {
  return store.schema.object('Account')?.field('IsPersonAccount') !== undefined;
}
