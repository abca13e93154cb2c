import type { PersonRow, SyncMatchingCount, SyncMatchingOutcome } from '@syncline/contract/people';
import { fillSentence, type ProblemCode } from '@syncline/contract/problems';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type PeopleFilter } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog, Dialog } from '../../components/dialog.tsx';
import { Failed } from '../../components/failed.tsx';
import { toast } from '../../components/toasts.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';

interface SyncPickedProps {
  readonly rows: readonly PersonRow[];
  readonly picked: ReadonlySet<string | number>;
  /** Everybody who matches is picked, also those who are not here; null: those in `picked`. */
  readonly matching: PeopleFilter | null;
  readonly onDone: () => void;
}

/** The server takes so many by their ids at a time. */
const PEOPLE_A_REQUEST = 200;

/** Those who are picked here, each for itself. */
const syncThese = async (rows: readonly PersonRow[]): Promise<SyncMatchingOutcome> => {
  let asked = 0;
  const named: SyncMatchingOutcome['named'] = [];
  for (let at = 0; at < rows.length; at += PEOPLE_A_REQUEST) {
    const part = rows.slice(at, at + PEOPLE_A_REQUEST);
    const outcome = await api.syncPeople(part.map(({ personId }) => personId));
    asked += outcome.asked;
    const nameOf = (id: number): string | null => part.find(({ personId }) => personId === id)?.name ?? null;
    named.push(...outcome.skipped.map((each) => ({ ...each, name: nameOf(each.personId) })));
  }
  const codes = [...new Set(named.map(({ code }) => code))];
  const skipped = codes.map((code) => ({ code, people: named.filter((each) => each.code === code).length }));
  return { asked, skipped, named };
};

/** What the rows themselves say: the server decides again when it is done. */
const countThese = (rows: readonly PersonRow[]): SyncMatchingCount => {
  const linked = rows.filter(
    ({ recordKind, salesforceId }) => recordKind !== 'deleted' && salesforceId !== null,
  ).length;
  const skipped = linked === 0 ? [] : [{ code: 'already-in-salesforce' as const, people: linked }];
  return { people: rows.length, asked: rows.length - linked, skipped };
};

/** Sync person for those who are picked: counted first, and whoever is skipped is named with the reason. */
export const SyncPicked = ({ rows, picked, matching, onDone }: SyncPickedProps) => {
  const { words } = useWords();
  const { mayAct } = useSession();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [outcome, setOutcome] = useState<SyncMatchingOutcome | null>(null);
  const these = rows.filter(({ personId }) => picked.has(personId));
  const sync = useMutation({
    mutationFn: () => (matching === null ? syncThese(these) : api.syncMatching(matching)),
    onSuccess: async (done) => {
      setAsking(false);
      if (done.skipped.length > 0) setOutcome(done);
      else {
        toast(words.people.syncAsked(done.asked));
        onDone();
      }
      await Promise.all([['people'], ['people-asked']].map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
  const close = (): void => {
    setAsking(false);
    sync.reset();
  };
  return (
    <>
      <Button isSmall onPress={() => setAsking(true)} isDisabled={!mayAct}>
        {words.people.syncPicked}
      </Button>
      {!isAsking ? null : matching === null ? (
        <Ask count={countThese(these)} act={sync} onClose={close} />
      ) : (
        <AskMatching filter={matching} act={sync} onClose={close} />
      )}
      <Outcome
        outcome={outcome}
        onClose={() => {
          setOutcome(null);
          onDone();
        }}
      />
    </>
  );
};

interface AskProps {
  /** Null: still counting. */
  readonly count: SyncMatchingCount | null;
  readonly act: { readonly isPending: boolean; readonly error: unknown; readonly mutate: () => void };
  readonly onClose: () => void;
}

const AskMatching = ({ filter, ...rest }: Omit<AskProps, 'count'> & { readonly filter: PeopleFilter }) => {
  const { words } = useWords();
  const counted = useQuery(queries.countMatching(filter));
  if (counted.error === null) return <Ask {...rest} count={counted.data ?? null} />;
  return (
    <Dialog title={words.people.syncPicked} isOpen onClose={rest.onClose}>
      <Failed problem={problemOf(counted.error)} live="assertive" />
      <div className="actions">
        <Button onPress={rest.onClose}>{words.common.close}</Button>
      </div>
    </Dialog>
  );
};

const Ask = ({ count, act, onClose }: AskProps) => {
  const { words } = useWords();
  const title =
    count === null
      ? words.people.syncCounting
      : count.asked === 0
        ? words.people.syncNobody
        : words.people.syncTitle(count.asked);
  return (
    <ConfirmDialog
      title={title}
      verb={count === null || count.asked === 0 ? words.people.syncPicked : words.people.syncVerb(count.asked)}
      isVerbDisabled={count === null || count.asked === 0}
      isOpen
      isPending={act.isPending}
      problem={act.error === null ? null : problemOf(act.error)}
      onConfirm={() => act.mutate()}
      onClose={onClose}
    >
      <Reasons skipped={count?.skipped ?? []} />
      <p className="muted">{words.people.syncLater}</p>
    </ConfirmDialog>
  );
};

const Reasons = ({ skipped }: { readonly skipped: SyncMatchingOutcome['skipped'] }) => {
  const { words } = useWords();
  return skipped.length === 0 ? null : (
    <ul className="stack tight">
      {skipped.map(({ code, people }) => (
        <li key={code}>
          {words.people.syncSkip(
            people,
            words.people.skipReasons[code] ?? fillSentence(words.problems[code].title, {}),
          )}
        </li>
      ))}
    </ul>
  );
};

/** How many were asked for, and who was not, and why. */
const Outcome = ({
  outcome,
  onClose,
}: {
  readonly outcome: SyncMatchingOutcome | null;
  readonly onClose: () => void;
}) => {
  const { words } = useWords();
  const skipped = outcome?.skipped.reduce((sum, { people }) => sum + people, 0) ?? 0;
  const named = outcome?.named ?? [];
  const why = (code: ProblemCode, personId: number): string =>
    fillSentence(words.problems[code].title, { id: personId });
  return (
    <Dialog title={words.people.syncDoneTitle(outcome?.asked ?? 0)} isOpen={outcome !== null} onClose={onClose}>
      <Reasons skipped={outcome?.skipped ?? []} />
      {named.length < skipped ? <p className="muted">{words.people.syncFirstNamed(named.length, skipped)}</p> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <ul className="stack tight skipped-list" tabIndex={0}>
        {named.map(({ personId, name, code }) => (
          <li key={personId}>
            {words.people.syncSkippedWhy(name ?? words.conflicts.somebody(personId), why(code, personId))}
          </li>
        ))}
      </ul>
      <div className="actions">
        <Button onPress={onClose} autoFocus>
          {words.common.close}
        </Button>
      </div>
    </Dialog>
  );
};
