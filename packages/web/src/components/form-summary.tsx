import { useEffect, useRef } from 'react';
import { useWords } from '../words/use-words.ts';
import { Notice } from './notice.tsx';

export interface FormMistake {
  /** The `name` of the field. */
  readonly field: string;
  readonly message: string;
}

/** What is wrong in a form, as links to the fields. It takes the focus each time `attempt` grows. */
export const FormSummary = ({
  mistakes,
  attempt,
}: {
  readonly mistakes: readonly FormMistake[];
  readonly attempt: number;
}) => {
  const { words } = useWords();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (attempt > 0) box.current?.focus();
  }, [attempt]);
  if (mistakes.length === 0) return null;
  return (
    <div ref={box} tabIndex={-1} className="form-summary">
      <Notice tone="bad" title={words.signIn.toSummary}>
        <ul>
          {mistakes.map((mistake) => (
            <li key={mistake.field}>
              <a
                href={`#${mistake.field}`}
                onClick={(event) => {
                  event.preventDefault();
                  document.querySelector<HTMLElement>(`form [name="${mistake.field}"]`)?.focus();
                }}
              >
                {mistake.message}
              </a>
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
};
