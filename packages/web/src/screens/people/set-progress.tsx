import type { Action, SetAction } from '@syncline/contract/actions';
import { fillSentence } from '@syncline/contract/problems';
import type { RunningAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Failed } from '../../components/failed.tsx';
import { Progress } from '../../components/progress.tsx';
import { useWords } from '../../words/use-words.ts';
import { Reasons } from './ask-set.tsx';

type SetKind = SetAction['kind'];

interface SetProgressProps {
  readonly kind: SetKind;
  readonly act: RunningAction<SetAction>;
  readonly onClose: () => void;
}

/** How far an act with several people is, and then what became of it; whoever was refused is named with the reason. */
export const SetProgress = ({ kind, act, onClose }: SetProgressProps) => {
  const { words } = useWords();
  const said = words.acts.set;
  const { action, problem } = act;
  return (
    <Dialog title={problem === null ? titleOf(kind, action, said) : said.notBegun} isOpen onClose={onClose}>
      <div className="stack">
        {problem === null ? null : <Failed problem={problem} live="assertive" />}
        {action === null ? null : (
          <>
            <Progress
              label={words.acts.running[kind]}
              share={shareOf(action)}
              text={said.progress(action.done + action.refused, action.total)}
              isDone={action.isEnded}
            />
            <p role="status" className="number">
              {action.isEnded
                ? said.ended(action.done, action.refused)
                : said.progress(action.done + action.refused, action.total)}
            </p>
            <Reasons skipped={action.refusals} />
            <Refused action={action} />
            {action.isEnded ? null : <p className="muted">{said.goesOn}</p>}
          </>
        )}
      </div>
      <div className="actions">
        <Button onPress={onClose} autoFocus>
          {words.common.close}
        </Button>
      </div>
    </Dialog>
  );
};

const shareOf = ({ done, refused, total }: Action): number => (total === 0 ? 1 : (done + refused) / total);

type SetWords = ReturnType<typeof useWords>['words']['acts']['set'];

const titleOf = (kind: SetKind, action: Action | null, said: SetWords): string =>
  action?.isEnded ? said.did[kind](action.done) : said.running[kind];

/** The first of those who were refused, by name. */
const Refused = ({ action }: { readonly action: Action }) => {
  const { words } = useWords();
  const refused = action.people.filter(({ step }) => step === 'refused');
  if (refused.length === 0) return null;
  return (
    <>
      {refused.length < action.refused ? (
        <p className="muted">{words.acts.set.firstNamed(refused.length, action.refused)}</p>
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <ul className="stack tight skipped-list" tabIndex={0}>
        {refused.map(({ personId, name, problem }) => (
          <li key={personId}>
            {words.acts.set.why(
              name ?? words.conflicts.somebody(personId),
              problem === null ? '' : fillSentence(words.problems[problem.code].title, problem.detail ?? {}),
            )}
          </li>
        ))}
      </ul>
    </>
  );
};
