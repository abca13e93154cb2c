import { NOTICE_TYPES, type NoticeType } from '@syncline/contract/notifications';
import type { NotificationSettings, NotificationSettingsAnswer } from '@syncline/contract/settings';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { problemOf } from '../../api/problem.ts';
import { settingsApi, settingsQueries } from '../../api/settings-api.ts';
import { Button } from '../../components/button.tsx';
import { Check } from '../../components/check.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { SettingsForm, useDraft } from '../settings/settings-form.tsx';
import { SettingsTabs } from '../settings/settings-tabs.tsx';

type Chosen = Readonly<Record<NoticeType, boolean>>;

interface Draft {
  readonly bell: Chosen;
  readonly webhook: Chosen;
  /** Empty: as it is. */
  readonly url: string;
  readonly isRemoved: boolean;
}

/** A type that is not named rings, and is not posted. */
const chosenOf = (named: Partial<Record<NoticeType, boolean>>, unnamed: boolean): Chosen =>
  Object.fromEntries(NOTICE_TYPES.map((type) => [type, named[type] ?? unnamed])) as Chosen;

const draftOf = (page: NotificationSettingsAnswer): Draft => ({
  bell: chosenOf(page.bell, true),
  webhook: chosenOf(page.webhook, false),
  url: '',
  isRemoved: false,
});

const pageOf = ({ bell, webhook, url, isRemoved }: Draft): NotificationSettings => ({
  bell,
  webhook,
  ...(isRemoved ? { webhookUrl: null } : url.trim() === '' ? {} : { webhookUrl: url.trim() }),
});

/** What rings, and what is posted where? */
export const SettingsNotificationsScreen = () => {
  const { words } = useWords();
  const page = useQuery(settingsQueries.notifications());
  return (
    <Page title={words.settings.title} width="narrow">
      <SettingsTabs />
      <Faces query={page}>{(data) => <NotificationsForm stored={data} />}</Faces>
    </Page>
  );
};

const NotificationsForm = ({ stored }: { readonly stored: NotificationSettingsAnswer }) => {
  const { words } = useWords();
  const client = useQueryClient();
  const { draft, changes, change, saved } = useDraft(draftOf(stored));
  const save = useMutation({
    mutationFn: (page: NotificationSettings) => settingsApi.saveNotifications(page),
    onSuccess: (page) => {
      client.setQueryData(settingsQueries.notifications().queryKey, page);
      saved(draftOf(page));
    },
  });
  const host = draft.isRemoved ? null : stored.webhookHost;
  const isAddress = draft.url.trim() === '' || /^https?:\/\/\S+$/.test(draft.url.trim());
  return (
    <SettingsForm
      label={words.pages.tabs.notifications}
      changes={changes}
      mistakes={isAddress ? [] : [{ field: 'webhookUrl', message: words.pages.webhookHint }]}
      isPending={save.isPending}
      isSaved={save.isSuccess}
      problem={save.error === null ? null : problemOf(save.error)}
      onSave={() => save.mutate(pageOf(draft))}
    >
      <div>
        <h2>{words.pages.tabs.notifications}</h2>
        <p className="muted">{words.pages.noticesLead}</p>
      </div>
      <NoticeTable
        draft={draft}
        onBell={(type, rings) => change({ bell: { ...draft.bell, [type]: rings } })}
        onWebhook={(type, posts) => change({ webhook: { ...draft.webhook, [type]: posts } })}
      />
      <TextField
        name="webhookUrl"
        type="url"
        label={words.pages.webhookUrl}
        value={draft.url}
        onChange={(url) => change({ url, isRemoved: false })}
        hint={
          <>
            {host === null ? words.pages.webhookNone : words.pages.webhookSaved(host)} {words.pages.webhookHint}
          </>
        }
        error={isAddress ? undefined : words.pages.webhookHint}
      />
      {host === null ? null : <Webhook isUnsaved={changes > 0} onRemove={() => change({ url: '', isRemoved: true })} />}
    </SettingsForm>
  );
};

interface NoticeTableProps {
  readonly draft: Draft;
  readonly onBell: (type: NoticeType, rings: boolean) => void;
  readonly onWebhook: (type: NoticeType, posts: boolean) => void;
}

const NoticeTable = ({ draft, onBell, onWebhook }: NoticeTableProps) => {
  const { words } = useWords();
  const columns: readonly Column<NoticeType>[] = [
    { key: 'notice', title: words.pages.notice, cell: (type) => words.pages.notices[type] },
    {
      key: 'bell',
      title: words.pages.bell,
      isTight: true,
      cell: (type) => (
        <Check isLabelHidden isChecked={draft.bell[type]} onChange={(rings) => onBell(type, rings)}>
          {words.pages.rings(words.pages.notices[type])}
        </Check>
      ),
    },
    {
      key: 'webhook',
      title: words.pages.webhook,
      isTight: true,
      cell: (type) => (
        <Check isLabelHidden isChecked={draft.webhook[type]} onChange={(posts) => onWebhook(type, posts)}>
          {words.pages.posts(words.pages.notices[type])}
        </Check>
      ),
    },
  ];
  return (
    <DataTable label={words.pages.tabs.notifications} columns={columns} rows={NOTICE_TYPES} rowKey={(type) => type} />
  );
};

/** Trying the stored address; what is not saved yet cannot be tried. */
const Webhook = ({ isUnsaved, onRemove }: { readonly isUnsaved: boolean; readonly onRemove: () => void }) => {
  const { words } = useWords();
  const { mayAdminister } = useSession();
  const test = useMutation({ mutationFn: settingsApi.testWebhook });
  return (
    <div className="stack tight">
      <div className="row">
        <Button
          isSmall
          onPress={() => test.mutate()}
          isPending={test.isPending}
          isDisabled={!mayAdminister || isUnsaved}
        >
          {words.pages.sendTest}
        </Button>
        <Button isSmall look="quiet" onPress={onRemove} isDisabled={!mayAdminister}>
          {words.pages.webhookRemove}
        </Button>
      </div>
      {test.error === null ? null : <Failed problem={problemOf(test.error)} live="assertive" />}
      {test.data === undefined ? null : (
        <Notice tone={test.data.status !== null && test.data.status < 300 ? 'ok' : 'bad'} live="polite">
          {test.data.status === null ? words.pages.testSilent : words.pages.testStatus(test.data.status)}
        </Notice>
      )}
    </div>
  );
};
