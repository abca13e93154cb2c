import type { OrgUser } from '../access/access.ts';
import type { Topic } from '../events/events.ts';
import { jsonPayload } from '../events/json-payload.ts';
import type { LoggedEvent } from '../events/log.ts';
import { seen } from '../events/seen.ts';
import type { Org } from '../org.ts';

/** An event as the message of its channel; undefined if the user may not see the object it is of. */
export function delivery(org: Org, user: OrgUser, topic: Topic, event: LoggedEvent): object | undefined {
  const { body, schemaId, replayId } = event;
  if (body.kind === 'message') {
    return {
      channel: topic.name,
      data: { event: { ...body.event, replayId }, ...visible(org, user, topic, body.rest) },
    };
  }
  const schema = schemaId === null ? undefined : org.events.schema(schemaId);
  if (schema === undefined) return undefined;
  const object = org.schema.object(body.kind === 'change' ? body.header.entityName : schema.event);
  const sight = org.access.sight(user);
  if (object !== undefined && !sight.rights(object).read) return undefined;
  const payload = jsonPayload(seen(body, object, sight), schema.avro);
  const about = body.kind === 'platform' ? { EventUuid: body.uuid, replayId } : { replayId };
  return { channel: topic.name, data: { schema: schema.id, payload, event: about } };
}

/** A PushTopic's record without the fields that the user may not see. */
function visible(
  org: Org,
  user: OrgUser,
  topic: Topic,
  rest: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { sobject } = rest;
  const name = topic.object;
  if (name === undefined || typeof sobject !== 'object' || sobject === null) return rest;
  const sight = org.access.sight(user);
  return {
    ...rest,
    sobject: Object.fromEntries(Object.entries(sobject).filter(([field]) => sight.canRead(name, field))),
  };
}
