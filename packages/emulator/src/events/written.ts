/**
 * Stored values written by the schema an event was logged with, which may be older than the object's own: each protocol
 * gives its way of writing one value.
 */
import type { AvroSchema } from './avro-schema.ts';
import type { Values } from './log.ts';

/** A field of a schema; `parts` are those of its record, if it is a compound one. */
export interface Place {
  readonly name: string;
  readonly parts: readonly string[];
}

interface AvroField {
  readonly name: string;
  readonly doc?: string;
  readonly type: unknown;
}

interface AvroRecord {
  readonly name: string;
  readonly fields: readonly AvroField[];
}

interface Field extends AvroField {
  readonly scalar: string | undefined;
  readonly record: AvroRecord | undefined;
}

const layouts = new WeakMap<AvroSchema, readonly Field[]>();

/** The schema's fields with their record types, which are written out only where they are met first. */
function layoutOf(schema: AvroSchema): readonly Field[] {
  const known = layouts.get(schema);
  if (known !== undefined) return known;
  const records = new Map<string, AvroRecord>();
  const layout = (schema.fields as readonly AvroField[]).map((field): Field => {
    const branches: readonly unknown[] = Array.isArray(field.type) ? (field.type as readonly unknown[]) : [];
    for (const branch of branches) if (isRecord(branch)) records.set(branch.name, branch);
    const record = branches.map((branch) => (isRecord(branch) ? branch : records.get(String(branch)))).find(Boolean);
    return { ...field, scalar: scalarOf(branches), record };
  });
  layouts.set(schema, layout);
  return layout;
}

function isRecord(type: unknown): type is AvroRecord {
  return typeof type === 'object' && type !== null && 'fields' in type;
}

const scalars: readonly unknown[] = ['string', 'int', 'long', 'double', 'boolean'];

function scalarOf(branches: readonly unknown[]): string | undefined {
  return branches.find((branch): branch is string => scalars.includes(branch));
}

export function placesOf(schema: AvroSchema): readonly Place[] {
  return layoutOf(schema).map(({ name, record }) => ({ name, parts: record?.fields.map((part) => part.name) ?? [] }));
}

/** A protocol's way of writing values. */
export interface Pen {
  /** A stored value of an Avro type; `doc` tells dates, datetimes and times apart. */
  scalar(text: string, type: string, doc: string): unknown;
  /** A compound value whose parts are written; `record` is the full name of its type. */
  record(parts: Readonly<Record<string, unknown>>, record: string): unknown;
  /** Whether fields and parts without a value are written as null, or left out. */
  readonly nulls: boolean;
}

/** The values of a schema's nullable fields; those every event has (the header, who and when) are the caller's. */
export function written(schema: AvroSchema, values: Values, pen: Pen): Record<string, unknown> {
  const told: Record<string, unknown> = {};
  for (const field of layoutOf(schema)) {
    if (field.scalar === undefined && field.record === undefined) continue;
    const value = values[field.name];
    if (value === undefined) {
      if (pen.nulls) told[field.name] = null;
    } else if (typeof value === 'string') {
      told[field.name] = pen.scalar(value, field.scalar ?? 'string', field.doc ?? '');
    } else if (field.record !== undefined) {
      told[field.name] = pen.record(writtenParts(field.record, value, pen), `${schema.namespace}.${field.record.name}`);
    }
  }
  return told;
}

function writtenParts(record: AvroRecord, values: Readonly<Record<string, string>>, pen: Pen): Record<string, unknown> {
  const told: Record<string, unknown> = {};
  for (const { name, type, doc = '' } of record.fields) {
    const value = values[name];
    if (value !== undefined) told[name] = pen.scalar(value, scalarOf(type as readonly unknown[]) ?? 'string', doc);
    else if (pen.nulls) told[name] = null;
  }
  return told;
}
