import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { loginFaults, type SwitchState } from '../access/switches.ts';
import type { Tree } from '../metadata/tree.ts';
import { makeJwt } from '../oauth/jwt.ts';
import type { RunningOrg } from '../org.ts';
import { ask, emptyOrg, query, type Reply } from './asking.ts';

/**
 * Every error that a client or the org's owner can cause, with its status and shape: those of REST (A7), of signing in by SOAP
 * (A1) and by OAuth (A2), of Bulk 1.0 (A9). Those of Bulk 2.0, of streams and of metadata are caused in their own tests.
 */
let org: RunningOrg;
let calm: SwitchState;
before(async () => {
  org = await emptyOrg();
  setUp('CustomField', 'Lead.Sponsor__c', {
    label: 'Sponsor',
    type: 'Lookup',
    referenceTo: 'Account',
    deleteConstraint: 'Restrict',
    lookupFilter: { active: 'true', filterItems: [{ field: 'Account.Type', operation: 'equals', value: 'Prospect' }] },
  });
  setUp('CustomField', 'Lead.Size__c', {
    label: 'Size',
    type: 'Picklist',
    valueSet: { restricted: 'true', valueSetDefinition: { value: [{ fullName: 'S' }, { fullName: 'L' }] } },
  });
  setUp('ValidationRule', 'Lead.NoLima', {
    active: 'true',
    errorConditionFormula: "City = 'Lima'",
    errorMessage: 'Not there.',
    errorDisplayField: 'City',
  });
  setUp('CustomField', 'Lead.Tier__c', { label: 'Tier', type: 'Text', length: '9' });
  setUp('ValidationRule', 'Lead.NoTier', {
    active: 'true',
    errorConditionFormula: "Tier__c = 'none'",
    errorMessage: 'x',
  });
  setUp('Profile', 'Sync user', {
    fieldPermissions: ['Sponsor__c', 'Size__c'].map((name) => ({
      field: `Lead.${name}`,
      editable: 'true',
      readable: 'true',
    })),
  });
  calm = org.org.access.switches.state;
});
after(() => org.close());
beforeEach(() => org.org.access.switches.set(calm));

function setUp(type: string, fullName: string, tree: Tree): void {
  org.org.metadata.put(org.org.access.admin, type, fullName, tree);
}

const switched = (switches: Parameters<typeof org.org.access.switches.set>[0]): void =>
  org.org.access.switches.set(switches);
const lead = { LastName: 'Ito', Company: 'Example' };
const made = async (object: string, record: object): Promise<string> => {
  const reply = await ask(org, 'POST', `sobjects/${object}`, record);
  assert.equal(reply.status, 201, reply.text);
  return (reply.json as { id: string }).id;
};
const create = (record: object): Promise<Reply> => ask(org, 'POST', 'sobjects/Lead', { ...lead, ...record });
const change = async (record: object): Promise<Reply> =>
  await ask(org, 'PATCH', `sobjects/Lead/${await made('Lead', lead)}`, record);
