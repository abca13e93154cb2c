/**
 * SOAP: the partner API in the shape of Salesforce's partner WSDL (A1, A12), and login.
 *
 * Every operation but `login` needs a live session in `SessionHeader`; a refusal of the whole call is HTTP 500 with a
 * fault whose code stands behind the prefix `sf:`, by which clients know it; a row's refusal is a result with
 * `success` false. `login` answers up to 64.0 and is INVALID_OPERATION from 65.0 on.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Org } from '../org.ts';
import { versionMin } from '../rest/service.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { readEnvelope, type SoapCall, textIn } from './envelope.ts';
import { login } from './login.ts';
import { envelope, fault } from './xml.ts';

const partnerNamespace = 'xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:sobject.partner.soap.sforce.com"';

export function registerSoap(app: FastifyInstance, org: Org): void {
  app.addContentTypeParser(['text/xml', 'application/soap+xml'], { parseAs: 'string' }, (_, body, done) => {
    done(null, String(body));
  });
  for (const path of ['/services/Soap/u/:version', '/services/Soap/c/:version']) {
    app.post(path, (request, reply) => partner(org, request, reply));
    app.post(`${path}/:org`, (request, reply) => partner(org, request, reply));
  }
}

function partner(org: Org, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.type('text/xml; charset=utf-8');
  const { version = '' } = request.params as { version?: string };
  try {
    const call = readEnvelope(request.body);
    checkVersion(version);
    return reply.send(envelope(partnerNamespace, answer(org, call, request, version)));
  } catch (error) {
    return reply.code(500).send(faultOf(error));
  }
}

function answer(org: Org, call: SoapCall, request: FastifyRequest, version: string): string {
  if (call.name === 'login')
    return `<loginResponse><result>${login(org, request, call.body, version)}</result></loginResponse>`;
  const sessionId = textIn(call.header['SessionHeader'], 'sessionId') ?? '';
  const session = isJwt(sessionId) ? undefined : org.access.session(sessionId);
  if (session === undefined) throw invalidSession();
  if (call.name === 'logout') {
    org.access.closeSession(session.token);
    return '<logoutResponse/>';
  }
  throw new SalesforceError(500, 'INVALID_OPERATION', `The operation ${call.name} is not available in this org.`);
}

/** SOAP takes opaque session ids only (A1). */
function isJwt(token: string): boolean {
  return token.split('.').length === 3 && token.startsWith('ey');
}

export function invalidSession(): SalesforceError {
  return new SalesforceError(
    500,
    'INVALID_SESSION_ID',
    'Invalid Session ID found in SessionHeader: Illegal Session. Session not found, missing session hash',
  );
}

function checkVersion(version: string): void {
  const number = Number(version);
  if (number >= versionMin) return;
  const what = number > 0 ? `API version ${version} has been retired.` : `Unsupported API version: ${version}`;
  throw new SalesforceError(500, 'UNSUPPORTED_API_VERSION', what);
}

function faultOf(error: unknown): string {
  if (error instanceof SalesforceError) return fault(error.errorCode, error.message);
  return fault('UNKNOWN_EXCEPTION', error instanceof Error ? error.message : String(error));
}
