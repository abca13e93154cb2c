import './toasts.css';
import { Undo2, X } from 'lucide-react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useWords } from '../words/use-words.ts';
import { Button } from './button.tsx';
import { ForAWhile } from './for-a-while.tsx';
import { ToneIcon } from './tone.tsx';

const SHOWN_MS = 6_000;
/** How long what was done can be taken back where it was done; afterwards the timeline has it. */
const UNDO_MS = 10_000;
/** Goes to the newest toast from anywhere, and from there back. */
const TOAST_KEY = 'F6';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'ok' | 'bad';
  /** Takes the act back and says what came of it; it does not fail. */
  readonly undo?: () => Promise<void>;
}

let shown: readonly Toast[] = [];
let nextId = 1;
const watchers = new Set<() => void>();

const change = (next: readonly Toast[]): void => {
  shown = next;
  for (const told of watchers) told();
};
const end = (id: number): void => change(shown.filter((each) => each.id !== id));

/** Says a result that has no place of its own on the screen. What failed is said where the act was; `bad` is for an act that has no place. */
export const toast = (text: string, tone: Toast['tone'] = 'ok'): void =>
  change([...shown, { id: nextId++, text, tone }]);

/** The same of an act that was done at once and can be taken back: `undo` says itself what came of it. */
export const undoableToast = (text: string, undo: () => Promise<void>): void =>
  change([...shown, { id: nextId++, text, tone: 'ok', undo }]);

const watch = (told: () => void): (() => void) => {
  watchers.add(told);
  return () => watchers.delete(told);
};

/** The place of toasts, once in the shell: a live region, so that each is also heard. F6 goes there and back. */
export const Toasts = () => {
  const toasts = useSyncExternalStore(watch, () => shown);
  const region = useRef<HTMLDivElement>(null);
  const cameFrom = useRef<HTMLElement | null>(null);
  const goBack = (): void => {
    const target = cameFrom.current?.isConnected ? cameFrom.current : document.querySelector<HTMLElement>('h1');
    target?.focus();
  };
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const buttons = region.current?.querySelectorAll('button') ?? [];
      if (event.key !== TOAST_KEY || event.ctrlKey || event.altKey || event.metaKey || buttons.length === 0) return;
      event.preventDefault();
      if (region.current?.contains(document.activeElement)) goBack();
      else region.current?.querySelector<HTMLElement>('.toast:last-child button')?.focus();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  return (
    <div
      ref={region}
      className="toasts"
      role="status"
      aria-live="polite"
      onFocus={({ relatedTarget }) => {
        if (region.current?.contains(relatedTarget)) return;
        cameFrom.current = relatedTarget instanceof HTMLElement ? relatedTarget : null;
      }}
    >
      {toasts.map((each) => (
        <ToastCard
          key={each.id}
          toast={each}
          onEnd={() => {
            // A button that goes away must not take the focus with it.
            if (region.current?.contains(document.activeElement)) goBack();
            end(each.id);
          }}
        />
      ))}
    </div>
  );
};

/** It goes after some seconds, and waits while the pointer or the focus is on it, or while it takes something back. */
const ToastCard = ({ toast: { text, tone, undo }, onEnd }: { readonly toast: Toast; readonly onEnd: () => void }) => {
  const { words } = useWords();
  const [isUndoing, setUndoing] = useState(false);
  return (
    <ForAWhile
      ms={undo === undefined ? SHOWN_MS : UNDO_MS}
      onEnd={onEnd}
      isHeld={isUndoing}
      className={`toast ${tone}`}
    >
      <ToneIcon tone={tone} />
      <p>{text}</p>
      {undo === undefined ? null : (
        <Button
          isSmall
          icon={<Undo2 aria-hidden />}
          isPending={isUndoing}
          onPress={() => {
            setUndoing(true);
            void undo().finally(onEnd);
          }}
        >
          {words.undo.verb}
        </Button>
      )}
      <Button look="quiet" isSmall label={words.common.close} icon={<X aria-hidden />} onPress={onEnd}>
        {null}
      </Button>
    </ForAWhile>
  );
};
