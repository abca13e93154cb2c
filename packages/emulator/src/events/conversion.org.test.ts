import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Connection } from '@jsforce/jsforce-node';
import { startOrg } from '../org.ts';
import type { ChangeHeader } from './log.ts';

const org = await startOrg({ captured: ['Account', 'Contact', 'Opportunity', 'Lead'] });
after(() => org.close());
const conn = new Connection({
  instanceUrl: org.url,
  accessToken: org.adminAccessToken,
  version: '64.0',
  callOptions: { client: 'Tests' },
});

/** Headers of what was told since the events that were there before. */
async function told(work: () => Promise<unknown>): Promise<readonly ChangeHeader[]> {
  const follower = org.org.events.follow('/data/ChangeEvents', 'latest', () => undefined);
  await work();
  const events = follower.take(100);
  follower.close();
  return events.map(({ body }) => (body.kind === 'change' ? body.header : assert.fail('no change event')));
}

test('a converted lead is told as account, contact, opportunity and then lead, in one transaction', async () => {
  const { id: leadId } = await conn.sobject('Lead').create({ LastName: 'Ito', Company: 'Example' });
  const headers = await told(() =>
    conn.soap.convertLead({ leadId: leadId ?? '', convertedStatus: 'Closed - Converted' }),
  );
  assert.deepEqual(
    headers.map(({ entityName, changeType, sequenceNumber }) => [entityName, changeType, sequenceNumber]),
    [
      ['Account', 'CREATE', 1],
      ['Contact', 'CREATE', 2],
      ['Opportunity', 'CREATE', 3],
      ['Lead', 'UPDATE', headers.at(-1)?.sequenceNumber],
    ],
  );
  assert.equal(new Set(headers.map(({ transactionKey }) => transactionKey)).size, 1);
  const lead = headers.at(-1);
  assert.ok(lead?.changedFields.includes('ConvertedContactId'));
  assert.ok(!lead?.changedFields.includes('LastModifiedDate'));
  assert.match(lead?.changeOrigin ?? '', /^com\/salesforce\/api\/soap\/64\.0;client=Tests$/);
});

test('merged contacts are told as a delete each, and an update of the one that stays', async () => {
  const [master, loser] = (await conn
    .sobject('Contact')
    .create([{ LastName: 'Ito', Phone: '1' }, { LastName: 'Ito' }] as never)) as unknown as { id: string }[];
  const headers = await told(() =>
    conn.soap.merge({
      masterRecord: { type: 'Contact', Id: master?.id, Phone: '2' },
      recordToMergeIds: [loser?.id ?? ''],
    } as never),
  );
  const about = (changeType: string) => headers.find((header) => header.changeType === changeType);
  assert.deepEqual(about('DELETE')?.recordIds, [loser?.id]);
  assert.deepEqual(about('UPDATE')?.recordIds, [master?.id]);
  assert.ok(about('UPDATE')?.changedFields.includes('Phone'));
});
