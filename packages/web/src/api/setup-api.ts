/** Requests of steps 1 and 2 of the setup, of the ways in, and of the pages of settings; and their queries. */
import { ApiBudget } from '@syncline/contract/budget';
import {
  BudgetSettings,
  DefaultSettings,
  type NotificationSettings,
  NotificationSettingsAnswer,
  type SyncSettings,
  SyncSettingsAnswer,
  WebhookTest,
} from '@syncline/contract/settings';
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
import { ApiTokens, MadeToken, type TokenWish } from '@syncline/contract/tokens';
import { type NewUser, type UserChange, Users } from '@syncline/contract/users';
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

export const settingsApi = {
  saveSync: (body: SyncSettings) => ask('PUT', '/settings/sync', SyncSettingsAnswer, { body }),
  saveDefaults: (body: DefaultSettings) => ask('PUT', '/settings/defaults', Anything, { body }),
  saveBudget: (body: BudgetSettings) => ask('PUT', '/settings/budget', Anything, { body }),
  saveNotifications: (body: NotificationSettings) =>
    ask('PUT', '/settings/notifications', NotificationSettingsAnswer, { body }),
  testWebhook: () => ask('POST', '/settings/notifications/test', WebhookTest),
  addUser: (body: NewUser) => ask('POST', '/users', Anything, { body }),
  changeUser: (id: number, body: UserChange) => ask('PATCH', `/users/${id}`, Anything, { body }),
  removeUser: (id: number) => ask('DELETE', `/users/${id}`, Anything),
  makeToken: (body: TokenWish) => ask('POST', '/tokens', MadeToken, { body }),
  revokeToken: (id: number) => ask('DELETE', `/tokens/${id}`, Anything),
} as const;

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

export const settingsQueries = {
  sync: () =>
    queryOptions({
      queryKey: ['settings', 'sync'],
      queryFn: ({ signal }) => ask('GET', '/settings/sync', SyncSettingsAnswer, { signal }),
    }),
  defaults: () =>
    queryOptions({
      queryKey: ['settings', 'defaults'],
      queryFn: ({ signal }) => ask('GET', '/settings/defaults', DefaultSettings, { signal }),
    }),
  budget: () =>
    queryOptions({
      queryKey: ['settings', 'budget'],
      queryFn: ({ signal }) => ask('GET', '/settings/budget', BudgetSettings, { signal }),
    }),
  usage: () =>
    queryOptions({
      queryKey: ['api-budget'],
      queryFn: ({ signal }) => ask('GET', '/api-budget', ApiBudget, { signal }),
    }),
  notifications: () =>
    queryOptions({
      queryKey: ['settings', 'notifications'],
      queryFn: ({ signal }) => ask('GET', '/settings/notifications', NotificationSettingsAnswer, { signal }),
    }),
  users: () => queryOptions({ queryKey: ['users'], queryFn: ({ signal }) => ask('GET', '/users', Users, { signal }) }),
  tokens: () =>
    queryOptions({ queryKey: ['tokens'], queryFn: ({ signal }) => ask('GET', '/tokens', ApiTokens, { signal }) }),
} as const;
