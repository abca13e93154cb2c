import '../person/person.css';
import type { ConnectionAnswer } from '@syncline/contract/setup';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { problemOf, shownProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Page } from '../../components/page.tsx';
import { When } from '../../components/time.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { SettingsTabs } from '../settings/settings-tabs.tsx';
import { TestResult } from '../setup-connect/test-result.tsx';

type Connection = NonNullable<ConnectionAnswer['connection']>;

export const SettingsConnectionScreen = () => {
  const { words } = useWords();
  const connection = useQuery(queries.connection());
  return (
    <Page title={words.settings.title} width="narrow">
      <SettingsTabs />
      <Faces query={connection}>
        {(data) =>
          data.connection === null ? (
            <div className="card">
              <EmptyState
                title={words.settings.none}
                action={
                  <ButtonLink look="primary" to="/setup/connect">
                    {words.setup.connectOwn}
                  </ButtonLink>
                }
              />
            </div>
          ) : (
            <Chosen connection={data.connection} />
          )
        }
      </Faces>
    </Page>
  );
};

/** Signs in anew, on purpose, with what is stored. */
const Try = () => {
  const { words } = useWords();
  const { mayAdminister } = useSession();
  const client = useQueryClient();
  const test = useMutation({ mutationFn: api.testConnection, onSettled: () => client.invalidateQueries() });
  return (
    <>
      <div className="row">
        <Button onPress={() => test.mutate()} isPending={test.isPending} isDisabled={!mayAdminister}>
          {words.connect.test}
        </Button>
        <ButtonLink to="/setup/connect">{words.settings.another}</ButtonLink>
      </div>
      {test.error === null ? null : <Failed problem={problemOf(test.error)} live="assertive" />}
      {test.isPending || test.data !== undefined ? <TestResult test={test.data ?? null} /> : null}
    </>
  );
};

const Chosen = ({ connection }: { readonly connection: Connection }) => {
  const { words, formats } = useWords();
  return (
    <section className="card stack" aria-label={words.settings.connection}>
      {connection.paused === null ? null : <Failed problem={shownProblem(connection.paused)} live="off" />}
      <dl className="facts">
        <dt>{words.settings.method}</dt>
        <dd>{words.connect.methods[connection.method].title}</dd>
        <dt>{words.settings.host}</dt>
        <dd>{connection.host}</dd>
        {connection.username === null ? null : (
          <>
            <dt>{words.settings.user}</dt>
            <dd>{connection.username}</dd>
          </>
        )}
        {connection.clientId === null ? null : (
          <>
            <dt>{words.connect.consumerKey}</dt>
            <dd>
              <CopyValue value={connection.clientId} />
            </dd>
          </>
        )}
        <dt>{words.settings.secrets}</dt>
        <dd>
          {connection.secretsSetAt === null
            ? words.common.none
            : words.settings.secretsSaved(formats.date(connection.secretsSetAt), connection.secretsSetBy ?? '')}
        </dd>
        <dt>{words.settings.org}</dt>
        <dd>{connection.orgName ?? '–'}</dd>
        {connection.orgId === null ? null : (
          <>
            <dt>{words.settings.orgId}</dt>
            <dd>
              <CopyValue value={connection.orgId} />
            </dd>
          </>
        )}
        <dt>{words.settings.confirmed}</dt>
        <dd>
          <When at={connection.confirmedAt} fallback={words.common.never} />
        </dd>
        <dt>{words.settings.startedAt}</dt>
        <dd>
          <When at={connection.startedAt} fallback={words.common.never} />
        </dd>
      </dl>
      <Try />
    </section>
  );
};
