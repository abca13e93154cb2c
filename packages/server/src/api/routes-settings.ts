/** The pages of settings, the bell, the backlog and the API budget. */
import { Backlog, BacklogQuery } from '@syncline/contract/backlog';
import { ApiBudget } from '@syncline/contract/budget';
import { NOTICE_TYPES, NoticesRead, NoticesUnread, Notifications } from '@syncline/contract/notifications';
import {
  BudgetSettings,
  DefaultSettings,
  NotificationSettings,
  NotificationSettingsAnswer,
  SyncSettings,
  SyncSettingsAnswer,
  WebhookTest,
} from '@syncline/contract/settings';
import { Done } from '@syncline/contract/shared';
import { Problem } from '../errors/errors.ts';
import type { Settings } from '../setup/setup.ts';
import type { Status } from '../status/status.ts';
import type { Api } from './api.ts';
import { postNotice } from './webhook.ts';

const done = { done: true as const };

export const registerSettingsRoutes = (
  app: Api,
  { settings, status }: { readonly settings: Settings; readonly status: Status },
): void => {
  app.get('/backlog', { schema: { querystring: BacklogQuery, response: { 200: Backlog } } }, (request) =>
    status.backlog(request.query),
  );
  app.get('/api-budget', { schema: { response: { 200: ApiBudget } } }, async () =>
    status.apiBudget(await settings.budget()),
  );

  app.get('/notifications', { schema: { response: { 200: Notifications } } }, async (request) => {
    const { bell } = await settings.notifications();
    return status.notifications(
      request.caller?.userId ?? null,
      NOTICE_TYPES.filter((type) => bell[type] === false),
    );
  });
  app.post('/notifications/read', { schema: { body: NoticesRead, response: { 200: Done } } }, async (request) => {
    const userId = request.caller?.userId;
    if (userId == null) throw new Problem('not-allowed', { role: 'viewer' }); // A program has no bell of its own.
    await status.markRead(userId, request.body.ids ?? null);
    return done;
  });
  app.post('/notifications/unread', { schema: { body: NoticesUnread, response: { 200: Done } } }, async (request) => {
    const userId = request.caller?.userId;
    if (userId == null) throw new Problem('not-allowed', { role: 'viewer' });
    await status.markUnread(userId, request.body.ids);
    return done;
  });

  app.get('/settings/sync', { schema: { response: { 200: SyncSettingsAnswer } } }, () => settings.sync());
  app.put('/settings/sync', { schema: { body: SyncSettings, response: { 200: SyncSettingsAnswer } } }, (request) =>
    settings.saveSync(request.body),
  );
  app.get('/settings/defaults', { schema: { response: { 200: DefaultSettings } } }, () => settings.defaults());
  app.put('/settings/defaults', { schema: { body: DefaultSettings, response: { 200: Done } } }, async (request) => {
    await settings.saveDefaults(request.body);
    return done;
  });
  app.get('/settings/budget', { schema: { response: { 200: BudgetSettings } } }, () => settings.budget());
  app.put('/settings/budget', { schema: { body: BudgetSettings, response: { 200: Done } } }, async (request) => {
    await settings.saveBudget(request.body);
    return done;
  });
  app.get('/settings/notifications', { schema: { response: { 200: NotificationSettingsAnswer } } }, () =>
    settings.notifications(),
  );
  app.put(
    '/settings/notifications',
    { schema: { body: NotificationSettings, response: { 200: NotificationSettingsAnswer } } },
    (request) => settings.saveNotifications(request.body),
  );
  app.post('/settings/notifications/test', { schema: { response: { 200: WebhookTest } } }, async () => {
    const url = await settings.webhookUrl();
    if (url === null) throw new Problem('not-found');
    return { status: await postNotice(url, TEST) };
  });
};

const TEST = {
  type: 'connection',
  code: 'test',
  title: 'This is a test.',
  advice: 'Nothing needs you.',
  count: 0,
} as const;
