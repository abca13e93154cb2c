/**
 * The org's own page, at `/`: look at its records, search, edit, create and delete them, set the switches, and read the
 * credentials of both users. So somebody without Salesforce can make "the other side" change.
 *
 * Edits are writes of the admin through `dml`, with all its rules; a refusal is shown as the org says it. Only fields the
 * user changed are written. There is no sign-in: the page is for the machine it runs on, and forms sent by other sites
 * are refused.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Write } from '../dml/dml.ts';
import type { Org } from '../org.ts';
import type { SchemaObject } from '../schema/schema.ts';
import { canonicalId } from '../store/ids.ts';
import type { StoredRow } from '../store/store.ts';
import { coverageBody } from './coverage-page.ts';
import { changedFields, type Form, readForm } from './form.ts';
import { homeBody, switchesOf } from './home-page.ts';
import { type Html, html, layout, notice, problem } from './html.ts';
import { findRecords, listBody } from './list-page.ts';
import { practise } from './practice-page.ts';
import { readOnlyFields, recordForm } from './record-page.ts';
import { css } from './style.ts';

interface Named {
  readonly Params: { readonly object: string };
  readonly Querystring: { readonly q?: string; readonly page?: string };
}
interface ById {
  readonly Params: { readonly id: string };
  readonly Querystring: { readonly done?: string };
}

const done: Readonly<Record<string, string>> = {
  saved: 'Saved.',
  created: 'Created.',
  deleted: 'Deleted. It is in the recycle bin.',
  switched: 'The switches are set.',
  expired: "The sync user's sessions have ended.",
  ended: 'All event streams have ended.',
  forgotten: 'All events are forgotten: replay ids of before are no longer good.',
  unchanged: 'Nothing was changed.',
  practised: 'Done.',
};

export function registerPage(app: FastifyInstance, org: Org): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, parsed) => {
    parsed(null, readForm(String(body)));
  });
  app.addHook('preHandler', async (request, reply) => {
    const site = request.headers['sec-fetch-site'];
    if (request.method !== 'POST' || site === undefined || site === 'same-origin' || site === 'none') return;
    return send(reply.code(403), 'Not from here', problem(['Forms of other sites are not taken.']));
  });
  app.get('/page.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(css));
  app.get<ById>('/', (request, reply) => send(reply, 'Practice org', homeBody(org), said(request)));
  app.get('/coverage', (_, reply) => send(reply, 'Coverage', coverageBody()));
  registerSwitches(app, org);
  registerTime(app, org);
  registerObjects(app, org);
  registerRecords(app, org);
}

function registerSwitches(app: FastifyInstance, org: Org): void {
  app.post('/switches', (request, reply) =>
    doing(org, reply, 'switched', () => {
      const { switches } = org.access;
      const changes = switchesOf(formOf(request));
      const fault = switches.faultOf({ ...changes });
      if (fault !== undefined) throw new Error(fault);
      switches.set(changes);
    }),
  );
  app.post('/expire-sessions', (_request, reply) => {
    org.access.expireSessions();
    return reply.redirect('/?done=expired', 303);
  });
  app.post('/end-streams', (_request, reply) => {
    org.events.endStreams();
    return reply.redirect('/?done=ended', 303);
  });
  app.post('/forget-events', (_request, reply) => {
    org.events.forget();
    return reply.redirect('/?done=forgotten', 303);
  });
}

function registerTime(app: FastifyInstance, org: Org): void {
  for (const path of ['/clock', '/schema', '/options', '/snapshots']) {
    app.post(path, (request, reply) => doing(org, reply, 'practised', () => practise(org, formOf(request))));
  }
}

/** Does what a form of the first page asks and says so there; what cannot be is said above the page as it is. */
function doing(org: Org, reply: FastifyReply, what: keyof typeof done, work: () => void): FastifyReply {
  try {
    work();
  } catch (error) {
    const line = error instanceof Error ? error.message : String(error);
    return send(reply.code(422), 'Practice org', homeBody(org), problem([line]));
  }
  return reply.redirect(`/?done=${what}`, 303);
}

