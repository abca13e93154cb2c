/**
 * What only a practice org has: `/practice/...`, by which its owner causes faults, moves its time and goes back to what it
 * was. There is no session, since nobody but the owner of the laptop reaches it; every answer is JSON.
 *
 * | request | what it does |
 * |---|---|
 * | `GET`, `PUT /practice/switches` | reads and sets the faults of `access/switches.ts`; `{"expireSessions": true}` ends the sync user's sessions at once |
 * | `GET`, `PUT /practice/clock` | `{"hold": "2026-11-24T09:30:00Z"}`, or `true` for now; `{"advanceMs": 60000}`; `{"release": true}` |
 * | `GET`, `POST /practice/snapshots` | names of snapshots; takes one: `{"name": "before"}`, or without a name |
 * | `POST /practice/snapshots/:name/restore`, `DELETE /practice/snapshots/:name` | goes back to it; forgets it |
 * | `POST /practice/schema` | changes the schema while clients run (`schema-changes.ts`): `{"retype": {"field": "Lead.Score__c", "type": "Text", "length": 80}}`, `{"remove": "Lead.Score__c"}`, `{"restore": "Lead.Score__c"}`, `{"addValue": {"field": "Lead.Region__c", "value": "North"}}`, `{"removeValue": {"field": "Lead.Region__c", "value": "North"}}`, `{"rule": {"object": "Lead", "name": "NoLima", "formula": "City = 'Lima'", "message": "…"}}`, `{"removeRule": "Lead.NoLima"}` |
 * | `GET`, `PUT /practice/options` | what the org has beside (`options/options.ts`), which is turned on for good: `{"personAccounts": true}`, `{"currencies": {"USD": 1, "EUR": 0.92}}` |
 * | `PUT /practice/app` | `{"certificate": PEM}` of the connected app |
 * | `GET`, `PUT /practice/events` | the event log and its streams (`events/event-routes.ts`) |
 *
 * A refusal is Salesforce's shape, `[{"errorCode", "message"}]`, with status 400 or 404.
 */
import type { FastifyInstance } from 'fastify';
import type { SwitchState } from '../access/switches.ts';
import { setCertificate } from '../oauth/jwt.ts';
import { featuresOf, type OrgFeatures, turnOn } from '../options/options.ts';
import type { Org } from '../org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { changeSchema } from './schema-changes.ts';

interface ByName {
  readonly Params: { readonly name: string };
}

export function registerControl(app: FastifyInstance, org: Org): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, parsed) => {
    try {
      parsed(null, body === '' ? {} : JSON.parse(String(body)));
    } catch {
      parsed(new SalesforceError(400, 'JSON_PARSER_ERROR', 'The body is no JSON.'));
    }
  });
  app.get('/practice/switches', (_, reply) => reply.send(org.access.switches.state));
  app.put('/practice/switches', (request, reply) => {
    setSwitches(org, membersOf(request.body));
    return reply.send(org.access.switches.state);
  });
  app.get('/practice/clock', (_, reply) => reply.send(org.clock.state));
  app.put('/practice/clock', (request, reply) => {
    asked(() => setClock(org, membersOf(request.body)));
    return reply.send(org.clock.state);
  });
  app.get('/practice/snapshots', (_, reply) => reply.send({ snapshots: org.snapshots.names }));
  app.post('/practice/snapshots', (request, reply) => {
    const { name } = membersOf(request.body);
    return reply
      .code(201)
      .send({ name: asked(() => org.snapshots.take(name === undefined ? undefined : textIn(name))) });
  });
  app.post<ByName>('/practice/snapshots/:name/restore', (request, reply) => {
    asked(() => org.snapshots.restore(request.params.name), 404);
    return reply.code(204).send();
  });
  app.delete<ByName>('/practice/snapshots/:name', (request, reply) => {
    asked(() => org.snapshots.remove(request.params.name), 404);
    return reply.code(204).send();
  });
  app.post('/practice/schema', (request, reply) => {
    asked(() => changeSchema(org, membersOf(request.body)));
    return reply.code(204).send();
  });
  app.get('/practice/options', (_, reply) => reply.send(featuresOf(org)));
  app.put('/practice/options', (request, reply) => {
    asked(() => turnOn(org, featuresIn(membersOf(request.body))));
    return reply.send(featuresOf(org));
  });
  app.put('/practice/app', (request, reply) => {
    setApp(org, membersOf(request.body));
    return reply.code(204).send();
  });
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(body: unknown): Members {
  if (body === undefined || body === null) return {};
  if (typeof body === 'object' && !Array.isArray(body)) return body as Members;
  throw new SalesforceError(400, 'JSON_PARSER_ERROR', 'The body is an object.');
}

/** Does what was asked; why it cannot be is the caller's to read. */
function asked<T>(work: () => T, status = 400): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SalesforceError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new SalesforceError(status, status === 404 ? 'NOT_FOUND' : 'INVALID_INPUT', message);
  }
}

function setSwitches({ access }: Org, { expireSessions, ...changes }: Members): void {
  const fault = access.switches.faultOf(changes);
  if (fault !== undefined) throw new SalesforceError(400, 'INVALID_FIELD', fault);
  access.switches.set(changes as Partial<SwitchState>);
  if (expireSessions === true) access.expireSessions();
}

/** A member that is text; any other is none. */
const textIn = (member: unknown): string => (typeof member === 'string' ? member : '');

function featuresIn({ personAccounts, currencies, ...others }: Members): Partial<OrgFeatures> {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`The options are personAccounts and currencies, and not ${unknown}.`);
  if (currencies === undefined) return { personAccounts: personAccounts === true };
  const rates = Object.entries(membersOf(currencies));
  if (rates.length === 0 || rates.some(([code, rate]) => !/^[A-Z]{3}$/.test(code) || !(Number(rate) > 0))) {
    throw new Error('currencies is an object of rates above 0 by their codes, as {"USD": 1, "EUR": 0.92}.');
  }
  return {
    personAccounts: personAccounts === true,
    currencies: Object.fromEntries(rates.map(([code, rate]) => [code, Number(rate)])),
  };
}

function setApp(org: Org, { certificate }: Members): void {
  try {
    setCertificate(org, textIn(certificate));
  } catch {
    throw new SalesforceError(400, 'INVALID_FIELD', 'certificate is a certificate or a public key in PEM');
  }
}

const moves = ['hold', 'advanceMs', 'release'] as const;

function setClock({ clock }: Org, { hold, advanceMs, release, ...others }: Members): void {
  const unknown = Object.keys(others);
  if (unknown.length > 0) throw new Error(`The clock takes ${moves.join(', ')}, and not ${unknown.join(', ')}.`);
  if (release === true) clock.release();
  if (hold === true) clock.hold();
  else if (typeof hold === 'string' || typeof hold === 'number') clock.hold(hold);
  if (advanceMs !== undefined) clock.advance(Number(advanceMs));
}
