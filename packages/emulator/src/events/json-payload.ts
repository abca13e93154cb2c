import type { AvroSchema } from './avro-schema.ts';
import type { EventBody } from './log.ts';
import { type Pen, written } from './written.ts';

const pen: Pen = {
  scalar: (text, type, doc) => {
    if (type === 'boolean') return text === 'true';
    if (type === 'int' || type === 'double') return Number(text);
    if (doc.startsWith('Data:DateTime')) return text.replace('.000Z', 'Z');
    return text;
  },
  record: (parts) => parts,
  nulls: false,
};

/**
 * An event's `payload` as CometD tells it (A16): fields by name, dates as text; a change event has only what it tells,
 * with null for what was emptied, a platform event all of its fields.
 */
export function jsonPayload(
  body: Exclude<EventBody, { readonly kind: 'message' }>,
  schema: AvroSchema,
): Record<string, unknown> {
  if (body.kind === 'platform') {
    const created = { CreatedById: body.createdById, CreatedDate: new Date(body.createdAt).toISOString() };
    return { ...written(schema, body.values, { ...pen, nulls: true }), ...created };
  }
  const { nulledFields, ...header } = body.header;
  const fields = written(schema, body.values, pen);
  for (const path of nulledFields) nullAt(fields, path);
  return { ...fields, ChangeEventHeader: header };
}

function nullAt(fields: Record<string, unknown>, path: string): void {
  const [name = '', part] = path.split('.');
  fields[name] = part === undefined ? null : { ...(fields[name] as object | undefined), [part]: null };
}
