import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { SwitchState } from '../access/switches.ts';
import type { Tree } from '../metadata/tree.ts';
import type { RunningOrg } from '../org.ts';
import { ask, emptyOrg, query, type Reply } from './asking.ts';

/** Every error of A7 that a client or the org's owner can cause, with its status and shape. */
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

for (const [code, status, cause, field] of causes) {
  test(`[A7] ${code} is answered with ${status}, in Salesforce's shape`, async () => {
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

test('[A7] a field that a rule names cannot go: DEPENDENCY_EXISTS', () => {
  setUp('ValidationRule', 'Lead.NoL', {
    active: 'true',
    errorConditionFormula: "ISPICKVAL(Size__c, 'L')",
    errorMessage: 'x',
  });
  const [gone] = org.org.metadata.remove(org.org.access.admin, 'CustomField', ['Lead.Size__c']);
  assert.deepEqual([gone?.success, gone?.errors[0]?.statusCode], [false, 'DEPENDENCY_EXISTS']);
});

test('[A7] in a collection the code is statusCode, and what all or none rolled back says so', async () => {
  const records = [lead, { ...lead, LastName: null }].map((one) => ({ attributes: { type: 'Lead' }, ...one }));
  const reply = await ask(org, 'POST', 'composite/sobjects', { allOrNone: true, records });
  const codes = (reply.json as { errors: { statusCode: string }[] }[]).map(({ errors }) => errors[0]?.statusCode);
  assert.deepEqual([reply.status, codes], [200, ['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING']]);
});
