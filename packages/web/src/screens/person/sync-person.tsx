import type { Person, SyncPersonOutcome } from '@syncline/contract/people';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf, shownProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { BADGE_TONES } from '../../components/badge-tones.ts';
import { Button } from '../../components/button.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { GateList } from './gate-list.tsx';

const ASK_EVERY_MS = 1_000;

const isUnderWay = (outcome: SyncPersonOutcome | undefined): boolean =>
  outcome?.state === 'waiting' || outcome?.state === 'sending' || outcome?.state === 'will_retry';

/** The button of Sync person, and what became of it: asked again each second while it is under way. */
export const useSyncPerson = (person: Person['person']) => {
  const client = useQueryClient();
  const id = person.personId;
  // A record that was deleted there is made anew, as a new lead (ID18).
  const isOutside = person.recordKind === 'marketing_only' || person.recordKind === 'deleted';
  const [isAsked, setAsked] = useState(false);
  const outcome = useQuery({
    ...queries.syncPersonOutcome(id),
    enabled: isOutside || isAsked,
    refetchInterval: (query) => (isUnderWay(query.state.data) ? ASK_EVERY_MS : false),
  });
  const ask = useMutation({
    mutationFn: () => api.syncPerson(id),
    onSuccess: (answer) => {
      setAsked(true);
      client.setQueryData(queries.syncPersonOutcome(id).queryKey, answer);
    },
  });
  const state = outcome.data?.state;
  useEffect(() => {
    if (state === 'done' || state === 'parked') void client.invalidateQueries({ queryKey: ['people', 'one', id] });
  }, [state, client, id]);
  const isRunning = ask.isPending || isUnderWay(outcome.data);
  return {
    isOffered: isOutside,
    isRunning,
    press: () => ask.mutate(),
    problem: ask.error === null ? null : problemOf(ask.error),
    outcome: outcome.data !== undefined && (isAsked || outcome.data.state !== 'none') ? outcome.data : null,
  };
};

type SyncPerson = ReturnType<typeof useSyncPerson>;

export const SyncPersonButton = ({ sync }: { readonly sync: SyncPerson }) => {
  const { words } = useWords();
  const { mayAct } = useSession();
  if (!sync.isOffered) return null;
  return (
    <Button look="primary" onPress={sync.press} isPending={sync.isRunning} isDisabled={!mayAct}>
      {sync.isRunning ? words.person.syncing : words.person.syncPerson}
    </Button>
  );
};

/** What became of it, and else why the person is not in Salesforce. */
export const SyncPersonOutcomeNotice = ({ sync, person }: { readonly sync: SyncPerson; readonly person: Person }) => {
  const { words, formats } = useWords();
  if (sync.problem !== null) return <Failed problem={sync.problem} live="assertive" />;
  const { outcome } = sync;
  if (outcome === null || outcome.state === 'none') return <GateNotice person={person} />;
  return (
    <Notice tone={BADGE_TONES.outcome[outcome.state]} title={words.person.outcomes[outcome.state]} live="polite">
      {outcome.message === null ? null : (
        <p>
          {outcome.message} {outcome.code === null ? null : <code>{outcome.code}</code>}
        </p>
      )}
      {outcome.state === 'will_retry' && outcome.dueAt !== null ? (
        <p>{words.errors.retries(formats.time(outcome.dueAt, new Date()))}</p>
      ) : null}
      {outcome.salesforceId === null ? null : <CopyValue value={outcome.salesforceId} />}
    </Notice>
  );
};

/** The first closed gate between this person and Salesforce, as a sentence. */
const GateNotice = ({ person }: { readonly person: Person }) => {
  const { words } = useWords();
  const { gate } = person;
  if (gate === null) return null;
  const said = [gate.message, gate.code].filter((word) => word !== null).join(' ');
  const place = gate.place === null || gate.place === 0 ? '' : words.person.place(gate.place);
  const sentence = {
    never_asked: words.person.gates.never_asked,
    ended_unseen: () => words.person.gates.ended_unseen(said),
    deleted_in_salesforce: words.person.gates.deleted_in_salesforce,
    out_of_sight: words.person.gates.out_of_sight,
    out_of_scope: words.person.gates.out_of_scope,
    sync_disabled: words.person.gates.sync_disabled,
    connection_paused: words.person.gates.connection_paused,
    held: words.person.gates.held,
    parked: () => words.person.gates.parked(said),
    waiting: () => words.person.gates.waiting(place),
    in_flight: words.person.gates.in_flight,
  }[gate.gate]();
  const isOutside = person.person.salesforceId === null;
  return (
    <>
      <Notice
        tone={gate.gate === 'parked' || gate.gate === 'connection_paused' ? 'bad' : 'idle'}
        title={isOutside ? words.person.whyNot : words.person.whyWaits}
      >
        <p>{sentence}</p>
        <GateList personId={person.person.personId} />
      </Notice>
      {gate.problem === null ? null : <Failed problem={shownProblem(gate.problem)} live="off" />}
    </>
  );
};
