import type { Status } from '@syncline/contract/status';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { ToneBadge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Page } from '../../components/page.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { SettingsTabs } from '../settings/settings-tabs.tsx';
import { Schedule } from './schedule.tsx';

/** Salesforce keeps what was deleted for this long; until then a poll still hears of it. */
const BIN_DAYS = 15;

export const SettingsSyncScreen = () => {
  const { words } = useWords();
  const status = useQuery(queries.status());
  return (
    <Page title={words.settings.title} width="narrow">
      <SettingsTabs />
      <Faces query={status}>{(data) => <Switch status={data} />}</Faces>
      <Schedule />
    </Page>
  );
};

/** N17: the background sync, on or off. */
const Switch = ({ status }: { readonly status: Status }) => {
  const { words, formats } = useWords();
  const { mayAdminister } = useSession();
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const change = useMutation({
    mutationFn: (enabled: boolean) => api.switchSync(enabled),
    onSuccess: async () => {
      setOpen(false);
      await client.invalidateQueries();
    },
  });
  const problem = change.error === null ? null : problemOf(change.error);
  const since =
    status.enabledChangedAt === null ? null : words.settings.since(formats.time(status.enabledChangedAt, new Date()));
  return (
    <section className="card stack" aria-label={words.settings.background}>
      <div className="row spread">
        <div>
          <h2>{words.settings.background}</h2>
          <p className="row" role="status">
            <ToneBadge
              tone={status.enabled ? 'ok' : 'warn'}
              word={status.enabled ? words.settings.enabled : words.settings.disabled}
            />
            {since === null ? null : <span className="muted number">{since}</span>}
          </p>
        </div>
        {status.enabled ? (
          <Button look="danger" onPress={() => setOpen(true)} isDisabled={!mayAdminister}>
            {words.settings.disable}
          </Button>
        ) : (
          <Button
            look="primary"
            onPress={() => change.mutate(true)}
            isPending={change.isPending}
            isDisabled={!mayAdminister}
          >
            {words.settings.enable}
          </Button>
        )}
      </div>
      <p className="muted">{status.enabled ? words.settings.what : words.home.disabled(status.waitingToSend)}</p>
      {mayAdminister ? null : <p className="muted">{words.common.onlyAdmins}</p>}
      {problem === null || isOpen ? null : <Failed problem={problem} live="assertive" />}
      <ConfirmDialog
        title={words.settings.disableTitle}
        verb={words.settings.disable}
        look="danger"
        isOpen={isOpen}
        isPending={change.isPending}
        problem={problem}
        onConfirm={() => change.mutate(false)}
        onClose={() => {
          setOpen(false);
          change.reset();
        }}
      >
        <p>{words.settings.disableDialog(status.waitingToSend, BIN_DAYS)}</p>
        <p className="muted">{words.settings.what}</p>
      </ConfirmDialog>
    </section>
  );
};
