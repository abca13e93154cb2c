/**
 * The custom field a Salesforce admin makes before the sync is connected: the key that joins a record with a person.
 * Lead and Contact get it in every org but an empty one, also where a describe file replaced their fields.
 */
import type { ObjectDescribe } from '../schema.ts';
import { externalKey } from './build.ts';

const key = externalKey('Syncline_Key__c', 'Syncline Key', 32);

export function withPreparedFields(described: ObjectDescribe): ObjectDescribe {
  if (described.name !== 'Lead' && described.name !== 'Contact') return described;
  if (described.fields.some(({ name }) => name.toLowerCase() === key.name.toLowerCase())) return described;
  return { ...described, fields: [...described.fields, key] };
}