function registerObjects(app: FastifyInstance, org: Org): void {
  app.get<Named>('/objects/:object', (request, reply) => {
    const object = org.schema.object(request.params.object);
    if (object === undefined) return missing(reply, `There is no object ${request.params.object}.`);
    const search = (request.query.q ?? '').trim();
    const page = Math.max(0, Math.trunc(Number(request.query.page ?? 0)) || 0);
    const found = findRecords(org.store, object, canonicalId(search) ?? search, page);
    return send(reply, object.describe.labelPlural, listBody(object, found, search, page));
  });
  app.get<Named>('/objects/:object/new', (request, reply) => {
    const object = org.schema.object(request.params.object);
    if (object === undefined) return missing(reply, `There is no object ${request.params.object}.`);
    return send(reply, titleOfNew(object), recordForm(object, {}, true));
  });
  app.post<Named>('/objects/:object/new', (request, reply) => {
    const object = org.schema.object(request.params.object);
    if (object === undefined) return missing(reply, `There is no object ${request.params.object}.`);
    const record = changedFields(formOf(request));
    const result = write(org, { kind: 'create', object: object.name, record });
    if (result.success) return reply.redirect(`/records/${result.id}?done=created`, 303);
    return send(
      reply.code(422),
      titleOfNew(object),
      recordForm(object, {}, true, record as StoredRow),
      problem(result.lines),
    );
  });
}

const titleOfNew = (object: SchemaObject): string => `New ${object.describe.label.toLowerCase()}`;

function registerRecords(app: FastifyInstance, org: Org): void {
  app.get<ById>('/records/:id', (request, reply) => {
    const found = recordOf(org, request.params.id);
    if (found === undefined) return missing(reply, `There is no record ${request.params.id}.`);
    return send(reply, titleOf(found), recordBody(found), said(request));
  });
  app.post<ById>('/records/:id', (request, reply) => {
    const found = recordOf(org, request.params.id);
    if (found === undefined) return missing(reply, `There is no record ${request.params.id}.`);
    const record = changedFields(formOf(request));
    const { object, id } = found;
    if (Object.keys(record).length === 0) return reply.redirect(`/records/${id}?done=unchanged`, 303);
    const result = write(org, { kind: 'update', object: object.name, id, record });
    if (result.success) return reply.redirect(`/records/${id}?done=saved`, 303);
    return send(reply.code(422), titleOf(found), recordBody(found, record as StoredRow), problem(result.lines));
  });
  app.post<ById>('/records/:id/delete', (request, reply) => {
    const found = recordOf(org, request.params.id);
    if (found === undefined) return missing(reply, `There is no record ${request.params.id}.`);
    const result = write(org, { kind: 'delete', object: found.object.name, id: found.id });
    if (result.success) return reply.redirect('/?done=deleted', 303);
    return send(reply.code(422), titleOf(found), recordBody(found), problem(result.lines));
  });
}

interface Found {
  readonly object: SchemaObject;
  readonly id: string;
  readonly row: StoredRow;
}

function recordOf(org: Org, given: string): Found | undefined {
  const id = canonicalId(given);
  const object = org.schema.byPrefix(given.slice(0, 3));
  if (id === undefined || object === undefined) return undefined;
  const row = org.store.read(object.name, id);
  return row === undefined ? undefined : { object, id, row };
}

function titleOf({ object, row, id }: Found): string {
  return `${object.describe.label}: ${row['Name'] ?? id}`;
}

function recordBody(found: Found, typed?: StoredRow): Html {
  const { object, row, id } = found;
  const deleted = row['IsDeleted'] === 'true';
  return html`<p><a href="/objects/${object.name}">${object.describe.labelPlural}</a> <code>${id}</code></p>
${deleted ? problem(['This record is in the recycle bin.']) : recordForm(object, row, false, typed)}
${deleted || !object.describe.deletable ? undefined : html`<form class="bar" method="post" action="/records/${id}/delete"><button class="bad">Delete</button></form>`}
${readOnlyFields(object, row)}`;
}

/** One write as the admin; a refusal as lines a person reads. */
function write(
  org: Org,
  one: Write,
): { readonly success: true; readonly id: string } | { readonly success: false; readonly lines: readonly string[] } {
  const [result] = org.dml.write(org.access.admin, [one]);
  if (result?.success === true) return result;
  const errors = result?.errors ?? [];
  return { success: false, lines: errors.map(({ statusCode, message }) => `${statusCode}: ${message}`) };
}

function formOf(request: FastifyRequest): Form {
  return (request.body ?? {}) as Form;
}

function said(request: FastifyRequest<ById>): Html | undefined {
  const text = done[request.query.done ?? ''];
  return text === undefined ? undefined : notice(text);
}

function missing(reply: FastifyReply, line: string): FastifyReply {
  return send(reply.code(404), 'Not found', problem([line]));
}

function send(reply: FastifyReply, title: string, body: Html, above?: Html): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'")
    .header('cache-control', 'no-store')
    .send(layout(title, body, above));
}
