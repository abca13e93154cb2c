import type { SetupOutcome } from '@syncline/contract/setup-org';
import { Notice } from '../../components/notice.tsx';
import { useWords } from '../../words/use-words.ts';

/** What an act on the org came to: what Salesforce refused first, in its own words. */
export const OutcomeList = ({ outcomes }: { readonly outcomes: readonly SetupOutcome[] }) => {
  const { words } = useWords();
  const refused = outcomes.filter(({ done }) => !done);
  const doneCount = outcomes.length - refused.length;
  return (
    <section className="stack tight" aria-label={words.outcomes.title}>
      {refused.length === 0 ? null : (
        <Notice tone="bad" title={words.outcomes.refused(refused.length)} live="assertive">
          <ul className="outcomes">
            {refused.map(({ act, place, code, message }) => (
              <li key={`${act} ${place}`}>
                <strong>{words.outcomes.of(words.outcomes.acts[act], place)}</strong>{' '}
                <span dir="auto">{words.outcomes.said(code ?? '', message ?? '')}</span>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {doneCount === 0 ? null : (
        <Notice tone="ok" live="polite">
          {words.outcomes.done(doneCount)}
        </Notice>
      )}
    </section>
  );
};
