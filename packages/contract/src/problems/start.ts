/** What can keep Syncline from starting. */
import type { ProblemRow } from './row.ts';

export const START_PROBLEMS = {
  'port-in-use': {
    status: 500,
    title: 'Port {port} is in use.',
    advice: 'Stop the other program, or start with --port and another number.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'home-closed': {
    status: 500,
    title: 'The folder {home} cannot be written.',
    advice: 'Give this user the right to write there, or start with --home and another folder.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'database-unreachable': {
    status: 503,
    title: 'The database does not answer.',
    advice: 'Check that Postgres runs and can be reached. Syncline tries again by itself.',
    whoCanFix: 'engineer',
    action: 'try-again',
  },
  'database-url-wrong': {
    status: 500,
    title: 'DATABASE_URL does not lead to a database.',
    advice: 'Check host, port, user, password and database name: postgres://user:password@host:5432/name.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'database-too-old': {
    status: 500,
    title: 'Postgres {version} is too old.',
    advice:
      'Syncline needs Postgres 15 or newer. Upgrade it, or leave DATABASE_URL out to use the one that comes along.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'database-newer': {
    status: 500,
    title: 'The database was made by a newer Syncline.',
    advice: 'Start that version or a later one. Nothing was changed.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'practice-org-failed': {
    status: 500,
    title: 'The practice org did not start: {said}',
    advice: 'Do what it says, or start without it: --org none.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'roles-needed': {
    status: 500,
    title: 'The user of DATABASE_URL may not create the roles Syncline needs.',
    advice: 'Have somebody who may run the SQL printed above, then start again.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'embedded-postgres-missing': {
    status: 500,
    title: 'No Postgres comes along for {platform}.',
    advice:
      'Set DATABASE_URL to a Postgres of yours, 15 or newer, or run npm ci without leaving optional packages out.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'embedded-postgres-failed': {
    status: 500,
    title: 'The Postgres that comes along did not start.',
    advice: 'It said: {said} Look at the disk and the memory, or set DATABASE_URL to a Postgres of yours.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'key-wrong': {
    status: 500,
    title: 'The key file does not fit the stored secrets.',
    advice:
      'Put back the key file that was used before, or enter the secrets again under Connect. Nothing was overwritten.',
    whoCanFix: 'engineer',
    action: 'open-connect',
  },
  'key-missing': {
    status: 500,
    title: 'The key file {path} cannot be read.',
    advice: 'Put the key file back with mode 0600. Without it the stored secrets cannot be opened.',
    whoCanFix: 'engineer',
    action: 'none',
  },
} as const satisfies Readonly<Record<string, ProblemRow>>;
