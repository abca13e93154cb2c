import './toasts.css';
import { X } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useWords } from '../words/use-words.ts';
import { Button } from './button.tsx';
import { ToneIcon } from './tone.tsx';

const SHOWN_MS = 6_000;

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'ok' | 'bad';
}

let shown: readonly Toast[] = [];
let nextId = 1;
const watchers = new Set<() => void>();

const change = (next: readonly Toast[]): void => {
  shown = next;
  for (const told of watchers) told();
};

/** Says a result that has no place of its own on the screen. What failed is said where the act was; `bad` is for an act that has no place. */
export const toast = (text: string, tone: Toast['tone'] = 'ok'): void =>
  change([...shown, { id: nextId++, text, tone }]);

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
        <ToastCard key={each.id} toast={each} onEnd={() => change(shown.filter(({ id }) => id !== each.id))} />
      ))}
    </div>
  );
};

/** It goes after 6 s, and waits while the pointer or the focus is on it. */
const ToastCard = ({ toast: { text, tone }, onEnd }: { readonly toast: Toast; readonly onEnd: () => void }) => {
  const { words } = useWords();
  const [isPaused, setPaused] = useState(false);
  useEffect(() => {
    if (isPaused) return;
    const timer = setTimeout(onEnd, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isPaused]);
  return (
    <div
      className={`toast ${tone}`}
      onPointerEnter={() => setPaused(true)}
      onPointerLeave={() => setPaused(false)}
      onFocus={() => setPaused(true)}
      onBlur={() => setPaused(false)}
    >
      <ToneIcon tone={tone} />
      <p>{text}</p>
      <Button look="quiet" isSmall label={words.common.close} icon={<X aria-hidden />} onPress={onEnd}>
        {null}
      </Button>
    </div>
  );
};
