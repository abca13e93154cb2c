import type { FieldChange } from '@syncline/contract/mappings';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import { Failed } from '../../components/failed.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { editText } from './edit-text.ts';

/** What was edited and does not hold yet. */
export const DraftBar = ({ draft }: { readonly draft: FieldChange }) => {
  const { words } = useWords();
  const { mayAdminister } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const again = (): Promise<void> => client.invalidateQueries({ queryKey: ['field-maps'] });
  const discard = useMutation({ mutationFn: () => api.discardChange(draft.changeId), onSuccess: again });
  const remove = useMutation({
    mutationFn: (place: number) => api.removeEdit(draft.changeId, place),
    onSuccess: again,
  });
  const dryRun = useMutation({
    mutationFn: () => api.dryRun(draft.changeId),
    onSuccess: async () => {
      await again();
      await navigate({ to: '/fields/changes/$changeId', params: { changeId: String(draft.changeId) } });
    },
  });
  const failure = discard.error ?? remove.error ?? dryRun.error;
  return (
    <section className="draft-bar card stack tight" aria-label={words.mappings.draftTitle}>
      <div className="row spread">
        <strong role="status">{words.mappings.draft(draft.edits.length)}</strong>
        <span className="row">
          <Button isDisabled={!mayAdminister} isPending={discard.isPending} onPress={() => discard.mutate()}>
            {words.mappings.discard}
          </Button>
          <Button
            look="primary"
            isDisabled={!mayAdminister}
            isPending={dryRun.isPending}
            onPress={() => dryRun.mutate()}
          >
            {words.mappings.tryIt}
          </Button>
        </span>
      </div>
      <details>
        <summary>{words.mappings.showEdits}</summary>
        <ul className="draft-edits">
          {draft.edits.map((edit, place) => {
            const text = editText(edit, words);
            return (
              <li key={JSON.stringify(edit)} className="row">
                <span>{text}</span>
                <Button
                  isSmall
                  look="quiet"
                  isDisabled={!mayAdminister}
                  onPress={() => remove.mutate(place)}
                  label={words.mappings.takeBackOf(text)}
                >
                  {words.mappings.takeBack}
                </Button>
              </li>
            );
          })}
        </ul>
      </details>
      {failure === null ? null : <Failed problem={problemOf(failure)} live="assertive" hideLink />}
    </section>
  );
};
