import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SchemaObject } from '../schema/schema.ts';
import { lead } from '../schema/standard/lead.ts';
import { errorText, IngestFailure, readHeader, readRow } from './ingest-rows.ts';
import type { IngestJob } from './jobs.ts';

const leads = new SchemaObject(lead);
const sight = { canRead: (_object: string, field: string) => field !== 'Phone' };

function job(operation: IngestJob['operation'], externalIdFieldName?: string): IngestJob {
  return { kind: 'ingest', object: 'Lead', operation, externalIdFieldName } as IngestJob;
}

test('header names are found in any case, and parents by external id', () => {
  const columns = readHeader(['ID', 'lastname', 'Owner.Username'], leads, sight);
  const write = readRow(job('update'), columns, ['00Q8x0000000001', 'Smith', 'a@example.com']);
  assert.deepEqual(write, {
    kind: 'update',
    object: 'Lead',
    id: '00Q8x0000000001',
    record: { LastName: 'Smith', Owner: { Username: 'a@example.com' } },
  });
});

test('an unknown column, a hidden one and one that is there twice fail the job', () => {
  for (const header of [['Nope__c'], ['Phone'], ['City', 'CITY'], ['Nobody.Name']]) {
    assert.throws(() => readHeader(header, leads, sight), IngestFailure);
  }
});

test('an empty cell leaves a field alone, #N/A clears it, and other values are taken as they are', () => {
  const columns = readHeader(['LastName', 'City', 'State', 'Title'], leads, sight);
  const write = readRow(job('insert'), columns, ['null', '', '#N/A', ' =1+1 ']);
  assert.deepEqual(write, {
    kind: 'create',
    object: 'Lead',
    record: { LastName: 'null', State: null, Title: ' =1+1 ' },
  });
});

test('an upsert takes its key out of the record', () => {
  const columns = readHeader(['EMAIL', 'LastName', 'Id'], leads, sight);
  assert.deepEqual(readRow(job('upsert', 'Email'), columns, ['a@example.com', 'Smith', '']), {
    kind: 'upsert',
    object: 'Lead',
    externalId: 'Email',
    value: 'a@example.com',
    record: { LastName: 'Smith' },
  });
  assert.deepEqual(readRow(job('upsert', 'Id'), columns, ['', 'Smith', '']), {
    kind: 'upsert',
    object: 'Lead',
    externalId: 'Id',
    value: null,
    record: { LastName: 'Smith' },
  });
});

test('a field of more than 32,000 characters is refused by the Bulk API itself', () => {
  const columns = readHeader(['Description'], leads, sight);
  const fine = readRow(job('insert'), columns, ['x'.repeat(32_000)]);
  assert.ok('kind' in fine);
  const refused = readRow(job('insert'), columns, ['x'.repeat(32_001)]);
  assert.ok('success' in refused && !refused.success);
  assert.equal(refused.errors[0]?.statusCode, 'STRING_TOO_LONG');
});

test('an error reads as CODE:message:fields --', () => {
  const error = {
    statusCode: 'REQUIRED_FIELD_MISSING',
    message: 'Required fields are missing: [Name]',
    fields: ['Name'],
  };
  assert.equal(
    errorText({ success: false, id: undefined, errors: [error] }),
    'REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --',
  );
  assert.equal(
    errorText({
      success: false,
      id: undefined,
      errors: [{ statusCode: 'ENTITY_IS_DELETED', message: 'gone', fields: [] }],
    }),
    'ENTITY_IS_DELETED:gone:--',
  );
});
