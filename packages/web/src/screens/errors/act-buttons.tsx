/** The two acts on refused records: sent again, or given up. */
import type { ErrorsChoice } from '@syncline/contract/errors';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Failed } from '../../components/failed.tsx';
import { toast } from '../../components/toasts.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';

/** Up to here a retry costs little and runs at once. */
const ASK_ABOVE = 1_000;
/** Salesforce takes this many records in one call; by Bulk it takes more. */
const RECORDS_A_CALL = 200;

interface ActProps {
  readonly choice: ErrorsChoice;
  /** Records that it is about. */
  readonly count: number;
  readonly onDone?: () => void;
}

/** Errors, people and the state may all look different after an act. */
const useActed = () => {
  const client = useQueryClient();
  return async (): Promise<void> => {
    await Promise.all([['errors'], ['people'], ['status']].map((queryKey) => client.invalidateQueries({ queryKey })));
  };
};

export const RetryButton = ({ choice, count, onDone }: ActProps) => {
  const { words } = useWords();
  const { mayAct } = useSession();
  const acted = useActed();
  const [isAsking, setAsking] = useState(false);
  const retry = useMutation({
    mutationFn: () => api.retryErrors(choice),
    onSuccess: async ({ retried, skipped }) => {
      setAsking(false);
      toast(words.errors.retried(retried, skipped));
      onDone?.();
      await acted();
    },
  });
  const press = (): void => (count > ASK_ABOVE ? setAsking(true) : retry.mutate());
  return (
    <>
      <Button
        isSmall
        icon={<RotateCw aria-hidden />}
        onPress={press}
        isPending={retry.isPending && !isAsking}
        isDisabled={!mayAct}
      >
        {words.errors.retry(count)}
      </Button>
      <ConfirmDialog
        title={words.errors.retryTitle(count)}
        verb={words.errors.retry(count)}
        isOpen={isAsking}
        isPending={retry.isPending}
        problem={retry.error === null ? null : problemOf(retry.error)}
        onConfirm={() => retry.mutate()}
        onClose={() => setAsking(false)}
      >
        <p>{words.errors.retryDialog(Math.ceil(count / RECORDS_A_CALL))}</p>
      </ConfirmDialog>
      {retry.error === null || isAsking ? null : <ActFailed error={retry.error} />}
    </>
  );
};

const ActFailed = ({ error }: { readonly error: unknown }) => (
  <div className="act-failed">
    <Failed problem={problemOf(error)} live="assertive" />
  </div>
);

/** `children`: what it means, such as the values that come back. Always asked first: what was edited here is gone afterwards. */
export const DiscardButton = ({ choice, count, onDone, children }: ActProps & { readonly children?: ReactNode }) => {
  const { words } = useWords();
  const { mayAct } = useSession();
  const acted = useActed();
  const [isAsking, setAsking] = useState(false);
  const discard = useMutation({
    mutationFn: () => api.discardErrors(choice),
    onSuccess: async ({ discarded, skipped }) => {
      setAsking(false);
      toast(words.errors.discarded(discarded, skipped));
      onDone?.();
      await acted();
    },
  });
  return (
    <>
      <Button isSmall look="danger" onPress={() => setAsking(true)} isDisabled={!mayAct}>
        {words.errors.discard(count)}
      </Button>
      <ConfirmDialog
        title={words.errors.discardTitle(count)}
        verb={words.errors.discard(count)}
        look="danger"
        isOpen={isAsking}
        isPending={discard.isPending}
        problem={discard.error === null ? null : problemOf(discard.error)}
        onConfirm={() => discard.mutate()}
        onClose={() => setAsking(false)}
      >
        {children ?? <p>{words.errors.discardDialog}</p>}
      </ConfirmDialog>
    </>
  );
};
