import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { Button } from './button.tsx';

const SHOWN_MS = 2_000;

const cut = (value: string): string => (value.length > 20 ? `${value.slice(0, 10)}…${value.slice(-6)}` : value);

/** An id: cut in the middle for the eye, whole when copied or read aloud. `isIconOnly`: the value stands beside it already. */
export const CopyValue = ({ value, isIconOnly }: { readonly value: string; readonly isIconOnly?: boolean }) => {
  const { words } = useWords();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = (): void => {
    void navigator.clipboard.writeText(value).then(() => setCopied(true));
  };
  return (
    <span className="nowrap" style={{ display: 'inline-flex', alignItems: 'center', gap: 2 }}>
      {isIconOnly ? null : <code title={value}>{cut(value)}</code>}
      <Button
        look="quiet"
        isSmall
        onPress={copy}
        label={words.common.copyValue(value)}
        icon={isCopied ? <Check aria-hidden /> : <Copy aria-hidden />}
      >
        {null}
      </Button>
      <span role="status" className="visually-hidden">
        {isCopied ? words.common.copied : ''}
      </span>
    </span>
  );
};
