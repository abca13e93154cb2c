/** Requests of the pages of settings, and their queries. */
import {
  BudgetSettings,
  DefaultSettings,
  type NotificationSettings,
  NotificationSettingsAnswer,
  type SyncSettings,
  SyncSettingsAnswer,
  WebhookTest,
} from '@syncline/contract/settings';
import { ApiTokens, MadeToken, type TokenWish } from '@syncline/contract/tokens';
import { type NewUser, type UserChange, Users } from '@syncline/contract/users';
import { queryOptions } from '@tanstack/react-query';
import { Anything, ask } from './client.ts';

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
  notifications: () =>
    queryOptions({
      queryKey: ['settings', 'notifications'],
      queryFn: ({ signal }) => ask('GET', '/settings/notifications', NotificationSettingsAnswer, { signal }),
    }),
  users: () => queryOptions({ queryKey: ['users'], queryFn: ({ signal }) => ask('GET', '/users', Users, { signal }) }),
  tokens: () =>
    queryOptions({ queryKey: ['tokens'], queryFn: ({ signal }) => ask('GET', '/tokens', ApiTokens, { signal }) }),
} as const;
