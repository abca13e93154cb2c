import './setup.css';
import type { SetupStep } from '@syncline/contract/setup';
import type { Stage } from '@syncline/contract/status';
import { useQuery } from '@tanstack/react-query';
import { Cloud, FlaskConical } from 'lucide-react';
import { problemOf, shownProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { useUsePractice } from '../../api/use-practice.ts';
import { Badge } from '../../components/badge.tsx';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { useSession } from '../../shell/session.tsx';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';
import { nextPath } from './trail.ts';

/** What is left, and who must do it. Every state here is asked now. */
export const SetupScreen = () => {
  const { words } = useWords();
  const setup = useQuery(queries.setup());
  return (
    <Page
      title={words.setup.title}
      lead={words.setup.lead}
      width="narrow"
      actions={
        <Button onPress={() => void setup.refetch()} isPending={setup.isFetching}>
          {words.setup.checkAgain}
        </Button>
      }
    >
      <Faces query={setup}>
        {({ stage, steps }) => (
          <>
            {stage === 'not_connected' ? <Begin /> : null}
            {stage === 'running' ? <Notice tone="ok" title={words.setup.finished} actions={<HomeLink />} /> : null}
            <ol className="card flush step-list">
              {steps.map((step, index) => (
                <Step key={step.step} step={step} ordinal={index + 1} stage={stage} />
              ))}
            </ol>
          </>
        )}
      </Faces>
    </Page>
  );
};

const HomeLink = () => {
  const { words } = useWords();
  return (
    <ButtonLink to="/" isSmall>
      {words.setup.toHome}
    </ButtonLink>
  );
};

const STEP_PATHS = { fields: '/setup/fields', sync_user: '/setup/sync-user' } as const;

const foundText = (step: SetupStep, words: Words): string => {
  switch (step.step) {
    case 'fields':
      return words.setup.fieldsFound(step.found, step.wanted);
    case 'sync_user':
      return words.setup.checksPass(step.found, step.wanted, step.blockers.length);
    case 'connect':
      return words.setup.purposes.connect;
  }
};

const Step = (props: { readonly step: SetupStep; readonly ordinal: number; readonly stage: Stage }) => {
  const { step, ordinal, stage } = props;
  const { words } = useWords();
  // While nobody can ask Salesforce, the reason is the same for each step; step 3 says it, where it can be solved.
  const blockers = step.state === 'cannot_tell' && step.step !== 'connect' ? [] : step.blockers;
  const isUnknown = step.state === 'cannot_tell' || step.state === 'not_started';
  return (
    <li>
      <span className="ordinal" aria-hidden>
        {ordinal}
      </span>
      <div>
        <div className="row">
          <h2 style={{ fontSize: 16, lineHeight: '24px' }}>{words.setup.steps[step.step]}</h2>
          <Badge kind="step" state={step.state} />
        </div>
        <p className="muted">{isUnknown ? words.setup.purposes[step.step] : foundText(step, words)}</p>
      </div>
      {step.step === 'connect' ? (
        stage !== 'running' && stage !== 'not_connected' ? (
          <span className="side-of-step">
            <ButtonLink look="primary" to={nextPath(stage)}>
              {words.setup.goOn}
            </ButtonLink>
          </span>
        ) : null
      ) : (
        <span className="side-of-step">
          <ButtonLink to={STEP_PATHS[step.step]} aria-label={`${words.steps.open}: ${words.setup.steps[step.step]}`}>
            {words.steps.open}
          </ButtonLink>
        </span>
      )}
      {blockers.length === 0 ? null : (
        <div className="blockers">
          {blockers.map((blocker) => (
            <Failed
              key={`${blocker.code}${JSON.stringify(blocker.detail)}`}
              problem={shownProblem(blocker)}
              live="off"
            />
          ))}
        </div>
      )}
    </li>
  );
};

/** The two ways to begin; the second needs nothing but this machine. */
const Begin = () => {
  const { words } = useWords();
  const { mayAdminister } = useSession();
  const { data: practice } = useQuery(queries.practice());
  const use = useUsePractice();
  return (
    <section aria-label={words.setup.choose} className="stack">
      <div className="begin">
        <div className="card">
          <h2>
            <Cloud aria-hidden /> {words.setup.own}
          </h2>
          <p className="muted">{words.setup.connectOwnNote}</p>
          <ButtonLink look="primary" to="/setup/connect">
            {words.setup.connectOwn}
          </ButtonLink>
        </div>
        {practice?.practice == null ? null : (
          <div className="card">
            <h2>
              <FlaskConical aria-hidden /> {words.shell.practice}
            </h2>
            <p className="muted">{words.setup.tryPracticeNote}</p>
            <Button onPress={() => use.mutate()} isPending={use.isPending} isDisabled={!mayAdminister}>
              {words.setup.tryPractice}
            </Button>
          </div>
        )}
      </div>
      {use.error === null ? null : <Failed problem={problemOf(use.error)} live="assertive" />}
    </section>
  );
};
