import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OrgUser } from '../access/access.ts';
import type { Org } from '../org.ts';
import { addressFor } from './clients.ts';

/** GET userinfo and /id/{org}/{user}: who the token's user is. */
export function identity(org: Org, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const header = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const given = header ?? new URLSearchParams(request.url.split('?')[1] ?? '').get('oauth_token') ?? '';
  const session = org.access.session(given);
  if (session === undefined) return reply.code(403).type('text/plain').send('Bad_OAuth_Token');
  return reply.send(identityOf(org, session.user, addressFor(org, request)));
}

/** Clients insist on https here, whatever the org is reached by (A2). */
export function subjectOf(org: Org, user: OrgUser): string {
  return `https://login.salesforce.com/id/${org.access.orgId}/${user.id}`;
}

function identityOf(org: Org, user: OrgUser, address: string): Record<string, unknown> {
  const row = org.schema.object('User') === undefined ? undefined : org.store.read('User', user.id);
  const name = row?.['Name'] ?? user.username;
  const rest = `${address}/services/data/v{version}/`;
  const org15 = org.access.orgId.slice(0, 15);
  return {
    id: subjectOf(org, user),
    sub: subjectOf(org, user),
    asserted_user: true,
    user_id: user.id,
    organization_id: org.access.orgId,
    username: user.username,
    preferred_username: user.username,
    nick_name: row?.['CommunityNickname'] ?? name,
    nickname: row?.['CommunityNickname'] ?? name,
    display_name: name,
    name,
    given_name: row?.['FirstName'] ?? null,
    family_name: row?.['LastName'] ?? null,
    email: row?.['Email'] ?? user.username,
    email_verified: true,
    first_name: row?.['FirstName'] ?? null,
    last_name: row?.['LastName'] ?? null,
    timezone: row?.['TimeZoneSidKey'] ?? 'GMT',
    zoneinfo: row?.['TimeZoneSidKey'] ?? 'GMT',
    photos: { picture: `${address}/profilephoto/005/F`, thumbnail: `${address}/profilephoto/005/T` },
    addr_street: row?.['Street'] ?? null,
    addr_city: row?.['City'] ?? null,
    addr_state: row?.['State'] ?? null,
    addr_country: row?.['Country'] ?? null,
    addr_zip: row?.['PostalCode'] ?? null,
    mobile_phone: row?.['MobilePhone'] ?? null,
    mobile_phone_verified: false,
    is_lightning_login_user: false,
    status: { created_date: null, body: null },
    urls: {
      enterprise: `${address}/services/Soap/c/{version}/${org15}`,
      metadata: `${address}/services/Soap/m/{version}/${org15}`,
      partner: `${address}/services/Soap/u/{version}/${org15}`,
      rest,
      sobjects: `${rest}sobjects/`,
      search: `${rest}search/`,
      query: `${rest}query/`,
      recent: `${rest}recent/`,
      tooling_soap: `${address}/services/Soap/T/{version}/${org15}`,
      tooling_rest: `${rest}tooling/`,
      profile: `${address}/${user.id}`,
      feeds: `${rest}chatter/feeds`,
      groups: `${rest}chatter/groups`,
      users: `${rest}chatter/users`,
      feed_items: `${rest}chatter/feed-items`,
      feed_elements: `${rest}chatter/feed-elements`,
      custom_domain: address,
    },
    active: true,
    user_type: 'STANDARD',
    language: row?.['LanguageLocaleKey'] ?? 'en_US',
    locale: row?.['LocaleSidKey'] ?? 'en_US',
    utcOffset: 0,
    last_modified_date: row?.['LastModifiedDate']?.replace('Z', '+0000') ?? null,
  };
}

/** GET /.well-known/openid-configuration. */
export function configuration(org: Org, request: FastifyRequest): Record<string, unknown> {
  const address = addressFor(org, request);
  const at = (path: string): string => `${address}/services/oauth2/${path}`;
  return {
    issuer: address,
    authorization_endpoint: at('authorize'),
    token_endpoint: at('token'),
    revocation_endpoint: at('revoke'),
    userinfo_endpoint: at('userinfo'),
    introspection_endpoint: at('introspect'),
    scopes_supported: ['api', 'refresh_token', 'web', 'openid', 'id', 'full', 'cdp_query_api', 'pardot_api'],
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  };
}
