import './toasts.css';
import { Check, X } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useWords } from '../words/use-words.ts';
import { Button } from './button.tsx';

const SHOWN_MS = 6_000;

interface Toast {
  readonly id: number;
  readonly text: string;
}

let shown: readonly Toast[] = [];
let nextId = 1;
const watchers = new Set<() => void>();

const change = (next: readonly Toast[]): void => {
  shown = next;
  for (const told of watchers) told();
};

/** Says a good result that has no place of its own on the screen. What failed is said where the act was. */
export const toast = (text: string): void => change([...shown, { id: nextId++, text }]);

const watch = (told: () => void): (() => void) => {
  watchers.add(told);
  return () => watchers.delete(told);
};

/** The place of toasts, once in the shell: a live region, so that each is also heard. */
export const Toasts = () => {
  const toasts = useSyncExternalStore(watch, () => shown);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((each) => (
        <ToastCard key={each.id} text={each.text} onEnd={() => change(shown.filter(({ id }) => id !== each.id))} />
      ))}
    </div>
  );
};

/** It goes after 6 s, and waits while the pointer or the focus is on it. */
const ToastCard = ({ text, onEnd }: { readonly text: string; readonly onEnd: () => void }) => {
  const { words } = useWords();
  const [isPaused, setPaused] = useState(false);
  useEffect(() => {
    if (isPaused) return;
    const timer = setTimeout(onEnd, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isPaused]);
  return (
    <div
      className="toast"
      onPointerEnter={() => setPaused(true)}
      onPointerLeave={() => setPaused(false)}
      onFocus={() => setPaused(true)}
      onBlur={() => setPaused(false)}
    >
      <Check aria-hidden />
      <p>{text}</p>
      <Button look="quiet" isSmall label={words.common.close} icon={<X aria-hidden />} onPress={onEnd}>
        {null}
      </Button>
    </div>
  );
};
