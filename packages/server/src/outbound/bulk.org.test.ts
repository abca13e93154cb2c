import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, test } from 'node:test';
import { retryErrors } from '../api/error-acts.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import { bulkFault } from './bulk-rows.ts';
import { LANE } from './outbound.ts';
import { Corridor } from './testing/corridor.ts';

let corridor: Corridor;
let leads: readonly { readonly person: number; readonly id: string }[];
const ROWS = 60;

before(async () => {
  corridor = await Corridor.open({ bulkFrom: 20 });
  leads = await corridor.leads(Array.from({ length: ROWS }, (_, n) => ({ LastName: `Bulk ${n}`, Phone: 'before' })));
});
after(() => corridor?.close());
afterEach(async () => {
  await corridor.rest();
  await corridor.poll();
});

const ids = (): readonly number[] => leads.map(({ person }) => person);
const setPhones = (phone: string): Promise<number> =>
  corridor.edit('update marketing.person set phone = $2 where id = any($1)', [ids(), phone]);
const there = (field: string): readonly (string | null | undefined)[] =>
  leads.map(({ id }) => corridor.record('Lead', id)[field]);
const waiting = async (): Promise<number> => (await corridor.db.query('select from sync.outbox')).length;
const lane = LANE.normal;
const updates = { includeUpdates: true };

/** The door, with what it was asked for. */
const counted = (
  change: Partial<Salesforce> = {},
): { readonly salesforce: Salesforce; readonly calls: string[]; readonly uploads: string[] } => {
  const calls: string[] = [];
  const uploads: string[] = [];
  const { salesforce } = corridor;
  const door: Salesforce = {
    ...salesforce,
    createIngestJob: (...args) => {
      calls.push('create');
      return salesforce.createIngestJob(...args);
    },
    uploadIngest: async (jobId: string, csv: Readable) => {
      calls.push('upload');
      const body = await text(csv);
      uploads.push(body);
      const { Readable: Stream } = await import('node:stream');
      await salesforce.uploadIngest(jobId, Stream.from([body]));
    },
    updateRecords: (json, headers) => {
      calls.push('collection');
      return salesforce.updateRecords(json, headers);
    },
    sendEach: (requests) => {
      calls.push('alone');
      return salesforce.sendEach(requests);
    },
    ...change,
  };
  return { salesforce: door, calls, uploads };
};

test('[OUT16] below bulkFrom collections, from there one bulk job, urgent never', async () => {
  const { salesforce, calls } = counted();
  const { outbound } = await corridor.another({}, salesforce);
  await corridor.edit(`update marketing.person set phone = 'few' where id = any($1)`, [ids().slice(0, 19)]);
  assert.equal((await outbound.sendOnce(lane, updates)).settled, 19);
  assert.deepEqual(calls.splice(0), ['collection']);
  await setPhones('many');
  assert.equal((await outbound.sendOnce(lane, updates)).settled, ROWS);
  assert.deepEqual(calls.splice(0), ['create', 'upload']);
  await corridor.db.transaction(async (tx) => {
    await tx.run(`set local syncline.lane = 'urgent'`);
    await tx.run(`update marketing.person set phone = 'urgent' where id = any($1)`, [ids()]);
  });
  assert.equal((await outbound.sendOnce(LANE.urgent, updates)).settled, ROWS);
  assert.deepEqual(calls, ['collection']);
  assert.deepEqual(new Set(there('Phone')), new Set(['urgent']));
  assert.equal(await waiting(), 0);
});

