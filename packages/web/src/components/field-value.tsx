import type { FieldValue } from '@syncline/contract/shared';
import { useWords } from '../words/use-words.ts';

/** A value of a field as it is stored; nothing is a dash for the eye and a word for the ear. */
export const Value = ({ value, isStrong }: { readonly value: FieldValue; readonly isStrong?: boolean }) => {
  const { words } = useWords();
  if (value === null || value === '') {
    return (
      <span className="muted">
        <span aria-hidden>–</span>
        <span className="visually-hidden">{words.common.empty}</span>
      </span>
    );
  }
  const text = typeof value === 'boolean' ? (value ? words.common.yes : words.common.no) : value;
  return (
    <span className={`value${isStrong ? ' differs' : ''}`} dir="auto" title={text.length > 80 ? text : undefined}>
      {text}
    </span>
  );
};
