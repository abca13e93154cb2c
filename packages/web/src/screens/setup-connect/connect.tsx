import './connect.css';
import type { ConnectionAnswer, ConnectionComparison, ConnectionTest, ConnectMethod } from '@syncline/contract/setup';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { setupApi } from '../../api/setup-api.ts';
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
import { type ConnectForm, choiceOf, formOf, missingIn, webSignInOf } from './connect-form.ts';
import { TestResult } from './test-result.tsx';
import { Lost, WebMismatch, WebOutcome } from './web-outcome.tsx';

/** Who sent the reader here: the practice org's credentials were just stored, or the browser is back from Salesforce. */
export const CAME_FROM = ['practice', 'web', 'mismatch'] as const;
type CameFrom = (typeof CAME_FROM)[number];

const METHODS = ['client_credentials', 'web', 'jwt', 'password'] as const satisfies readonly ConnectMethod[];

const methodCards = ({ connect }: Words): readonly RadioCard<ConnectMethod>[] =>
  METHODS.map((method) => ({ value: method, ...connect.methods[method] }));

const labelsOf = ({ connect, waysIn }: Words): Partial<Record<keyof ConnectForm, string>> => ({
  host: connect.host,
  clientId: connect.consumerKey,
  clientSecret: connect.consumerSecret,
  username: connect.username,
  password: connect.password,
  privateKey: waysIn.privateKey,
});

/** Do these credentials work? */
export const ConnectScreen = ({ cameFrom }: { readonly cameFrom: CameFrom | null }) => {
  const { words } = useWords();
  const connection = useQuery(queries.connection());
  return (
    <Page title={words.connect.title} lead={words.connect.lead} width="narrow" above={<SetupTrail current="connect" />}>
      <Faces query={connection}>
        {({ connection: stored }) => <ConnectBody stored={stored} cameFrom={cameFrom} />}
      </Faces>
    </Page>
  );
};

type Stored = ConnectionAnswer['connection'];

interface Tested {
  readonly test: ConnectionTest;
  readonly lost: ConnectionComparison['lost'];
  readonly isSaved: boolean;
}

/**
 * Before Confirm Credentials a choice is saved and then tested. Afterwards the sync lives by what is saved, so another choice is looked at first, and saved
 * where it passes and loses nothing (SET8).
 */
const testChoice = async (form: ConnectForm, stored: Stored): Promise<Tested> => {
  const choice = choiceOf(form, stored);
  if (choice === null) return { test: await api.testConnection(), lost: [], isSaved: true };
  if (stored?.confirmedAt == null) {
    await api.chooseConnection(choice);
    return { test: await api.testConnection(), lost: [], isSaved: true };
  }
  const { test, lost } = await setupApi.compareConnection(choice);
  const isSaved = test.passed && lost.length === 0;
  if (isSaved) await api.chooseConnection(choice);
  return { test, lost, isSaved };
};

const useTest = (form: ConnectForm, stored: Stored) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => testChoice(form, stored),
    onSettled: () => {
      for (const topic of ['setup', 'status', 'practice', 'objects'])
        void client.invalidateQueries({ queryKey: [topic] });
    },
  });
};

/** Saves what was tested though its user sees less. */
const useKeep = (form: ConnectForm, stored: Stored) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const choice = choiceOf(form, stored);
      if (choice !== null) await api.chooseConnection(choice);
    },
    onSuccess: () => client.invalidateQueries(),
  });
};

const useWebSignIn = (form: ConnectForm) =>
  useMutation({
    mutationFn: () => setupApi.beginWebSignIn(webSignInOf(form)),
    onSuccess: ({ authorizeUrl }) => window.location.assign(authorizeUrl),
  });

