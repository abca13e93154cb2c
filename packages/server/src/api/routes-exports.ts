/** Runs, errors and people as CSV, with the filters of their lists. */
import { type ErrorRow, ErrorsQuery } from '@syncline/contract/errors';
import { PeopleQuery, type PeopleRow } from '@syncline/contract/people';
import { type RunRow, RunsQuery } from '@syncline/contract/runs';
import type { Status } from '../status/status.ts';
import type { Api } from './api.ts';
import { type Cell, sendCsv } from './csv.ts';

const PERSON_HEADS = ['Id', 'Name', 'E-mail', 'Company', 'Owner', 'Record', 'Salesforce id', 'State', 'Updated at'];
const personCells = (row: PeopleRow): readonly Cell[] => [
  row.personId,
  row.name,
  row.email,
  row.company,
  row.owner,
  row.recordKind,
  row.salesforceId,
  row.syncState,
  row.updatedAt,
];

const RUN_HEADS = [
  'Run',
  'Started at',
  'Ended at',
  'Object',
  'Operation',
  'Status',
  'New',
  'Updated',
  'Deleted',
  'Failed',
  'Skipped',
  'Calls',
  'Problem',
];
const runCells = (row: RunRow): readonly Cell[] => [
  row.runId,
  row.startedAt,
  row.endedAt,
  row.object,
  row.operation,
  row.status,
  row.created,
  row.updated,
  row.deleted,
  row.failed,
  row.skipped,
  row.calls,
  row.problem?.title ?? null,
];

const ERROR_HEADS = [
  'Error',
  'At',
  'Failed on',
  'Object',
  'Our id',
  'Salesforce id',
  'Cause',
  'Code',
  'Fields',
  'Message',
  'Who can fix it',
  'Solved at',
];
const errorCells = (row: ErrorRow): readonly Cell[] => [
  row.errorId,
  row.at,
  row.level,
  row.object,
  row.personId,
  row.salesforceId,
  row.cause,
  row.code,
  row.fields.join(' '),
  row.message,
  row.whoCanFix,
  row.resolvedAt,
];

export const registerExportRoutes = (app: Api, status: Status): void => {
  app.get('/people/export.csv', { schema: { querystring: PeopleQuery } }, async (request, reply) => {
    const columns = [...new Set((request.query.columns ?? '').split(',').filter((column) => column !== ''))];
    const cellsOf = (row: PeopleRow): readonly Cell[] => [
      ...personCells(row),
      ...columns.map((column) => row.values[column] ?? null),
    ];
    return sendCsv(reply, 'people', [...PERSON_HEADS, ...columns], status.peoplePages(request.query), cellsOf);
  });
  app.get('/runs/export.csv', { schema: { querystring: RunsQuery } }, (request, reply) =>
    sendCsv(reply, 'runs', RUN_HEADS, status.runPages(request.query), runCells),
  );
  app.get('/errors/export.csv', { schema: { querystring: ErrorsQuery } }, (request, reply) =>
    sendCsv(reply, 'errors', ERROR_HEADS, status.errorPages(request.query), errorCells),
  );
};
