import { reference } from '../../schema/standard/build.ts';
import { MetadataFault } from '../field-type.ts';
import { isSet, said } from '../tree.ts';
import type { Kind, Setup } from './kind.ts';
import { plain } from './plain.ts';

const kept = plain('RecordType');

/** An object has this field from its first record type on. */
const typeReference = reference('RecordTypeId', 'Record Type ID', ['RecordType'], 'RecordType', {
  permissionable: false,
});

/** `Account.Partner`: also a record of RecordType, whose id records name, and a part of the object's describe. */
export const recordType: Kind = {
  ...kept,
  put: (setup, fullName, tree) => {
    const [objectName = '', developerName = ''] = fullName.split('.');
    const object = setup.schema.object(objectName);
    if (object === undefined) {
      throw new MetadataFault(
        'INVALID_CROSS_REFERENCE_KEY',
        `Entity of type CustomObject named '${objectName}' cannot be found`,
      );
    }
    const label = said(tree, 'label') ?? developerName;
    const active = said(tree, 'active') === undefined || isSet(tree, 'active');
    const id = putRow(setup, object.name, developerName, label, active);
    const others = object.describe.recordTypeInfos.filter((info) => info.recordTypeId !== id);
    const info = {
      active,
      available: true,
      defaultRecordTypeMapping: false,
      developerName,
      master: false,
      name: label,
      recordTypeId: id,
      urls: {},
    };
    const fields =
      object.field('RecordTypeId') === undefined ? [...object.fields, typeReference] : object.describe.fields;
    setup.store.define({ ...object.describe, fields, recordTypeInfos: [...others, info] });
    kept.put(setup, fullName, tree);
  },
  read: (setup, fullName) => {
    const tree = kept.read(setup, fullName);
    return tree === undefined ? undefined : { fullName, ...tree };
  },
};

/** The id of the record, which is made or changed. */
function putRow(
  { store, userId, schema }: Setup,
  object: string,
  developerName: string,
  name: string,
  active: boolean,
): string {
  if (schema.object('RecordType') === undefined) return '012000000000000AAA';
  const found = store
    .statement(`select "Id" from "RecordType" where "SobjectType" = ? and "DeveloperName" = ? collate nocase`)
    .get(object, developerName);
  const now = store.now();
  const values = {
    Name: name,
    IsActive: String(active),
    LastModifiedDate: now,
    LastModifiedById: userId,
    SystemModstamp: now,
  };
  if (found !== undefined) {
    store.update('RecordType', String(found['Id']), values);
    return String(found['Id']);
  }
  const Id = store.nextId('RecordType');
  const own = {
    Id,
    DeveloperName: developerName,
    SobjectType: object,
    IsDeleted: 'false',
    CreatedDate: now,
    CreatedById: userId,
  };
  store.insert('RecordType', { ...values, ...own });
  return Id;
}