type Plain = Omit<RequestInit, 'headers'> & { readonly headers: Readonly<Record<string, string>> };
const plain = async (path: string, init: Plain): Promise<Reply> => {
  const headers = { authorization: `Bearer ${org.accessToken}`, ...init.headers };
  const response = await fetch(`${org.url}/services/data/v64.0/${path}`, { ...init, headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: text === '' ? undefined : JSON.parse(text) };
};
const asAdmin = (method: string, path: string): Promise<Reply> =>
  plain(path, { method, headers: { authorization: `Bearer ${org.adminAccessToken}` } });
const gone = async (): Promise<string> => {
  const id = await made('Lead', lead);
  await ask(org, 'DELETE', `sobjects/Lead/${id}`);
  return id;
};

/** Code, status, and what causes it. Where fields are named, the answer names them too. */
const causes: readonly (readonly [code: string, status: number, cause: () => Promise<Reply>, fields?: string])[] = [
  ['INVALID_SESSION_ID', 401, () => plain('limits', { headers: { authorization: 'Bearer x' } })],
  ['REQUEST_LIMIT_EXCEEDED', 403, () => (switched({ dailyLimit: 0 }), ask(org, 'GET', 'limits'))],
  ['API_DISABLED_FOR_ORG', 403, () => (switched({ apiOff: true }), ask(org, 'GET', 'limits'))],
  ['API_CURRENTLY_DISABLED', 403, () => (switched({ apiPaused: true }), ask(org, 'GET', 'limits'))],
  ['INSUFFICIENT_ACCESS_OR_READONLY', 400, () => (switched({ takenRights: ['Lead.edit'] }), change({ City: 'Lugo' }))],
  ['INSUFFICIENT_ACCESS', 403, () => ask(org, 'POST', 'tooling/sobjects/CustomField', { FullName: 'Lead.X__c' })],
  ['NOT_FOUND', 404, () => ask(org, 'GET', 'sobjects/Lead/00Q8x0000009999')],
  ['ENTITY_IS_DELETED', 404, async () => await ask(org, 'PATCH', `sobjects/Lead/${await gone()}`, { City: 'x' })],
  ['METHOD_NOT_ALLOWED', 405, () => ask(org, 'DELETE', 'limits')],
  ['INVALID_TYPE', 400, () => query(org, 'SELECT Id FROM Nothing')],
  ['INVALID_FIELD', 400, () => query(org, 'SELECT Nothing FROM Lead')],
  ['MALFORMED_QUERY', 400, () => query(org, 'SELECT FROM WHERE')],
  ['MALFORMED_ID', 400, () => create({ OwnerId: '005' }), 'OwnerId'],
  ['JSON_PARSER_ERROR', 400, () => ask(org, 'POST', 'sobjects/Lead', '{')],
  ['INVALID_QUERY_LOCATOR', 400, () => ask(org, 'GET', 'query/0r8000000000000AAA-2000')],
  ['INVALID_ID_FIELD', 400, () => ask(org, 'GET', 'query?explain=00O8x0000009999')],
  ['INVALID_QUERY_FILTER_OPERATOR', 400, () => query(org, "SELECT Id FROM Lead WHERE Id = 'x'")],
  ['MALFORMED_SEARCH', 400, () => ask(org, 'GET', 'search?q=FIND')],
  [
    'LIMIT_EXCEEDED',
    400,
    () =>
      ask(org, 'POST', 'composite/batch', {
        batchRequests: Array.from({ length: 26 }, () => ({ method: 'GET', url: 'v64.0/limits' })),
      }),
  ],
  ['INVALID_REPLICATION_DATE', 400, () => ask(org, 'GET', 'sobjects/Lead/updated?start=x&end=y')],
  [
    'EXCEEDED_ID_LIMIT',
    400,
    () => ask(org, 'POST', 'composite/sobjects', { records: Array.from({ length: 201 }, () => lead) }),
  ],
  ['REQUIRED_FIELD_MISSING', 400, () => create({ LastName: null }), 'LastName'],
  ['STRING_TOO_LONG', 400, () => create({ LastName: 'x'.repeat(81) }), 'LastName'],
  ['INVALID_EMAIL_ADDRESS', 400, () => create({ Email: 'no mail' }), 'Email'],
  ['INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 400, () => create({ Size__c: 'XL' }), 'Size__c'],
  ['NUMBER_OUTSIDE_VALID_RANGE', 400, () => create({ NumberOfEmployees: 1_234_567_890 }), 'NumberOfEmployees'],
  ['INVALID_FIELD_FOR_INSERT_UPDATE', 400, () => create({ CreatedDate: '2026-01-01T00:00:00Z' }), 'CreatedDate'],
  ['INVALID_CROSS_REFERENCE_KEY', 400, () => create({ OwnerId: '0058x0000009999' }), 'OwnerId'],
  [
    'FIELD_INTEGRITY_EXCEPTION',
    400,
    async () => await create({ OwnerId: await made('Account', { Name: 'x' }) }),
    'OwnerId',
  ],
  ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 400, () => create({ City: 'Lima' }), 'City'],
  [
    'FIELD_FILTER_VALIDATION_EXCEPTION',
    400,
    async () => await create({ Sponsor__c: await made('Account', { Name: 'x', Type: 'Other' }) }),
    'Sponsor__c',
  ],
  [
    'DUPLICATE_VALUE',
    400,
    async () => {
      await made('Lead', { ...lead, Syncline_Key__c: 'k' });
      return await create({ Syncline_Key__c: 'k' });
    },
  ],
  [
    'DUPLICATES_DETECTED',
    400,
    async () => {
      switched({ duplicateRules: [{ object: 'Lead', fields: ['Email'] }] });
      await made('Lead', { ...lead, Email: 'a@example.com' });
      return await create({ Email: 'a@example.com' });
    },
  ],
  [
    'CANNOT_UPDATE_CONVERTED_LEAD',
    400,
    async () => {
      const id = await made('Lead', lead);
      org.org.dml.convertLeads(org.org.access.admin, [{ leadId: id, convertedStatus: 'Closed - Converted' }]);
      return await ask(org, 'PATCH', `sobjects/Lead/${id}`, { City: 'x' });
    },
  ],
  ['CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 400, () => ask(org, 'POST', 'sobjects/Organization', { Name: 'x' })],
  [
    'CANNOT_EXECUTE_FLOW_TRIGGER',
    400,
    () => {
      switched({ refuse: [{ object: 'Lead', statusCode: 'CANNOT_EXECUTE_FLOW_TRIGGER', message: 'A flow failed.' }] });
      return create({});
    },
  ],
  [
    'DEPENDENCY_EXISTS',
    400,
    async () => {
      const where = encodeURIComponent("SELECT Id FROM CustomField WHERE DeveloperName = 'Tier'");
      const found = (await asAdmin('GET', `tooling/query?q=${where}`)).json as { records: { Id: string }[] };
      return await asAdmin('DELETE', `tooling/sobjects/CustomField/${found.records[0]?.Id}`);
    },
  ],
  [
    'PRECONDITION_FAILED',
    412,
    async () =>
      await plain(`sobjects/Lead/${await made('Lead', lead)}`, {
        method: 'PATCH',
        body: '{"City":"Lugo"}',
        headers: { 'content-type': 'application/json', 'if-unmodified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' },
      }),
  ],
  ['GONE', 410, () => plain('../v30.0/limits', { headers: {} })],
  [
    'DELETE_FAILED',
    400,
    async () => {
      const account = await made('Account', { Name: 'x', Type: 'Prospect' });
      await made('Lead', { ...lead, Sponsor__c: account });
      return await ask(org, 'DELETE', `sobjects/Account/${account}`);
    },
  ],
  ['STORAGE_LIMIT_EXCEEDED', 400, () => (switched({ storageFull: true }), create({}))],
  [
    'INACTIVE_OWNER_OR_USER',
    400,
    async () => {
      const { syncUser } = org.org.access;
      const [user] = org.org.store.nextIds('User', 1);
      const row = { ...org.org.store.read('User', syncUser.id), Id: user ?? '', IsActive: 'false', Username: 'gone@x' };
      org.org.store.insert('User', row);
      return await create({ OwnerId: user });
    },
    'OwnerId',
  ],
  ['UNABLE_TO_LOCK_ROW', 400, () => (switched({ lockRow: 1 }), create({}))],
  ['SERVER_UNAVAILABLE', 503, () => (switched({ failWith503: 1 }), ask(org, 'GET', 'limits'))],
  ['UNKNOWN_EXCEPTION', 500, () => (switched({ failWith500: 1 }), ask(org, 'GET', 'limits'))],
  ['QUERY_TIMEOUT', 400, () => (switched({ timeOutQueries: 1 }), query(org, 'SELECT Id FROM Lead'))],
  ['URI_TOO_LONG', 414, () => query(org, `SELECT Id FROM Lead WHERE City = '${'x'.repeat(17_000)}'`)],
  ['REQUEST_HEADER_FIELDS_TOO_LARGE', 431, () => plain('limits', { headers: { 'x-long': 'x'.repeat(17_000) } })],
  [
    'UNSUPPORTED_MEDIA_TYPE',
    415,
    () => plain('sobjects/Lead', { method: 'POST', body: 'x', headers: { 'content-type': 'image/png' } }),
  ],
];

test('[A7] each error of REST has its status, in Salesforce’s shape', async (t) => {
  for (const [code, status, cause, field] of causes) {
    await t.test(code, async () => {
      switched(calm);
      const { status: answered, json, text } = await cause();
      assert.equal(answered, status, text);
      const [error, ...others] = json as Record<string, unknown>[];
      assert.deepEqual(others, []);
      assert.equal(error?.['errorCode'], code, text);
      assert.ok(typeof error?.['message'] === 'string' && error['message'] !== '');
      const keys = new Set(['errorCode', 'message', 'fields', 'duplicateResult']);
      assert.deepEqual(
        Object.keys(error ?? {}).filter((key) => !keys.has(key)),
        [],
      );
      if (field !== undefined) assert.deepEqual(error?.['fields'], [field]);
    });
  }
});

const sent = async (path: string, type: string, body: string | URLSearchParams, token?: string): Promise<Plainly> => {
  const headers = { 'content-type': type, ...(token === undefined ? {} : { 'x-sfdc-session': token }) };
  const response = await fetch(org.url + path, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
};
interface Plainly {
  readonly status: number;
  readonly text: string;
}

const login = async (password = org.password + org.securityToken, version = '64.0'): Promise<Plainly> => {
  const body = `<login xmlns="urn:partner.soap.sforce.com"><username>${org.username}</username><password>${password}</password></login>`;
  const envelope = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${body}</e:Body></e:Envelope>`;
  return await sent(`/services/Soap/u/${version}`, 'text/xml', envelope);
};

/** Code, the type of its detail, and what causes it. */
const logins: readonly (readonly [code: string, detail: string, cause: () => Promise<Plainly>])[] = [
  ['INVALID_LOGIN', 'LoginFault', () => login('wrong')],
  ['INVALID_LOGIN', 'LoginFault', () => (switched({ userLocked: true }), login())],
  ['LOGIN_MUST_USE_SECURITY_TOKEN', 'LoginFault', () => login(org.password)],
  ['INVALID_OPERATION_WITH_EXPIRED_PASSWORD', 'LoginFault', () => (switched({ passwordExpired: true }), login())],
  ['API_DISABLED_FOR_ORG', 'LoginFault', () => (switched({ apiOff: true }), login())],
  ['API_CURRENTLY_DISABLED', 'UnexpectedErrorFault', () => (switched({ apiPaused: true }), login())],
  ['INVALID_OPERATION', 'UnexpectedErrorFault', () => login(undefined, '65.0')],
  ['UNSUPPORTED_API_VERSION', 'UnexpectedErrorFault', () => login(undefined, '30.0')],
  ['SERVER_UNAVAILABLE', 'UnexpectedErrorFault', () => (switched({ loginFault: 'SERVER_UNAVAILABLE' }), login())],
  ...loginFaults
    .filter((fault) => fault !== '' && fault !== 'SERVER_UNAVAILABLE')
    .map((loginFault) => [loginFault, 'LoginFault', () => (switched({ loginFault }), login())] as const),
];

test('[A1] each refusal of a login is HTTP 500 and a fault with its code behind sf:', async () => {
  for (const [code, detail, cause] of logins) {
    switched(calm);
    const { status, text } = await cause();
    assert.equal(status, 500, text);
    assert.match(text, new RegExp(`<faultcode>sf:${code}</faultcode><faultstring>${code}: \\S`), code);
    assert.match(text, new RegExp(`<detail><sf:${detail} [^>]*><sf:exceptionCode>${code}</sf:exceptionCode>`), code);
  }
  switched(calm);
  assert.match((await login()).text, /<sessionId>/);
});

const app = (): Record<string, string> => ({ client_id: org.clientId, client_secret: org.clientSecret });
const grant = async (type: string, more: Record<string, string> = app()): Promise<Plainly> => {
  const body = new URLSearchParams({ grant_type: type, ...more });
  return await sent('/services/oauth2/token', 'application/x-www-form-urlencoded', body);
};
const bearer = async (claims: object): Promise<Plainly> => {
  const exp = Math.floor(org.org.store.clock() / 1000) + 180;
  const assertion = makeJwt(org.org, { iss: org.clientId, sub: org.username, aud: org.url, exp, ...claims });
  return await grant('urn:ietf:params:oauth:grant-type:jwt-bearer', { assertion });
};
const password = (): Record<string, string> => ({ ...app(), username: org.username, password: 'wrong' });

/** Error, its description, and what causes it. */
const grants: readonly (readonly [error: string, description: string, cause: () => Promise<Plainly>])[] = [
  ['unsupported_grant_type', 'grant type not supported', () => grant('nothing')],
  ['invalid_client_id', 'client identifier invalid', () => grant('client_credentials', { client_id: 'x' })],
  ['invalid_client', 'invalid client credentials', () => grant('client_credentials', { ...app(), client_secret: 'x' })],
  ['invalid_grant', 'expired access/refresh token', () => grant('refresh_token', { ...app(), refresh_token: 'x' })],
  ['invalid_grant', 'invalid authorization code', () => grant('authorization_code', { ...app(), code: 'x' })],
  ['invalid_grant', 'authentication failure', () => grant('password', password())],
  ['invalid_grant', 'authentication failure', () => (switched({ passwordFlow: true }), grant('password', password()))],
  ['invalid_grant', 'invalid assertion', () => bearer({ exp: 1 })],
  ['invalid_grant', 'audience is invalid', () => bearer({ aud: 'https://example.com' })],
  ['invalid_grant', "user hasn't approved this consumer", () => bearer({ sub: 'nobody@example.com' })],
  ['inactive_user', 'user is inactive', () => (switched({ userLocked: true }), bearer({}))],
  ['inactive_org', 'API is disabled for this organization', () => (switched({ apiOff: true }), bearer({}))],
];

test('[A2] each refusal of a grant is HTTP 400 and JSON of an error and its description', async () => {
  for (const [error, description, cause] of grants) {
    switched(calm);
    const { status, text } = await cause();
    assert.equal(status, 400, text);
    assert.deepEqual(JSON.parse(text), { error, error_description: description });
  }
});

const job = (operation: string, object = 'Lead'): string =>
  `<jobInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload"><operation>${operation}</operation><object>${object}</object><contentType>CSV</contentType></jobInfo>`;
const bulk1 = async (path: string, body: string, token = org.accessToken, version = '64.0'): Promise<Plainly> =>
  await sent(
    `/services/async/${version}/${path}`,
    path.endsWith('batch') ? 'text/csv' : 'application/xml',
    body,
    token,
  );
const openJob = async (): Promise<string> =>
  /<id>(\w+)<\/id>/.exec((await bulk1('job', job('insert'))).text)?.[1] ?? '';

const bulkCauses: readonly (readonly [code: string, cause: () => Promise<Plainly>])[] = [
  ['InvalidSessionId', () => bulk1('job', job('insert'), 'x')],
  ['InvalidVersion', () => bulk1('job', job('insert'), org.accessToken, '30.0')],
  ['InvalidJob', () => bulk1('job', job('insert', 'Nothing'))],
  ['InvalidJob', () => bulk1('job/7508x0000009999', '<jobInfo><state>Closed</state></jobInfo>')],
  ['FeatureNotEnabled', () => bulk1('job', job('hardDelete'))],
  ['FeatureNotEnabled', () => (switched({ apiOff: true }), bulk1('job', job('insert')))],
  ['ExceededQuota', () => (switched({ dailyLimit: 0 }), bulk1('job', job('insert')))],
  ['ClientInputError', () => bulk1('job', 'no XML')],
  ['ClientInputError', async () => await bulk1(`job/${await openJob()}/batch`, '')],
  ['InvalidJobState', async () => await bulk1(`job/${await openJob()}`, '<jobInfo><state>Open</state></jobInfo>')],
];

test('[A9] each refusal of Bulk 1.0 is HTTP 400 and an error in XML', async () => {
  for (const [code, cause] of bulkCauses) {
    switched(calm);
    const { status, text } = await cause();
    assert.equal(status, 400, text);
    assert.match(
      text,
      new RegExp(`<error xmlns="[^"]+dataload"><exceptionCode>${code}</exceptionCode><exceptionMessage>.`),
    );
  }
});

test('[A7] in a collection the code is statusCode, and what all or none rolled back says so', async () => {
  const records = [lead, { ...lead, LastName: null }].map((one) => ({ attributes: { type: 'Lead' }, ...one }));
  const reply = await ask(org, 'POST', 'composite/sobjects', { allOrNone: true, records });
  const codes = (reply.json as { errors: { statusCode: string }[] }[]).map(({ errors }) => errors[0]?.statusCode);
  assert.deepEqual([reply.status, codes], [200, ['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING']]);
});
