/** The setup, as an admin walks it in the browser: first user, connection, test, Sync Fields, Confirm Credentials, Start. */
import { randomBytes } from 'node:crypto';
import type { Stage } from './stage.ts';

interface TestAnswer {
  readonly passed: boolean;
  readonly lines: readonly {
    readonly line: string;
    readonly problem: { readonly code: string; readonly title: string } | null;
  }[];
}

/** The app's first user, whom the tour makes. */
export interface TourUser {
  readonly email: string;
  readonly password: string;
}

export const connectAndConfirm = async (stage: Stage): Promise<TourUser> => {
  const { app, orgFacts } = stage;
  const user = { email: 'tour@example.com', password: randomBytes(18).toString('base64url') };
  await app.call('POST', '/api/users/first', {
    code: codeOf(stage.server.facts.signInLink),
    name: 'Tour',
    ...user,
    language: 'en',
  });
  await app.call('PUT', '/api/setup/connection', {
    method: 'client_credentials',
    host: orgFacts.instanceUrl,
    isSandbox: false,
    clientId: orgFacts.clientId,
    clientSecret: orgFacts.clientSecret,
  });
  const test = await app.call<TestAnswer>('POST', '/api/setup/connection/test');
  if (!test?.passed) {
    const failed = test?.lines.find((line) => line.problem !== null);
    throw new Error(
      `the test of the connection failed at ${failed?.line}: ${failed?.problem?.code}: ${failed?.problem?.title}`,
    );
  }
  const list = await app.call<{ readonly fingerprint: string }>('GET', '/api/setup/sync-fields');
  await app.call('PUT', '/api/setup/sync-fields', { dropped: [] });
  await app.call('POST', '/api/setup/confirm-credentials', { fingerprint: list?.fingerprint, dropped: [] });
  return user;
};

export const startSync = async (stage: Stage): Promise<void> => {
  await stage.app.call('POST', '/api/setup/start', undefined, { done: ['already-started'] });
};

const codeOf = (link: string | null): string => {
  const code = link === null ? null : new URL(link).searchParams.get('code');
  if (!code) throw new Error(`the server printed no link for the first sign-in: ${link}`);
  return code;
};
