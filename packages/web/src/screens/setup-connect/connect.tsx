import './connect.css';
import type { ConnectionAnswer } from '@syncline/contract/setup';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { FormSummary } from '../../components/form-summary.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { type RadioCard, RadioCards } from '../../components/radio-cards.tsx';
import { useSession } from '../../shell/session.tsx';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';
import { SetupTrail } from '../setup/setup-trail.tsx';
import { ConnectFields } from './connect-fields.tsx';
import { type ConnectForm, choiceOf, formOf, missingIn } from './connect-form.ts';
import { TestResult } from './test-result.tsx';

type Method = ConnectForm['method'] | 'web' | 'jwt';

const methodCards = ({ connect }: Words): readonly RadioCard<Method>[] => [
  { value: 'client_credentials', ...connect.methods.client_credentials },
  { value: 'web', ...connect.methods.web, whyNot: connect.notYet },
  { value: 'jwt', ...connect.methods.jwt, whyNot: connect.notYet },
  { value: 'password', ...connect.methods.password },
];

const labelsOf = ({ connect }: Words): Partial<Record<keyof ConnectForm, string>> => ({
  host: connect.host,
  clientId: connect.consumerKey,
  clientSecret: connect.consumerSecret,
  username: connect.username,
  password: connect.password,
});

/** Do these credentials work? `isFromPractice`: the practice org's were just stored. */
export const ConnectScreen = ({ isFromPractice }: { readonly isFromPractice: boolean }) => {
  const { words } = useWords();
  const connection = useQuery(queries.connection());
  return (
    <Page title={words.connect.title} lead={words.connect.lead} width="narrow" above={<SetupTrail current="connect" />}>
      <Faces query={connection}>
        {({ connection: stored }) => <ConnectBody stored={stored} isFromPractice={isFromPractice} />}
      </Faces>
    </Page>
  );
};

interface ConnectBodyProps {
  readonly stored: ConnectionAnswer['connection'];
  readonly isFromPractice: boolean;
}

const useTest = (form: ConnectForm, stored: ConnectionAnswer['connection']) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      await api.chooseConnection(choiceOf(form, stored));
      return api.testConnection();
    },
    onSettled: () => {
      for (const topic of ['setup', 'status', 'practice']) void client.invalidateQueries({ queryKey: [topic] });
    },
  });
};

const ConnectBody = ({ stored, isFromPractice }: ConnectBodyProps) => {
  const { words, formats } = useWords();
  const { mayAdminister } = useSession();
  const { data: status } = useQuery(queries.status());
  const [form, setForm] = useState(() => formOf(stored));
  const [attempt, setAttempt] = useState(0);
  const [isEdited, setEdited] = useState(false);
  const test = useTest(form, stored);

  const change = (next: ConnectForm): void => {
    setForm(next);
    setEdited(true);
    test.reset();
  };
  const labels = labelsOf(words);
  const missing = attempt === 0 ? [] : missingIn(form, stored);
  const mistakes = missing.map((name) => ({ field: name, message: words.signIn.needed(labels[name] ?? name) }));
  const savedAt = stored?.method === form.method && stored.secretsSet ? stored.secretsSetAt : null;
  const isTested =
    test.data?.passed === true || (!isEdited && status !== undefined && status.stage !== 'not_connected');

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (missingIn(form, stored).length > 0) setAttempt(attempt + 1);
    else test.mutate();
  };

  return (
    <>
      {isFromPractice && !isEdited && test.data === undefined && stored !== null ? (
        <Notice tone="ok">{words.connect.practiceFilled}</Notice>
      ) : null}
      {stored?.confirmedAt == null ? null : (
        <Notice tone="idle">{words.connect.belongs(stored.orgName ?? stored.orgId ?? '')}</Notice>
      )}
      <form className="connect-form" onSubmit={submit} noValidate>
        <RadioCards
          label={words.connect.method}
          cards={methodCards(words)}
          value={form.method as Method}
          onChange={(method) => {
            if (method === 'client_credentials' || method === 'password') change({ ...form, method });
          }}
        />
        <FormSummary mistakes={mistakes} attempt={attempt} />
        <ConnectFields
          form={form}
          onChange={change}
          errorOf={(name) => mistakes.find((mistake) => mistake.field === name)?.message}
          savedHint={savedAt === null ? undefined : words.connect.saved(formats.date(savedAt))}
        />
        {test.error === null ? null : <Failed problem={problemOf(test.error)} live="assertive" hideLink />}
        {test.isPending || test.data !== undefined ? <TestResult test={test.data ?? null} /> : null}
        <div className="row spread">
          <Button
            type="submit"
            look={isTested ? 'secondary' : 'primary'}
            isPending={test.isPending}
            isDisabled={!mayAdminister}
            {...(mayAdminister ? {} : { describedBy: 'admins-only' })}
          >
            {test.data === undefined ? words.connect.test : words.connect.testAgain}
          </Button>
          {mayAdminister ? null : <span id="admins-only">{words.common.onlyAdmins}</span>}
          {isTested ? (
            <ButtonLink look="primary" to="/setup/sync-fields">
              {words.connect.syncFields}
            </ButtonLink>
          ) : (
            <span className="muted" id="sync-fields-waits">
              {words.connect.syncFieldsWaits}
            </span>
          )}
        </div>
      </form>
    </>
  );
};
