/** Custom objects: from what metadata says of one to its describe (A4, A17). */
import { platformEvent } from '../events/describes.ts';
import type { FieldDescribe, ObjectDescribe } from '../schema/schema.ts';
import { id, isDeleted, readOnly, reference, required, stamps, text, views } from '../schema/standard/build.ts';
import { object } from '../schema/standard/object.ts';
import type { Store } from '../store/store.ts';
import { MetadataFault } from './field-type.ts';
import { inner, isSet, said, type Tree } from './tree.ts';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A prefix that no object of the org has: `a00` for the first custom object, `e00` for the first event. */
export function freePrefix(store: Store, first: 'a' | 'e' | 'm'): string {
  const taken = new Set(store.schema.objects.map(({ describe }) => describe.keyPrefix));
  for (let number = 0; number < digits.length ** 2; number += 1) {
    const prefix = `${first}${digits[Math.floor(number / digits.length)]}${digits[number % digits.length]}`;
    if (!taken.has(prefix)) return prefix;
  }
  throw new MetadataFault('STORAGE_LIMIT_EXCEEDED', 'There are too many custom objects');
}

/** The prefix behind one: `a01` follows `a00`. */
export function prefixAfter(prefix: string): string {
  const number = digits.indexOf(prefix[1] ?? '0') * digits.length + digits.indexOf(prefix[2] ?? '0') + 1;
  return `${prefix[0]}${digits[Math.floor(number / digits.length)]}${digits[number % digits.length]}`;
}

/** The describe of a custom object with its system fields and its name, but no custom fields yet. */
export function describeOf(name: string, tree: Tree, keyPrefix: string, hasMaster: boolean): ObjectDescribe {
  const label = said(tree, 'label') ?? name.replace(/__\w$/, '').replaceAll('_', ' ');
  const plural = said(tree, 'pluralLabel') ?? `${label}s`;
  if (name.endsWith('__e')) return platformEvent(name, label, keyPrefix, []);
  const fields = [
    id('Record ID'),
    ...(hasMaster
      ? []
      : [reference('OwnerId', 'Owner ID', ['Group', 'User'], 'Owner', { ...required, defaultedOnCreate: true })]),
    isDeleted(),
    nameField(inner(tree, 'nameField')),
    ...stamps(),
    ...views(),
  ];
  return object(name, label, plural, keyPrefix, fields, {
    custom: true,
    customSetting: said(tree, 'customSettingsType') !== undefined,
    feedEnabled: isSet(tree, 'enableFeeds'),
    searchable: said(tree, 'enableSearch')?.toLowerCase() !== 'false',
  });
}

/** A record's name: text that its maker gives, or a number that Salesforce does. */
export function nameField(tree: Tree | undefined): FieldDescribe {
  const label = said(tree, 'label') ?? 'Name';
  if (said(tree, 'type') !== 'AutoNumber')
    return text('Name', label, 80, { nameField: true, idLookup: true, permissionable: false });
  return text('Name', label, 80, {
    ...readOnly,
    nameField: true,
    idLookup: true,
    autoNumber: true,
    nillable: false,
    defaultedOnCreate: true,
  });
}
