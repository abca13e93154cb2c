/** The practice org judged by Salesforce's own command line, over the real wire. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type RunningOrg, startOrg } from '../../packages/emulator/src/org.ts';
import { makeProject, openInBrowser } from './project.ts';
import { Sf } from './sf.ts';

type Row = Readonly<Record<string, unknown>>;

interface Queried {
  readonly totalSize: number;
  readonly records: readonly Row[];
}

const folder = mkdtempSync(join(tmpdir(), 'practice-sf-'));
const project = join(folder, 'project');
const inFolder = (name: string): string => join(folder, name);
const written = (name: string, content: string): string => {
  writeFileSync(inFolder(name), content);
  return inFolder(name);
};

let org: RunningOrg;
let sf: Sf;
before(async () => {
  makeProject(project);
  org = await startOrg({ profile: 'empty', tls: {} });
  sf = new Sf({ home: inFolder('home'), project, caFile: org.caFile ?? '' });
  await sf.runAlone(
    { SF_ACCESS_TOKEN: org.adminAccessToken },
    `org login access-token --instance-url ${org.url} --no-prompt --alias admin --set-default`,
  );
});
after(async () => {
  await sf.close();
  await org.close();
  rmSync(folder, { recursive: true });
});

async function records(soql: string): Promise<readonly Row[]> {
  const { records: found } = await sf.run<Queried>('data query --query', soql);
  return found;
}

async function shown(alias: string): Promise<Row> {
  return await sf.run(`org display --target-org ${alias}`);
}

test('[A2] an access token signs in, and the org is displayed as connected, in its newest version', async () => {
  const display = await shown('admin');
  assert.deepEqual(
    [display['connectedStatus'], display['username'], display['id'], display['apiVersion']],
    ['Connected', org.adminUsername, org.orgId, '68.0'],
  );
});

test('[A2] a JWT signs in, over HTTP and HTTPS', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = written('app.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const put = await fetch(`${org.url}/practice/app`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ certificate: publicKey.export({ type: 'spki', format: 'pem' }) }),
  });
  assert.equal(put.status, 204);
  const login = (url: string, username: string, alias: string): Promise<Row> =>
    sf.run(
      `org login jwt --client-id ${org.clientId} --jwt-key-file ${key} --username ${username} --instance-url ${url} --alias ${alias}`,
    );
  await login(org.url, org.username, 'sync');
  assert.equal((await shown('sync'))['connectedStatus'], 'Connected');
  await login(`https://localhost:${org.httpsPort}`, org.username, 'secure');
  const display = await shown('secure');
  assert.deepEqual(
    [display['connectedStatus'], display['instanceUrl']],
    ['Connected', `https://localhost:${org.httpsPort}`],
  );
});

test('[A2] a browser signs in: the page it opens comes back with a code, and a refresh token renews the session', async () => {
  org.org.access.switches.set({ autoApprove: true });
  await sf.runIn(openInBrowser(inFolder('browser')), `org login web --instance-url ${org.url} --alias web`);
  org.org.access.switches.set({ autoApprove: false });
  const display = await shown('web');
  assert.deepEqual([display['connectedStatus'], display['username']], ['Connected', org.username]);
  org.org.access.expireSessions();
  assert.equal(
    (await sf.run<Queried>('data query --target-org web --query', 'SELECT Id FROM Organization')).totalSize,
    1,
  );
});

test('[A17] metadata is queried as records, and made as one', async () => {
  const tooling = (soql: string): Promise<Queried> => sf.run<Queried>('data query --use-tooling-api --query', soql);
  const definitions = await tooling('SELECT QualifiedApiName FROM EntityDefinition');
  assert.ok(definitions.records.some(({ QualifiedApiName }) => QualifiedApiName === 'Lead'));
  const fields = await tooling(
    "SELECT DataType FROM FieldDefinition WHERE EntityDefinitionId = 'Lead' AND DurableId = 'Lead.Email'",
  );
  assert.deepEqual(
    fields.records.map(({ DataType }) => DataType),
    ['Email'],
  );
  await sf.run('data create record --use-tooling-api --sobject ApexClass --values', 'Name=Kept Body="class Kept {}"');
  const { records: classes } = await tooling("SELECT Name FROM ApexClass WHERE Name LIKE 'K%'");
  assert.deepEqual(
    classes.map(({ Name }) => Name),
    ['Kept'],
  );
  await assert.rejects(tooling('SELECT Id FROM ScratchOrgInfo'), { name: 'INVALID_TYPE' });
});

test('[A4] objects are listed and described, and limits told', async () => {
  const [list, lead] = await Promise.all([
    sf.run<readonly string[]>('sobject list --sobject all'),
    sf.run<{ readonly name: string; readonly fields: readonly Row[] }>('sobject describe --sobject Lead'),
  ]);
  assert.ok(['Lead', 'Contact', 'Account', 'Campaign'].every((name) => list.includes(name)));
  assert.ok(lead.fields.some(({ name, type }) => name === 'Email' && type === 'email'));
  const limits = await sf.run<readonly Row[]>('org list limits');
  assert.ok(limits.some(({ name, max }) => name === 'DailyApiRequests' && Number(max) > 0));
});

test('[A6] a record is created, read, updated and deleted', async () => {
  const { id } = await sf.run<{ readonly id: string }>(
    'data create record --sobject Lead --values',
    "LastName='Ito Vega' Company=Example Email=ito@example.com",
  );
  const [row] = await records("SELECT Id, LastName, Email FROM Lead WHERE Email = 'ito@example.com'");
  assert.deepEqual([row?.['Id'], row?.['LastName']], [id, 'Ito Vega']);
  await sf.run(`data update record --sobject Lead --record-id ${id} --values Company=Other`);
  const read = await sf.run(`data get record --sobject Lead --where Email=ito@example.com`);
  assert.deepEqual([read['Id'], read['Company']], [id, 'Other']);
  await sf.run(`data delete record --sobject Lead --record-id ${id}`);
  await assert.rejects(sf.run(`data get record --sobject Lead --record-id ${id}`));
});

test('[A6] a tree is imported, exported, and imported again', async () => {
  const account = (name: string): Row => ({
    attributes: { type: 'Account', referenceId: name },
    Name: name,
    Contacts: {
      records: [{ attributes: { type: 'Contact', referenceId: `of${name}` }, LastName: `Of ${name}` }],
    },
  });
  const tree = written('tree.json', JSON.stringify({ records: [account('North'), account('South')] }));
  const imported = await sf.run<readonly Row[]>(`data import tree --files ${tree}`);
  assert.deepEqual(imported.map(({ type }) => String(type)).toSorted(), ['Account', 'Account', 'Contact', 'Contact']);
  const soql = "SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name IN ('North', 'South')";
  await sf.run(`data export tree --plan --output-dir ${inFolder('trees')} --query`, soql);
  await sf.run(`data import tree --plan ${inFolder('trees/Account-Contact-plan.json')}`);
  const [count] = await records("SELECT COUNT(Id) n FROM Contact WHERE Account.Name IN ('North', 'South')");
  assert.equal(count?.['n'], 4);
});

const ROWS = 10_000;

test('[A8] ten thousand rows go in and come out, change, and are deleted, by Bulk 2.0', async () => {
  const lines = Array.from({ length: ROWS }, (_, at) => `Bulk ${at},"Acme, Inc.",bulk.${at}@example.com`);
  const csv = written('leads.csv', `LastName,Company,Email\n${lines.join('\n')}\n`);
  const imported = await sf.run(`data import bulk --sobject Lead --file ${csv} --wait 5`);
  assert.deepEqual([imported['processedRecords'], imported['failedRecords']], [ROWS, 0]);
  const out = inFolder('out.csv');
  const soql = "SELECT Id, LastName, Company FROM Lead WHERE LastName LIKE 'Bulk %'";
  const exported = await sf.run(`data export bulk --wait 5 --output-file ${out} --query`, soql);
  assert.equal(exported['totalSize'], ROWS);
  const rows = readFileSync(out, 'utf8').trim().split('\n');
  assert.equal(rows.length, ROWS + 1);
  const ids = rows.slice(1).map((row) => row.split(',')[0]?.replaceAll('"', '') ?? '');
  const few = written('ids.csv', `Id\n${ids.slice(0, 300).join('\n')}\n`);
  await sf.run(`data delete bulk --sobject Lead --file ${few} --wait 5`);
  const [count] = await records("SELECT COUNT(Id) n FROM Lead WHERE LastName LIKE 'Bulk %'");
  assert.equal(count?.['n'], ROWS - 300);
});

test('[A17] a custom field is deployed with its permission set, assigned, used and retrieved', async () => {
  const deployed = await sf.run<{ readonly success: boolean; readonly files: readonly Row[] }>(
    'project deploy start --source-dir force-app --wait 5',
  );
  assert.equal(deployed.success, true);
  assert.deepEqual(deployed.files.map(({ fullName, state }) => `${String(fullName)} ${String(state)}`).toSorted(), [
    'Grades Created',
    'Lead.Grade__c Created',
  ]);
  await sf.run('org assign permset --name Grades');
  const upserts = written('upserts.csv', 'Grade__c,LastName,Company\nA,First,One\nB,Second,Two\n');
  const upserted = await sf.run<{ readonly jobInfo: Row }>(
    `data upsert bulk --sobject Lead --external-id Grade__c --file ${upserts} --wait 5`,
  );
  assert.deepEqual([upserted.jobInfo['numberRecordsProcessed'], upserted.jobInfo['numberRecordsFailed']], [2, 0]);
  const rows = await records('SELECT Grade__c, LastName FROM Lead WHERE Grade__c != null ORDER BY Grade__c');
  assert.deepEqual(
    rows.map(({ Grade__c, LastName }) => [Grade__c, LastName]),
    [
      ['A', 'First'],
      ['B', 'Second'],
    ],
  );
  const retrieved = await sf.run<{ readonly success: boolean; readonly files: readonly Row[] }>(
    'project retrieve start --metadata CustomField:Lead.Grade__c --metadata PermissionSet:Grades --output-dir back',
  );
  assert.equal(retrieved.success, true);
  const field = readFileSync(join(project, 'back/objects/Lead/fields/Grade__c.field-meta.xml'), 'utf8');
  assert.match(field, /<length>12<\/length>/);
});

test('nobody but the org was asked', () => {
  assert.deepEqual(sf.asked, []);
});
