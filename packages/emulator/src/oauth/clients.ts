import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Org } from '../org.ts';

/** Who asks for tokens; a client without a secret is public. */
export interface OauthClient {
  readonly id: string;
  readonly secret: string | null;
}

/** `sf` signs in with this one. */
const platformCli: OauthClient = { id: 'PlatformCLI', secret: null };

export const allScopes = 'api refresh_token web openid id full';

export function clientNamed(org: Org, id: string | null): OauthClient | undefined {
  const own: OauthClient = { id: org.access.clientId, secret: org.access.clientSecret };
  return [own, platformCli].find((client) => client.id === id);
}

/** The parameters of a request, from its body or its address. */
export function form(request: FastifyRequest): URLSearchParams {
  if (request.body instanceof URLSearchParams) return request.body;
  return new URLSearchParams(request.url.split('?')[1] ?? '');
}

/** Id and secret as the client gave them, in the body or as Basic authorization. */
export function credentialsIn(request: FastifyRequest): { readonly id: string | null; readonly secret: string | null } {
  const basic = /^Basic\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) {
    const parameters = form(request);
    return { id: parameters.get('client_id'), secret: parameters.get('client_secret') || null };
  }
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':');
  return { id: decodeURIComponent(id), secret: decodeURIComponent(secret) };
}

export function oauthError(reply: FastifyReply, error: string, description: string, status = 400): FastifyReply {
  return reply.code(status).send({ error, error_description: description });
}

type Host = 'own' | 'production' | 'sandbox';

/** Which of Salesforce's hosts a request came to; `login.localhost` stands for login.salesforce.com. */
export function hostOf(request: FastifyRequest): Host {
  const [first, ...rest] = request.hostname.split('.');
  if (rest.length === 0) return 'own';
  return first === 'login' ? 'production' : first === 'test' ? 'sandbox' : 'own';
}

/** Whether this org's users do not exist on the host a request came to. */
export function isElsewhere(org: Org, request: FastifyRequest): boolean {
  const host = hostOf(request);
  return host !== 'own' && host !== (org.access.isSandbox ? 'sandbox' : 'production');
}

/** The org's address as this caller reaches it: over TLS when they came so. */
export function addressFor(org: Org, request: FastifyRequest): string {
  return request.protocol === 'https' && hostOf(request) === 'own' ? `https://${request.host}` : org.url();
}
