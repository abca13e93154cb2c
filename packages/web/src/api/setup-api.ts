/** Requests of steps 1 and 2 of the setup and of the ways in, and their queries. */
import {
  type ConnectionChoice,
  ConnectionComparison,
  type WebSignIn,
  WebSignInBegun,
  WebSignInOutcome,
} from '@syncline/contract/setup';
import {
  AdminSessionAnswer,
  type AdminSignIn,
  SetupFields,
  type SetupFieldsAct,
  SetupOutcomes,
  SetupUser,
} from '@syncline/contract/setup-org';
import { queryOptions } from '@tanstack/react-query';
import { Anything, ask } from './client.ts';

export const setupApi = {
  signInAdmin: (body: AdminSignIn) => ask('POST', '/setup/admin-session', AdminSessionAnswer, { body }),
  signOutAdmin: () => ask('DELETE', '/setup/admin-session', Anything),
  actOnFields: (body: SetupFieldsAct) => ask('POST', '/setup/fields', SetupOutcomes, { body }),
  mendSyncUser: () => ask('POST', '/setup/sync-user', SetupOutcomes),
  compareConnection: (body: ConnectionChoice) =>
    ask('POST', '/setup/connection/compare', ConnectionComparison, { body }),
  beginWebSignIn: (body: WebSignIn) => ask('POST', '/setup/web-sign-in', WebSignInBegun, { body }),
  keepWebSignIn: () => ask('POST', '/setup/web-sign-in/keep', Anything),
} as const;

/** Where the browser fetches the package from. */
export const PACKAGE_URL = '/api/setup/package.zip';
/** The address that the app in Salesforce must name. */
export const callbackUrl = (): string => `${window.location.origin}/api/setup/web-sign-in/callback`;

export const setupQueries = {
  fields: () =>
    queryOptions({
      queryKey: ['setup', 'fields'],
      queryFn: ({ signal }) => ask('GET', '/setup/fields', SetupFields, { signal }),
      retry: false,
    }),
  syncUser: () =>
    queryOptions({
      queryKey: ['setup', 'sync-user'],
      queryFn: ({ signal }) => ask('GET', '/setup/sync-user', SetupUser, { signal }),
      retry: false,
    }),
  webSignIn: () =>
    queryOptions({
      queryKey: ['web-sign-in'],
      queryFn: ({ signal }) => ask('GET', '/setup/web-sign-in', WebSignInOutcome, { signal }),
      staleTime: 0,
      gcTime: 0,
    }),
} as const;
