/** The objects that streaming itself is set up with, and platform events, which are described as objects are. */
import type { FieldDescribe, ObjectDescribe } from '../schema/schema.ts';
import {
  checkbox,
  datetime,
  id,
  isDeleted,
  numeric,
  picklist,
  readOnly,
  reference,
  required,
  stamps,
  text,
  textarea,
  values,
} from '../schema/standard/build.ts';
import { object } from '../schema/standard/object.ts';
import type { Store } from '../store/store.ts';

/** Their fields are not for permission sets to grant. */
function seenByAll(field: FieldDescribe): FieldDescribe {
  return { ...field, permissionable: false };
}

const onByDefault = { defaultValue: true } as const;

const pushTopic: ObjectDescribe = object(
  'PushTopic',
  'Push Topic',
  'Push Topics',
  '0IF',
  [
    id('Push Topic ID'),
    text('Name', 'Topic Name', 25, { ...required, nameField: true, unique: true, caseSensitive: true }),
    textarea('Query', 'SOQL Query', 1300, required),
    numeric('ApiVersion', 'API Version', 'double', 18, 1, required),
    checkbox('IsActive', 'Is Active', onByDefault),
    picklist('NotifyForFields', 'Notify For Fields', values('Referenced*', 'All', 'Select', 'Where'), {
      restrictedPicklist: true,
    }),
    picklist('NotifyForOperations', 'Notify For Operations', values('All*', 'Create', 'Update', 'Extended')),
    text('Description', 'Description', 400),
    checkbox('NotifyForOperationCreate', 'Create', onByDefault),
    checkbox('NotifyForOperationUpdate', 'Update', onByDefault),
    checkbox('NotifyForOperationDelete', 'Delete', onByDefault),
    checkbox('NotifyForOperationUndelete', 'Undelete', onByDefault),
    isDeleted(),
    ...stamps(),
  ].map(seenByAll),
);

const streamingChannel: ObjectDescribe = object(
  'StreamingChannel',
  'Streaming Channel',
  'Streaming Channels',
  '0M6',
  [
    id('Streaming Channel ID'),
    text('Name', 'Streaming Channel Name', 80, { ...required, nameField: true, unique: true, caseSensitive: true }),
    checkbox('IsDynamic', 'Is Dynamic', readOnly),
    text('Description', 'Description', 255),
    reference('OwnerId', 'Owner ID', ['Group', 'User'], 'Owner', { defaultedOnCreate: true }),
    isDeleted(),
    ...stamps(),
  ].map(seenByAll),
);

/** Makes the org able to stream if its file is from before, or if it was described by files alone. */
export function defineStreaming(store: Store): void {
  for (const describe of [pushTopic, streamingChannel]) {
    if (store.schema.object(describe.name) === undefined) store.define(describe);
  }
}

/**
 * A platform event `X__e` as an object: it can be created and nothing else. `fields` are its custom fields; `prefix` is the
 * beginning of its ids, `e00` for the first.
 */
export function platformEvent(
  name: string,
  label: string,
  prefix: string,
  fields: readonly FieldDescribe[],
): ObjectDescribe {
  const system = [
    text('ReplayId', 'Replay ID', 1000, readOnly),
    text('EventUuid', 'Event UUID', 36, readOnly),
    datetime('CreatedDate', 'Created Date', { ...readOnly, nillable: false }),
    reference('CreatedById', 'Created By ID', ['User'], 'CreatedBy', { ...readOnly, nillable: false }),
  ];
  return object(name, label, label, prefix, [...system, ...fields], {
    custom: true,
    deletable: false,
    layoutable: false,
    queryable: false,
    replicateable: false,
    retrieveable: false,
    searchable: false,
    triggerable: true,
    undeletable: false,
    updateable: false,
  });
}
