import type { Sight } from '../access/access.ts';
import type { Schema, SchemaObject } from '../schema/schema.ts';
import { columnsOf } from './change-events.ts';
import type { Topic } from './events.ts';
import type { EventBody, Values } from './log.ts';
import { shapeOf } from './shape.ts';

/** Whether a user may follow a topic: they must be allowed to read its object. */
export function maySee(topic: Topic, schema: Schema, sight: Sight): boolean {
  const object = topic.object === undefined ? undefined : schema.object(topic.object);
  return object === undefined || sight.rights(object).read;
}

/** An event's body without what the user may not see by field-level security. */
export function seen<B extends EventBody>(body: B, object: SchemaObject | undefined, sight: Sight): B {
  if (body.kind === 'message' || object === undefined) return body;
  const hidden = new Set(
    shapeOf(object)
      .fields.flatMap(columnsOf)
      .filter(({ column }) => !sight.canRead(object.name, column))
      .map(({ path }) => path),
  );
  if (hidden.size === 0) return body;
  const values = without(body.values, hidden);
  if (body.kind === 'platform') return { ...body, values };
  const isSeen = (path: string): boolean => !hidden.has(path);
  const { changedFields, nulledFields } = body.header;
  const header = {
    ...body.header,
    changedFields: changedFields.filter(isSeen),
    nulledFields: nulledFields.filter(isSeen),
  };
  return { ...body, values, header };
}

function without(values: Values, hidden: ReadonlySet<string>): Values {
  const left: Record<string, Values[string]> = {};
  for (const [name, value] of Object.entries(values)) {
    if (hidden.has(name)) continue;
    if (typeof value === 'string') left[name] = value;
    else {
      const parts = Object.entries(value).filter(([part]) => !hidden.has(`${name}.${part}`));
      if (parts.length > 0) left[name] = Object.fromEntries(parts);
    }
  }
  return left;
}
