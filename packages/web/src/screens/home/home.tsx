import './home.css';
import type { Status } from '@syncline/contract/status';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { api } from '../../api/client.ts';
import { problemOf, shownProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page, Section } from '../../components/page.tsx';
import { TileLink } from '../../components/tile.tsx';
import { useSession } from '../../shell/session.tsx';
import { WhoMay } from '../../shell/who-may.tsx';
import { useWords } from '../../words/use-words.ts';
import { Backlog } from './backlog.tsx';
import { Budget } from './budget.tsx';
import { ObjectTable } from './object-table.tsx';

/** Is it well, and if not, what first? */
export const HomeScreen = () => {
  const { words } = useWords();
  const status = useQuery(queries.status());
  return (
    <Page title={words.home.title} actions={<SyncNow isEnabled={status.data?.enabled ?? false} />}>
      <Faces query={status}>
        {(data) => (
          <>
            {data.enabled ? null : <Disabled status={data} />}
            <Braked />
            {data.stage === 'initial_sync' ? <InitialRunning /> : null}
            {data.problem === null ? <Tiles status={data} /> : <FailedPanel status={data} />}
          </>
        )}
      </Faces>
      <Section title={words.home.objects}>
        <ObjectTable said={status.data?.problem ?? null} />
      </Section>
      <div className="charts">
        <Backlog />
        <Budget />
      </div>
    </Page>
  );
};

/** Starts a cycle at once; no dialog, it costs one call. */
const SyncNow = ({ isEnabled }: { readonly isEnabled: boolean }) => {
  const { words } = useWords();
  const { mayAct } = useSession();
  const client = useQueryClient();
  const sync = useMutation({
    mutationFn: api.syncNow,
    onSettled: () => client.invalidateQueries({ queryKey: ['status'] }),
  });
  return (
    <>
      <span role="status" className="muted">
        {sync.isSuccess ? words.home.syncNowDone : ''}
      </span>
      <Button
        onPress={() => sync.mutate()}
        isPending={sync.isPending}
        isDisabled={!mayAct || !isEnabled}
        icon={<RefreshCw aria-hidden />}
      >
        {words.home.syncNow}
      </Button>
      <WhoMay needs="operator" />
      {sync.error === null ? null : <Failed problem={problemOf(sync.error)} live="assertive" />}
    </>
  );
};

/** What waits for an answer, each with its way there. */
const Braked = () => {
  const { words } = useWords();
  const brakes = useQuery(queries.brakes());
  return (brakes.data?.rows ?? [])
    .filter((row) => row.answer === null)
    .map((row) => (
      <Notice
        key={row.brakeId}
        tone="hold"
        live="polite"
        title={words.brakes.homeTitle[row.direction](words.objects[row.object], row.waiting)}
        actions={
          <ButtonLink isSmall to="/brakes">
            {words.brakes.look}
          </ButtonLink>
        }
      >
        {words.brakes.homeAdvice}
      </Notice>
    ));
};

const InitialRunning = () => {
  const { words } = useWords();
  return (
    <Notice
      tone="run"
      title={words.home.initialRunning}
      actions={
        <ButtonLink isSmall to="/setup/initial-sync">
          {words.home.toProgress}
        </ButtonLink>
      }
    />
  );
};

const Tiles = ({ status }: { readonly status: Status }) => {
  const { words, formats } = useWords();
  const { openErrors, waitingToSend, conflictsToday, heldConflicts } = status;
  return (
    <div className="tiles">
      <TileLink
        to="/errors"
        name={words.home.errors}
        value={formats.number(openErrors)}
        note={words.home.recordUnit(openErrors)}
        isBad={openErrors > 0}
      />
      <TileLink
        to="/held"
        name={words.home.held}
        value={formats.number(heldConflicts)}
        note={words.home.fieldUnit(heldConflicts)}
      />
      <TileLink
        to="/people"
        search={{ view: 'waiting' }}
        name={words.home.waiting}
        value={formats.number(waitingToSend)}
        note={words.home.peopleUnit(waitingToSend)}
      />
      <TileLink
        to="/conflicts"
        name={words.home.conflicts}
        value={formats.number(conflictsToday)}
        note={words.conflicts.decidedNote(conflictsToday)}
      />
    </div>
  );
};

/** In place of the tiles: cause, since when, what still works, and what to do. */
const FailedPanel = ({ status }: { readonly status: Status }) => {
  const { words, formats } = useWords();
  const client = useQueryClient();
  const again = useMutation({ mutationFn: api.syncNow, onSettled: () => client.invalidateQueries() });
  const anew = useMutation({ mutationFn: api.readAnew, onSettled: () => client.invalidateQueries() });
  const { mayAdminister } = useSession();
  if (status.problem === null) return null;
  const time = status.failedAt === null ? null : formats.time(status.failedAt, new Date());
  return (
    <div className="stack tight">
      <Failed
        problem={shownProblem(status.problem)}
        onRetry={status.problem.action === 'try-again' ? () => again.mutate() : undefined}
        isRetrying={again.isPending}
        actions={
          <>
            {status.problem.action === 'read-anew' ? (
              <Button isSmall onPress={() => anew.mutate()} isPending={anew.isPending} isDisabled={!mayAdminister}>
                {words.home.readAnew}
              </Button>
            ) : null}
            <span className="muted number">{time === null ? '' : words.home.failedSince(time)}</span>
          </>
        }
      />
      <p className="muted">
        {status.failedObject === null
          ? words.home.stillWorks
          : `${time === null ? '' : `${words.home.failedObject(words.objects[status.failedObject], time)} `}${words.home.stillWorksObject}`}
      </p>
    </div>
  );
};

const Disabled = ({ status }: { readonly status: Status }) => {
  const { words, formats } = useWords();
  const { mayAdminister } = useSession();
  const client = useQueryClient();
  const enable = useMutation({
    mutationFn: () => api.switchSync(true),
    onSettled: () => client.invalidateQueries(),
  });
  const since = status.enabledChangedAt === null ? '' : formats.time(status.enabledChangedAt, new Date());
  return (
    <>
      <Notice
        tone="warn"
        title={words.home.disabledTitle(since)}
        actions={
          <Button isSmall onPress={() => enable.mutate()} isPending={enable.isPending} isDisabled={!mayAdminister}>
            {words.home.enable}
          </Button>
        }
      >
        {words.home.disabled(status.waitingToSend)}
      </Notice>
      <WhoMay needs="admin" />
      {enable.error === null ? null : <Failed problem={problemOf(enable.error)} live="assertive" />}
    </>
  );
};
