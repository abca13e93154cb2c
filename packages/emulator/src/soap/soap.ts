/**
 * SOAP: the partner API in the shape of Salesforce's partner WSDL (A1, A12), and login.
 *
 * Every operation but `login` needs a live session in `SessionHeader`; a refusal of the whole call is HTTP 500 with a
 * fault whose code stands behind the prefix `sf:`, by which clients know it; a row's refusal is a result with
 * `success` false. `login` answers up to 64.0 and is INVALID_OPERATION from 65.0 on.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Org } from '../org.ts';
import type { Usage } from '../rest/usage.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { Results } from '../soql/results.ts';
import { elements, envelope, fault } from '../xml/write.ts';
import { readEnvelope, type SoapCall } from './envelope.ts';
import { login } from './login.ts';
import { operations } from './operations.ts';
import { admit, checkVersion, sessionIn } from './session.ts';

const partnerNamespace = 'xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:sobject.partner.soap.sforce.com"';

export function registerSoap(app: FastifyInstance, org: Org, usage: Usage): void {
  const results = new Results(org.store);
  app.addContentTypeParser(['text/xml', 'application/soap+xml'], { parseAs: 'string' }, (_, body, done) => {
    done(null, String(body));
  });
  for (const path of ['/services/Soap/u/:version', '/services/Soap/c/:version']) {
    app.post(path, (request, reply) => partner({ org, usage, results }, request, reply));
    app.post(`${path}/:org`, (request, reply) => partner({ org, usage, results }, request, reply));
  }
}

interface Parts {
  readonly org: Org;
  readonly usage: Usage;
  readonly results: Results;
}

function partner(parts: Parts, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.type('text/xml; charset=utf-8');
  const { version = '' } = request.params as { version?: string };
  try {
    const call = readEnvelope(request.body);
    checkVersion(version);
    const body = `<${call.name}Response>${answer(parts, call, request, version)}</${call.name}Response>`;
    return reply.send(envelope(partnerNamespace, body, call.name === 'login' ? '' : limitInfo(parts.usage)));
  } catch (error) {
    return reply.code(500).send(faultOf(error));
  }
}

function limitInfo(usage: Usage): string {
  const { used, limit } = usage.state;
  const limitInfo = { current: used, limit, type: 'API REQUESTS' };
  return `<LimitInfoHeader>${elements({ limitInfo })}</LimitInfoHeader>`;
}

function answer({ org, usage, results }: Parts, call: SoapCall, request: FastifyRequest, version: string): string {
  if (call.name === 'login') return `<result>${login(org, request, call.body, version)}</result>`;
  const session = sessionIn(org, call, version);
  if (call.name === 'logout') {
    org.access.closeSession(session.token);
    return '';
  }
  admit(org, usage);
  const operation = operations[call.name];
  if (operation === undefined) {
    throw new SalesforceError(500, 'INVALID_OPERATION', `The operation ${call.name} is not available in this org.`);
  }
  return operation({ org, session, version, call, results });
}

function faultOf(error: unknown): string {
  if (error instanceof SalesforceError) return fault(error.errorCode, error.message);
  return fault('UNKNOWN_EXCEPTION', error instanceof Error ? error.message : String(error));
}
