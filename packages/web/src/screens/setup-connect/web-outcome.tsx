import { problemShape } from '@syncline/contract/problems';
import type { ConnectionComparison } from '@syncline/contract/setup';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { problemOf, shownProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { setupApi, setupQueries } from '../../api/setup-api.ts';
import { Button } from '../../components/button.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { useWords } from '../../words/use-words.ts';

/** What became of a sign-in in a window of Salesforce, now that the browser is back. */
export const WebOutcome = ({ isConfirmed }: { readonly isConfirmed: boolean }) => {
  const { words } = useWords();
  const client = useQueryClient();
  const { data: outcome } = useQuery(setupQueries.webSignIn());
  const keep = useMutation({
    mutationFn: setupApi.keepWebSignIn,
    onSuccess: async () => {
      client.removeQueries({ queryKey: queries.connection().queryKey });
      await client.invalidateQueries();
    },
  });
  if (keep.error !== null) return <Failed problem={problemOf(keep.error)} live="assertive" hideLink />;
  switch (outcome?.state) {
    case 'kept':
      return (
        <Notice tone="ok" live="polite">
          {isConfirmed ? words.waysIn.keptLive : words.waysIn.kept}
        </Notice>
      );
    case 'failed':
      return outcome.problem === null ? null : (
        <Failed problem={shownProblem(outcome.problem)} live="assertive" hideLink />
      );
    case 'waits':
      return <Lost lost={outcome.lost} isPending={keep.isPending} onKeep={() => keep.mutate()} />;
    case 'none':
    case 'begun':
    case undefined:
      return null;
  }
};

/** Somebody came back from Salesforce whom nobody here had sent. */
export const WebMismatch = () => (
  <Failed problem={shownProblem(problemShape('sign-in-mismatch'))} live="assertive" hideLink />
);

interface LostProps {
  readonly lost: ConnectionComparison['lost'];
  readonly isPending: boolean;
  readonly onKeep: () => void;
}

/** SET8: what the new user does not see, before anything is saved. */
export const Lost = ({ lost, isPending, onKeep }: LostProps) => {
  const { words } = useWords();
  return (
    <Notice
      tone="warn"
      title={words.waysIn.lostTitle}
      live="assertive"
      actions={
        <Button isSmall onPress={onKeep} isPending={isPending}>
          {words.waysIn.keepAnyway}
        </Button>
      }
    >
      <ul>
        {lost.map(({ object, isWhole, fields }) => (
          <li key={object}>
            {isWhole
              ? words.waysIn.lostWhole(words.objects[object])
              : words.waysIn.lost(words.objects[object], fields.join(', '))}
          </li>
        ))}
      </ul>
      <p>{words.waysIn.lostMore}</p>
    </Notice>
  );
};
