/** Events as Avro: bytes that clients decode with the schema they ask for by id (A14). */
import avsc, { type Schema as AvscSchema, type Type } from 'avsc';
import type { AvroSchema } from '../events/avro-schema.ts';
import { bitmapsOf } from '../events/bitmaps.ts';
import type { EventBody, Values } from '../events/log.ts';
import { type Pen, placesOf, written } from '../events/written.ts';

const types = new WeakMap<AvroSchema, Type>();

function typeOf(schema: AvroSchema): Type {
  const known = types.get(schema);
  if (known !== undefined) return known;
  const type = avsc.Type.forSchema(schema as unknown as AvscSchema, { wrapUnions: 'always' });
  types.set(schema, type);
  return type;
}

const dayMs = 86_400_000;

function numberOf(text: string, doc: string): number {
  if (doc.startsWith('Data:DateTime') || doc.startsWith('Data:DateOnly')) return Date.parse(text);
  if (doc.startsWith('Data:TimeOnly')) return Date.parse(`1970-01-01T${text}`) % dayMs;
  return Number(text);
}

const pen: Pen = {
  scalar: (text, type, doc) => {
    if (type === 'string') return { string: text };
    return { [type]: type === 'boolean' ? text === 'true' : numberOf(text, doc) };
  },
  record: (parts, record) => ({ [record]: parts }),
  nulls: true,
};

/** An event's payload by the schema it was logged with. */
export function encode(body: Exclude<EventBody, { readonly kind: 'message' }>, schema: AvroSchema): Buffer {
  const fields = written(schema, body.values, pen);
  if (body.kind === 'platform') {
    return typeOf(schema).toBuffer({ ...fields, CreatedDate: body.createdAt, CreatedById: body.createdById });
  }
  const places = placesOf(schema);
  const header = {
    ...body.header,
    nulledFields: bitmapsOf(places, body.header.nulledFields),
    diffFields: [],
    changedFields: bitmapsOf(places, body.header.changedFields),
  };
  return typeOf(schema).toBuffer({ ...fields, ChangeEventHeader: header });
}

/** The values of a payload that a client published, as the store has them. Throws if the bytes are no such record. */
export function decode(payload: Buffer, schema: AvroSchema): Values {
  const record = typeOf(schema).fromBuffer(payload) as Readonly<Record<string, unknown>>;
  const docs = new Map(
    (schema.fields as readonly { name: string; doc?: string }[]).map(({ name, doc }) => [name, doc]),
  );
  const values: Record<string, string> = {};
  for (const [name, wrapped] of Object.entries(record)) {
    if (typeof wrapped !== 'object' || wrapped === null) continue;
    const [value] = Object.values(wrapped) as readonly unknown[];
    values[name] = storedText(value, docs.get(name) ?? '');
  }
  return values;
}

function storedText(value: unknown, doc: string): string {
  if (typeof value !== 'number') return String(value);
  if (doc.startsWith('Data:DateTime')) return new Date(value).toISOString();
  if (doc.startsWith('Data:DateOnly')) return new Date(value).toISOString().slice(0, 10);
  if (doc.startsWith('Data:TimeOnly')) return new Date(value).toISOString().slice(11);
  return String(value);
}