const ConnectBody = ({ stored, cameFrom }: { readonly stored: Stored; readonly cameFrom: CameFrom | null }) => {
  const { words, formats } = useWords();
  const { data: status } = useQuery(queries.status());
  const [form, setForm] = useState(() => formOf(stored));
  const [attempt, setAttempt] = useState(0);
  const [isEdited, setEdited] = useState(false);
  const test = useTest(form, stored);
  const keep = useKeep(form, stored);
  const web = useWebSignIn(form);

  const change = (next: ConnectForm): void => {
    setForm(next);
    setEdited(true);
    test.reset();
    keep.reset();
    web.reset();
  };
  const labels = labelsOf(words);
  const missing = attempt === 0 ? [] : missingIn(form, stored);
  const mistakes = missing.map((name) => ({ field: name, message: words.signIn.needed(labels[name] ?? name) }));
  const savedAt = stored?.method === form.method && stored.secretsSet ? stored.secretsSetAt : null;
  const isTested =
    test.data?.test.passed === true || (!isEdited && status !== undefined && status.stage !== 'not_connected');
  const isWeb = form.method === 'web';

  const unlessMissing = (act: () => void): void => {
    if (missingIn(form, stored).length > 0) setAttempt(attempt + 1);
    else act();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    unlessMissing(() => (isWeb ? web.mutate() : test.mutate()));
  };
  const isUntouched = !isEdited && test.data === undefined;

  return (
    <>
      {cameFrom === 'practice' && isUntouched && stored !== null ? (
        <Notice tone="ok">{words.connect.practiceFilled}</Notice>
      ) : null}
      {cameFrom === 'web' && isUntouched ? <WebOutcome isConfirmed={stored?.confirmedAt != null} /> : null}
      {cameFrom === 'mismatch' && isUntouched ? <WebMismatch /> : null}
      {stored?.confirmedAt == null ? null : (
        <Notice tone="idle">{words.connect.belongs(stored.orgName ?? stored.orgId ?? '')}</Notice>
      )}
      <form className="connect-form" onSubmit={submit} noValidate>
        <RadioCards
          label={words.connect.method}
          cards={methodCards(words)}
          value={form.method}
          onChange={(method) => change({ ...form, method })}
        />
        <FormSummary mistakes={mistakes} attempt={attempt} />
        <ConnectFields
          form={form}
          onChange={change}
          errorOf={(name) => mistakes.find((mistake) => mistake.field === name)?.message}
          savedHint={savedAt === null ? undefined : words.connect.saved(formats.date(savedAt))}
        />
        {[test.error, keep.error, web.error].map((error, at) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: three places that never move
          error === null ? null : <Failed key={at} problem={problemOf(error)} live="assertive" hideLink />,
        )}
        {test.isPending || test.data !== undefined ? <TestResult test={test.data?.test ?? null} /> : null}
        {test.data !== undefined && test.data.lost.length > 0 && !keep.isSuccess ? (
          <Lost lost={test.data.lost} isPending={keep.isPending} onKeep={() => keep.mutate()} />
        ) : null}
        {stored?.confirmedAt != null && (keep.isSuccess || (test.data?.isSaved === true && !isWeb)) ? (
          <Notice tone="ok" live="polite">
            {words.waysIn.savedNow}
          </Notice>
        ) : null}
        <Deeds
          isWeb={isWeb}
          isTested={isTested}
          mayTest={!isWeb || (stored?.method === 'web' && !isEdited)}
          isTesting={test.isPending}
          isBeginning={web.isPending}
          hasResult={test.data !== undefined}
          onTest={() => unlessMissing(() => test.mutate())}
        />
      </form>
    </>
  );
};

interface DeedsProps {
  readonly isWeb: boolean;
  readonly isTested: boolean;
  /** A web sign-in is tested once it was made. */
  readonly mayTest: boolean;
  readonly isTesting: boolean;
  readonly isBeginning: boolean;
  readonly hasResult: boolean;
  readonly onTest: () => void;
}

const Deeds = (props: DeedsProps) => {
  const { words } = useWords();
  const { mayAdminister } = useSession();
  const { isWeb, isTested, mayTest } = props;
  const adminsOnly = mayAdminister ? {} : { describedBy: 'admins-only' };
  return (
    <div className="row spread">
      <div className="row">
        {mayTest ? (
          <Button
            {...(isWeb ? { onPress: props.onTest } : { type: 'submit' as const })}
            look={isTested ? 'secondary' : 'primary'}
            isPending={props.isTesting}
            isDisabled={!mayAdminister}
            {...adminsOnly}
          >
            {props.hasResult ? words.connect.testAgain : words.connect.test}
          </Button>
        ) : null}
        {isWeb ? (
          <Button
            type="submit"
            look={mayTest ? 'secondary' : 'primary'}
            icon={<ExternalLink aria-hidden />}
            isPending={props.isBeginning}
            isDisabled={!mayAdminister}
            {...adminsOnly}
          >
            {words.waysIn.signIn}
          </Button>
        ) : null}
        {mayAdminister ? null : <span id="admins-only">{words.common.onlyAdmins}</span>}
      </div>
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
  );
};
