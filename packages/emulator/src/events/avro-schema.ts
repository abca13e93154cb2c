/** The Avro schema of an event's shape, as `GetSchema` and the event schema resources answer it (A14). */
import { createHash } from 'node:crypto';
import { type EventField, type EventShape, isCompoundField, type ScalarField } from './shape.ts';

const strings = { type: 'array', items: 'string' } as const;

const header = {
  name: 'ChangeEventHeader',
  type: {
    type: 'record',
    name: 'ChangeEventHeader',
    fields: [
      { name: 'entityName', type: 'string' },
      { name: 'recordIds', type: strings },
      {
        name: 'changeType',
        type: {
          type: 'enum',
          name: 'ChangeType',
          symbols: [
            'CREATE',
            'UPDATE',
            'DELETE',
            'UNDELETE',
            'GAP_CREATE',
            'GAP_UPDATE',
            'GAP_DELETE',
            'GAP_UNDELETE',
            'GAP_OVERFLOW',
            'SNAPSHOT',
          ],
        },
      },
      { name: 'changeOrigin', type: 'string' },
      { name: 'transactionKey', type: 'string' },
      { name: 'sequenceNumber', type: 'int' },
      { name: 'commitTimestamp', type: 'long' },
      { name: 'commitNumber', type: 'long' },
      { name: 'commitUser', type: 'string' },
      { name: 'nulledFields', type: strings },
      { name: 'diffFields', type: strings },
      { name: 'changedFields', type: strings },
    ],
  },
} as const;

const created = [
  { name: 'CreatedDate', type: 'long', doc: 'CreatedDate:DateTime' },
  { name: 'CreatedById', type: 'string', doc: 'CreatedBy:EntityId' },
] as const;

/** An Avro schema as JSON; `uuid` is its id. */
export interface AvroSchema {
  readonly type: 'record';
  readonly name: string;
  readonly namespace: 'com.sforce.eventbus';
  readonly fields: readonly unknown[];
  readonly uuid: string;
}

/** The schema, with an id that is a fingerprint of it: 22 characters. */
export function avroSchemaOf(shape: EventShape): AvroSchema {
  const known = new Set<string>();
  const first = shape.name.endsWith('__e') ? created : [header];
  const fields = [...first, ...shape.fields.map((field) => avroField(field, known))];
  const schema = { type: 'record', name: shape.name, namespace: 'com.sforce.eventbus', fields } as const;
  const uuid = createHash('md5').update(JSON.stringify(schema)).digest('base64url');
  return { ...schema, uuid };
}

/** A record type is written out where it is met first; after that its name stands for it. */
function avroField(field: EventField, known: Set<string>): unknown {
  if (!isCompoundField(field)) return scalarField(field);
  const record = known.has(field.record)
    ? field.record
    : { type: 'record', name: field.record, fields: field.parts.map(scalarField) };
  known.add(field.record);
  const type = field.text === undefined ? ['null', record] : ['null', 'string', record];
  return { name: field.name, type, doc: field.doc, default: null };
}

function scalarField({ name, type, doc }: ScalarField): unknown {
  return { name, type: ['null', type], doc, default: null };
}
