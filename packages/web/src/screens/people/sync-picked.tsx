import type { PersonRow, SyncPeopleOutcome } from '@syncline/contract/people';
import { fillSentence } from '@syncline/contract/problems';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog, Dialog } from '../../components/dialog.tsx';
import { toast } from '../../components/toasts.tsx';
import type { Picked } from '../../lib/use-picked.ts';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';

/** The server takes so many at a time. */
const PEOPLE_A_REQUEST = 200;

const syncAll = async (ids: readonly number[]): Promise<SyncPeopleOutcome> => {
  let asked = 0;
  const skipped: SyncPeopleOutcome['skipped'] = [];
  for (let at = 0; at < ids.length; at += PEOPLE_A_REQUEST) {
    const outcome = await api.syncPeople(ids.slice(at, at + PEOPLE_A_REQUEST));
    asked += outcome.asked;
    skipped.push(...outcome.skipped);
  }
  return { asked, skipped };
};

interface SyncPickedProps {
  readonly rows: readonly PersonRow[];
  readonly picked: Picked;
}

/** Sync person for those who are picked: counted first, and whoever is skipped is named with the reason. */
export const SyncPicked = ({ rows, picked }: SyncPickedProps) => {
  const { words } = useWords();
  const { mayAct } = useSession();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [skipped, setSkipped] = useState<SyncPeopleOutcome['skipped']>([]);
  const sync = useMutation({
    mutationFn: () => syncAll([...picked.keys].map(Number)),
    onSuccess: async (outcome) => {
      setAsking(false);
      setSkipped(outcome.skipped);
      if (outcome.asked > 0) toast(words.people.syncAsked(outcome.asked));
      await client.invalidateQueries({ queryKey: ['people'] });
    },
  });
  const outside = rows.filter((row) => picked.keys.has(row.personId) && row.salesforceId === null).length;
  return (
    <>
      <Button isSmall onPress={() => setAsking(true)} isDisabled={!mayAct}>
        {words.people.syncPicked}
      </Button>
      <ConfirmDialog
        title={words.people.syncTitle(outside)}
        verb={words.people.syncPicked}
        isOpen={isAsking}
        isPending={sync.isPending}
        problem={sync.error === null ? null : problemOf(sync.error)}
        onConfirm={() => sync.mutate()}
        onClose={() => setAsking(false)}
      >
        <p>{words.people.syncDialog}</p>
      </ConfirmDialog>
      <Skipped rows={rows} skipped={skipped} onClose={() => setSkipped([])} />
    </>
  );
};

interface SkippedProps {
  readonly rows: readonly PersonRow[];
  readonly skipped: SyncPeopleOutcome['skipped'];
  readonly onClose: () => void;
}

const Skipped = ({ rows, skipped, onClose }: SkippedProps) => {
  const { words } = useWords();
  const nameOf = (id: number): string => rows.find((row) => row.personId === id)?.name ?? words.conflicts.somebody(id);
  return (
    <Dialog title={words.people.syncSkipped(skipped.length)} isOpen={skipped.length > 0} onClose={onClose}>
      <ul className="stack tight skipped-list">
        {skipped.map(({ personId, code }) => (
          <li key={personId}>
            {words.people.syncSkippedWhy(nameOf(personId), fillSentence(words.problems[code].title, { id: personId }))}
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
