import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Org } from '../org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { canonicalId } from '../store/ids.ts';
import type { EventSchema } from './schemas.ts';

interface ById {
  readonly Params: { readonly id: string };
}
interface ByName {
  readonly Params: { readonly event: string };
}
interface Push extends ById {
  readonly Body: { readonly pushEvents?: readonly { readonly payload?: unknown }[] } | undefined;
}
interface Practice {
  readonly Body:
    | { readonly forget?: boolean; readonly endStreams?: boolean; readonly capture?: readonly string[] }
    | undefined;
}

const data = '/services/data/:version';

/**
 * REST beside the streams: an event's schema by id and by name, pushing into a generic channel, and `/practice/events`.
 *
 * `GET /practice/events` tells how long the log is and who follows what; `PUT` takes `{"capture": ["Lead"]}` to choose
 * objects, `{"forget": true}` to make every replay id invalid, and `{"endStreams": true}` to end all subscriptions.
 */
export function registerEventRoutes(app: FastifyInstance, org: Org): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, parsed) => {
    try {
      parsed(null, JSON.parse(String(body)));
    } catch {
      parsed(new SalesforceError(400, 'JSON_PARSER_ERROR', 'The body is no JSON.'));
    }
  });
  app.get<ById>(`${data}/event/eventSchema/:id`, (request) => found(org.events.schema(request.params.id)).avro);
  app.get<ByName>(`${data}/sobjects/:event/eventSchema`, (request) => {
    const { event } = request.params;
    const topic = org.events.topic(`/data/${event}`) ?? org.events.topic(`/event/${event}`);
    return found(topic?.schema).avro;
  });
  app.post<Push>(`${data}/sobjects/StreamingChannel/:id/push`, (request) => push(org, request));
  app.get<ById>(`${data}/sobjects/StreamingChannel/:id/push`, (request) => ({
    OnlineUserIds: [],
    ChannelName: channelName(org, request.params.id),
  }));
  app.get('/practice/events', () => org.events.state());
  app.put<Practice>('/practice/events', (request, reply) => practise(org, request, reply));
}

function found(schema: EventSchema | undefined): EventSchema {
  if (schema === undefined) throw new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
  return schema;
}

function channelName(org: Org, givenId: string): string {
  const row = org.store.read('StreamingChannel', canonicalId(givenId) ?? '');
  const name = row?.['Name'];
  if (row?.['IsDeleted'] !== 'false' || name === null || name === undefined) {
    throw new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
  }
  return name;
}

function push(org: Org, request: FastifyRequest<Push>): readonly object[] {
  const channel = channelName(org, request.params.id);
  return (request.body?.pushEvents ?? []).map(({ payload }) => {
    org.events.push(channel, payload ?? null);
    return { fanoutCount: -1, userOnlineStatus: {} };
  });
}

function practise(org: Org, request: FastifyRequest<Practice>, reply: FastifyReply): FastifyReply {
  const { capture = [], forget = false, endStreams = false } = request.body ?? {};
  try {
    for (const object of capture) org.events.capture(object);
  } catch (error) {
    throw new SalesforceError(400, 'INVALID_TYPE', error instanceof Error ? error.message : String(error));
  }
  if (forget) org.events.forget();
  if (endStreams) org.events.endStreams();
  return reply.send(org.events.state());
}
