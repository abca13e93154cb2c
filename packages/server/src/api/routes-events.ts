/** `GET /api/events`: one stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
import type { EventTopic } from '@syncline/contract/events';
import type { Api } from './api.ts';
import type { EventHub } from './events.ts';

/** A comment line now and then keeps proxies from closing a stream that is merely quiet. */
const HEARTBEAT_MS = 15_000;
/** After this long the app signs in to a new stream, so that a session that ended ends here too. */
const STREAM_MS = 15 * 60_000;

export const registerEventRoutes = (app: Api, hub: EventHub): void => {
  app.get('/events', (request, reply) => {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const say = (topic: EventTopic): void => {
      raw.write(`data: ${JSON.stringify({ topic })}\n\n`);
    };
    // Whoever comes, or comes back after a gap, asks for everything once.
    raw.write('retry: 1000\n');
    say('everything');
    const end = hub.subscribe(say, () => raw.end());
    const heartbeat = setInterval(() => raw.write(': \n\n'), HEARTBEAT_MS).unref();
    const last = setTimeout(() => raw.end(), STREAM_MS).unref();
    request.raw.once('close', () => {
      end();
      clearInterval(heartbeat);
      clearTimeout(last);
    });
  });
};
