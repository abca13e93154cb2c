import type { FieldValue } from '@syncline/contract/shared';
import { useWords } from '../words/use-words.ts';

/** The database writes a moment as `2026-04-18T08:46:32+00:00`; always in UTC. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$/;

/** A value of a field as it is stored; nothing is a dash for the eye and a word for the ear. */
export const Value = ({ value, isStrong }: { readonly value: FieldValue; readonly isStrong?: boolean }) => {
  const { words, formats } = useWords();
  if (value === null || value === '') {
    return (
      <span className="muted">
        <span aria-hidden>–</span>
        <span className="visually-hidden">{words.common.empty}</span>
      </span>
    );
  }
  const text =
    typeof value === 'boolean'
      ? value
        ? words.common.yes
        : words.common.no
      : MOMENT.test(value)
        ? formats.utc(value)
        : value;
  return (
    <span className={`value${isStrong ? ' differs' : ''}`} dir="auto" title={text.length > 80 ? text : undefined}>
      {text}
    </span>
  );
};