test('[OUT18] [RACE19] an urgent edit goes ahead of the bulk job that carries its record, and what the job carried goes again', async () => {
  const [urgent] = leads;
  assert.ok(urgent);
  await setPhones('older');
  const seen: (string | null | undefined)[] = [];
  const { salesforce } = counted({
    uploadIngest: async (jobId, csv) => {
      await corridor.db.transaction(async (tx) => {
        await tx.run(`set local syncline.lane = 'urgent'`);
        await tx.run(`update marketing.person set phone = 'urgent' where id = $1`, [urgent.person]);
      });
      await corridor.send(LANE.urgent);
      seen.push(corridor.record('Lead', urgent.id)['Phone']);
      await corridor.salesforce.uploadIngest(jobId, csv);
    },
  });
  const { outbound } = await corridor.another({}, salesforce);
  await outbound.sendOnce(lane, updates);
  assert.deepEqual(seen, ['urgent'], 'it was there before the job had even begun');
  assert.equal(corridor.record('Lead', urgent.id)['Phone'], 'older', 'the job landed last');
  await corridor.poll();
  await corridor.sendAll();
  await corridor.poll();
  assert.equal(corridor.record('Lead', urgent.id)['Phone'], 'urgent');
  assert.equal((await corridor.person<{ phone: string }>(urgent.person, 'phone')).phone, 'urgent');
  assert.deepEqual(await corridor.db.query('select from sync.conflict'), []);
  assert.deepEqual(await corridor.db.query('select from sync.overtaken'), []);
});

test('[OUT16] plain updates by bulk take at most 8 calls', async () => {
  await setPhones('calls');
  const before = corridor.salesforce.usage().calls;
  const { outbound } = await corridor.another({ jobPollFromMs: 2_000 });
  assert.equal((await outbound.sendOnce(lane, updates)).settled, ROWS);
  const calls = corridor.salesforce.usage().calls - before;
  assert.ok(calls <= 8, String(calls));
});

test('[OUT17] null is #N/A, an empty cell is a field that is not in the entry, and what bulk cannot carry goes by REST', async () => {
  const [cleared, untouched, odd, long] = leads;
  assert.ok(cleared && untouched && odd && long);
  await setPhones('csv');
  await corridor.edit(`update marketing.person set title = 'kept' where id = $1`, [untouched.person]);
  await corridor.send();
  await corridor.edit('update marketing.person set phone = null, notes = $2 where id = $1', [
    cleared.person,
    'a\r\n"b", null =1+1 🙂',
  ]);
  await corridor.edit(`update marketing.person set title = '#N/A' where id = $1`, [odd.person]);
  await corridor.edit('update marketing.person set notes = $2 where id = $1', [long.person, 'n'.repeat(32_001)]);
  await corridor.edit(`update marketing.person set phone = 'csv 2' where id = any($1)`, [ids().slice(4)]);
  const { salesforce, calls, uploads } = counted();
  const { outbound } = await corridor.another({}, salesforce);
  const outcome = await outbound.sendOnce(lane, updates);
  assert.equal(outcome.settled, ROWS - 1, JSON.stringify(outcome));
  assert.deepEqual(calls.toSorted(), ['collection', 'create', 'upload']);
  const [csv = ''] = uploads;
  assert.ok(csv.startsWith('Id,Notes__c,Phone\n') || csv.startsWith('Id,Phone,Notes__c\n'), csv.slice(0, 100));
  assert.ok(csv.includes('#N/A') && !csv.includes(odd.id) && !csv.includes(long.id));
  assert.equal(corridor.record('Lead', cleared.id)['Phone'], null);
  assert.equal(corridor.record('Lead', cleared.id)['Notes__c'], 'a\r\n"b", null =1+1 🙂');
  assert.equal(corridor.record('Lead', untouched.id)['Title'], 'kept');
  assert.equal(corridor.record('Lead', odd.id)['Title'], '#N/A');
  assert.equal(corridor.record('Lead', odd.id)['Phone'], 'csv');
  assert.equal(corridor.record('Lead', long.id)['Notes__c']?.length, 32_001);
  assert.equal(await waiting(), 0);
});

test('[MRG16] an opt-out that is loosened with a reason leaves the bulk job and goes alone', async () => {
  const [one] = leads;
  assert.ok(one);
  await corridor.edit('update marketing.person set has_opted_out_of_email = true where id = $1', [one.person]);
  await corridor.sendAll();
  await corridor.poll();
  await setPhones('loosened');
  await corridor.db.transaction(async (tx) => {
    await tx.run(`set local syncline.reason = 'She wrote to us'`);
    await tx.run('update marketing.person set has_opted_out_of_email = false where id = $1', [one.person]);
  });
  const { salesforce, calls } = counted();
  const { outbound } = await corridor.another({}, salesforce);
  assert.equal((await outbound.sendOnce(lane, updates)).settled, ROWS);
  assert.deepEqual(calls.toSorted(), ['alone', 'create', 'upload']);
  assert.equal(corridor.record('Lead', one.id)['HasOptedOutOfEmail'], 'false');
});

test("[OUT14] [OUT28] failures of a bulk job are each record's own, whatever the order of the results", async () => {
  const [bad, picky] = leads;
  assert.ok(bad && picky);
  corridor.switches({ refuse: [{ object: 'Lead', when: { Phone: 'bad' }, message: 'No: such, phone', fields: [] }] });
  await setPhones('good');
  await corridor.edit(`update marketing.person set phone = 'bad' where id = $1`, [bad.person]);
  await corridor.edit(`update marketing.person set region = 'Nowhere' where id = $1`, [picky.person]);
  const outcome = await corridor.send();
  assert.deepEqual(outcome, { claimed: ROWS, settled: ROWS - 2, retried: 0, parked: 2, released: 0 });
  assert.deepEqual((await corridor.entry(bad.person))?.parked, { '*': 'FIELD_CUSTOM_VALIDATION_EXCEPTION' });
  assert.deepEqual((await corridor.entry(picky.person))?.parked, { region: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST' });
  assert.equal((await corridor.send()).settled, 1, 'the rest of the record goes without the named field');
  assert.equal(corridor.record('Lead', picky.id)['Phone'], 'good');
});

test('[OUT10] an edit made while a bulk job runs stays unsettled', async () => {
  const [first] = leads;
  assert.ok(first);
  await setPhones('in the job');
  const { salesforce } = corridor;
  const { outbound } = await corridor.another(
    {},
    {
      ...salesforce,
      ingestJob: async (jobId) => {
        await corridor.edit(`update marketing.person set phone = 'newer' where id = $1`, [first.person]);
        return salesforce.ingestJob(jobId);
      },
    },
  );
  await outbound.sendOnce(lane, updates);
  assert.deepEqual(Object.keys((await corridor.entry(first.person))?.edits ?? {}), ['phone']);
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', first.id)['Phone'], 'newer');
});

test("[OUT13] a job's id is stored before its data is uploaded, and an heir goes on with that job", async () => {
  await setPhones('inherited');
  const { salesforce } = corridor;
  let stored: unknown = null;
  const dying = await corridor.another(
    {},
    {
      ...salesforce,
      uploadIngest: async (jobId, csv) => {
        stored = (
          await corridor.db.query('select bulk_job_id = $1 as is_stored, bulk_state from sync.claim', [jobId])
        )[0];
        await salesforce.uploadIngest(jobId, csv);
      },
      ingestJob: async () => {
        throw new Error('this process dies');
      },
    },
  );
  await assert.rejects(dying.outbound.sendOnce(lane, updates), /dies/);
  assert.deepEqual(stored, { is_stored: true, bulk_state: 'created' });
  await dying.presence.leave();
  const { salesforce: door, calls } = counted();
  const heir = await corridor.another({}, door);
  assert.equal(await heir.outbound.takeOver(), 1);
  assert.deepEqual(calls, [], 'no second job');
  assert.deepEqual(new Set(there('Phone')), new Set(['inherited']));
  assert.equal(await waiting(), 0);
  assert.deepEqual(await corridor.db.query('select * from sync.claim'), []);
});

test('[OUT13] a job whose upload a crash cut off never runs, and its rows go with another', async () => {
  await setPhones('cut off');
  const { salesforce } = corridor;
  let left = '';
  const dying = await corridor.another(
    {},
    {
      ...salesforce,
      uploadIngest: async (jobId) => {
        left = jobId;
        throw new Error('this process dies');
      },
    },
  );
  await assert.rejects(dying.outbound.sendOnce(lane, updates), /dies/);
  await dying.presence.leave();
  assert.equal(await corridor.main.outbound.takeOver(), 1);
  assert.equal((await salesforce.ingestJob(left)).state, 'Aborted');
  assert.equal(await waiting(), ROWS);
  assert.equal((await corridor.send()).settled, ROWS);
  assert.deepEqual(new Set(there('Phone')), new Set(['cut off']));
});

test('[OUT13] an upload whose end was not written down is followed, not repeated', async () => {
  await setPhones('uploaded');
  const { salesforce } = corridor;
  const dying = await corridor.another(
    {},
    {
      ...salesforce,
      uploadIngest: async (jobId, csv) => {
        await salesforce.uploadIngest(jobId, csv);
        throw new Error('this process dies');
      },
    },
  );
  await assert.rejects(dying.outbound.sendOnce(lane, updates), /dies/);
  await dying.presence.leave();
  const { salesforce: door, calls } = counted();
  const heir = await corridor.another({}, door);
  assert.equal(await heir.outbound.takeOver(), 1);
  assert.deepEqual(calls, []);
  assert.equal(await waiting(), 0);
  assert.deepEqual(new Set(there('Phone')), new Set(['uploaded']));
});

test('[OUT29] a job that is aborted there releases what it had not done, and counts no attempt', async () => {
  await setPhones('aborted');
  const { salesforce } = corridor;
  const { outbound } = await corridor.another(
    {},
    {
      ...salesforce,
      uploadIngest: async (jobId, csv) => {
        csv.resume();
        await salesforce.abortIngest(jobId);
      },
    },
  );
  await assert.rejects(outbound.sendOnce(lane, updates), { code: 'job-failed' });
  assert.deepEqual(await corridor.db.query('select distinct claim_id, lock_tries, fault_tries from sync.outbox'), [
    { claim_id: null, lock_tries: 0, fault_tries: 0 },
  ]);
  assert.equal((await corridor.send()).settled, ROWS);
});

test('[OUT35] a session that ends amid a job is renewed, the job is the same, and no row goes twice', async () => {
  await setPhones('renewed');
  const { salesforce } = corridor;
  const expire = (): void => corridor.org.org.access.expireSessions();
  let jobId = '';
  const { salesforce: door, calls } = counted({
    uploadIngest: async (id, csv) => {
      jobId = id;
      if (!calls.includes('upload')) expire();
      calls.push('upload');
      await salesforce.uploadIngest(id, csv);
    },
    ingestJob: (id) => {
      expire();
      return salesforce.ingestJob(id);
    },
    ingestResults: (id, list) => {
      expire();
      return salesforce.ingestResults(id, list);
    },
  });
  corridor.switches({ lockRow: 1 }); // One row fails, so that a list is read as well.
  const { outbound } = await corridor.another({}, door);
  const outcome = await outbound.sendOnce(lane, updates);
  assert.deepEqual([outcome.settled, outcome.retried], [ROWS - 1, 1]);
  assert.deepEqual(calls, ['create', 'upload', 'upload'], 'the upload that was refused goes again, into the same job');
  assert.equal((await salesforce.ingestJob(jobId)).recordsProcessed, ROWS);
  await corridor.sendAll();
  assert.deepEqual(new Set(there('Phone')), new Set(['renewed']));
});

test('[OUT35] a job that fails in the middle settles its successes, judges its failures, and releases what it had not done', async () => {
  await setPhones('half');
  const { salesforce } = corridor;
  const lists: string[] = [];
  const { outbound } = await corridor.another(
    {},
    {
      ...salesforce,
      ingestResults: (id, list) => {
        lists.push(list);
        return salesforce.ingestResults(id, list);
      },
    },
  );
  corridor.switches({ failJobs: 1, lockRow: 1 });
  await assert.rejects(outbound.sendOnce(lane, updates), { code: 'job-failed' });
  assert.deepEqual(lists.toSorted(), ['failedResults', 'successfulResults', 'unprocessedrecords']);
  const left = await corridor.db.query<{ lock_tries: number; rows: number }>(
    `select lock_tries, count(*)::int as rows from sync.outbox where claim_id is null group by lock_tries order by lock_tries`,
  );
  assert.deepEqual(left, [
    { lock_tries: 0, rows: ROWS / 2 },
    { lock_tries: 1, rows: 1 },
  ]);
  assert.deepEqual(await corridor.db.query(`select person_id from sync.sent where unanswered <> '{}'`), []);
  assert.equal(there('Phone').filter((phone) => phone === 'half').length, ROWS / 2 - 1);
  const [run] = await corridor.db.query<{ status: string; updated: number; problem: { code: string } }>(
    'select status, updated, problem from sync.run order by run_id desc limit 1',
  );
  assert.deepEqual([run?.status, run?.updated, run?.problem.code], ['failed', ROWS / 2 - 1, 'job-failed']);
  await corridor.sendAll();
  assert.deepEqual(new Set(there('Phone')), new Set(['half']));
});

test('[OUT35] a row that no list of a broken job names may have been done: it counts as a lost answer', async () => {
  await setPhones('listless');
  const { salesforce } = corridor;
  const { Readable: Stream } = await import('node:stream');
  const { outbound } = await corridor.another(
    {},
    { ...salesforce, ingestResults: async () => Stream.from([Buffer.from('"sf__Id","sf__Error","Id"\n')]) },
  );
  corridor.switches({ failJobs: 1 });
  await assert.rejects(outbound.sendOnce(lane, updates), { code: 'job-failed' });
  assert.equal((await corridor.db.query(`select from sync.sent where unanswered ? 'phone'`)).length, ROWS);
});

test('[OUT35] after bulkAborts jobs stopped by somebody bulk pauses, single edits go on, and a retry of the error resumes it', async () => {
  await setPhones('stopped');
  const { salesforce } = corridor;
  const { salesforce: door, calls } = counted({
    uploadIngest: async (jobId, csv) => {
      csv.resume();
      await salesforce.abortIngest(jobId);
    },
  });
  const { outbound } = await corridor.another({ bulkAborts: 2 }, door);
  for (let n = 0; n < 2; n += 1) await assert.rejects(outbound.sendOnce(lane, updates), { code: 'job-failed' });
  assert.deepEqual(calls.splice(0), ['create', 'create']);
  assert.equal((await outbound.sendOnce(lane, updates)).claimed, 0);
  const [error] = await corridor.db.query<{ error_id: number; message: string; disposition: string }>(
    `select error_id, message, disposition from sync.error where code = 'bulk-aborted' and resolved_at is null`,
  );
  assert.ok(error);
  assert.deepEqual([error.disposition, JSON.parse(error.message).count], ['pause', 2]);
  await corridor.db.transaction(async (tx) => {
    await tx.run(`set local syncline.lane = 'urgent'`);
    await tx.run(`update marketing.person set phone = 'single' where id = $1`, [ids()[0]]);
  });
  assert.equal((await outbound.sendOnce(LANE.urgent, updates)).settled, 1);
  assert.deepEqual(calls.splice(0), ['collection']);
  const retried = await retryErrors(corridor.db, { ids: [error.error_id] }, async () => undefined);
  assert.equal(retried.retried, 1);
  assert.equal((await corridor.send()).settled, ROWS - 1);
  assert.deepEqual(await corridor.db.query('select from sync.bulk_abort'), []);
});

test('[OUT28] the text of a failed bulk row is read whole', () => {
  assert.deepEqual(bulkFault('REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --'), {
    code: 'REQUIRED_FIELD_MISSING',
    message: 'Required fields are missing: [Name]',
    fields: ['Name'],
  });
  assert.deepEqual(bulkFault('UNABLE_TO_LOCK_ROW:unable to obtain exclusive access:--'), {
    code: 'UNABLE_TO_LOCK_ROW',
    message: 'unable to obtain exclusive access',
    fields: [],
  });
  assert.deepEqual(bulkFault('STRING_TOO_LONG:too long:Phone Title --').fields, ['Phone', 'Title']);
  assert.deepEqual(bulkFault('nonsense').code, 'nonsense');
});
