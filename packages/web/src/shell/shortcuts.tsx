import { useNavigate } from '@tanstack/react-router';
import { type RefObject, useEffect, useState } from 'react';
import { Check } from '../components/check.tsx';
import { Dialog } from '../components/dialog.tsx';
import { readPreference, writePreference } from '../lib/preferences.ts';
import { useWords } from '../words/use-words.ts';

const GO_TO = { h: '/', a: '/activity', e: '/errors', p: '/people', f: '/fields' } as const;

/** How long after `g` its second key counts. */
const SECOND_KEY_MS = 1_200;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, [contenteditable], [role="dialog"]') !== null;

const isGoKey = (key: string): key is keyof typeof GO_TO => Object.hasOwn(GO_TO, key);

interface Shortcuts {
  readonly isEnabled: boolean;
  readonly setEnabled: (isEnabled: boolean) => void;
}

/** Single keys of the whole app. They can be switched off, because speech input presses keys by accident. */
export const useShortcuts = (search: RefObject<HTMLInputElement | null>, openList: () => void): Shortcuts => {
  const navigate = useNavigate();
  const [isEnabled, setState] = useState(() => readPreference('syncline.singleKeys') !== 'off');

  useEffect(() => {
    if (!isEnabled) return;
    let goUntil = 0;
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (goUntil > event.timeStamp && isGoKey(event.key)) {
        goUntil = 0;
        event.preventDefault();
        void navigate({ to: GO_TO[event.key] });
        return;
      }
      goUntil = event.key === 'g' ? event.timeStamp + SECOND_KEY_MS : 0;
      if (event.key === '/') {
        event.preventDefault();
        search.current?.focus();
      }
      if (event.key === '?') openList();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [isEnabled, navigate, search, openList]);

  return {
    isEnabled,
    setEnabled: (wanted) => {
      writePreference('syncline.singleKeys', wanted ? 'on' : 'off');
      setState(wanted);
    },
  };
};

export interface ShortcutListProps extends Shortcuts {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export const ShortcutList = (props: ShortcutListProps) => {
  const { words } = useWords();
  return (
    <Dialog title={words.shortcuts.title} isOpen={props.isOpen} onClose={props.onClose}>
      <dl className="shortcut-list">
        {words.shortcuts.rows.map(([keys, what]) => (
          <ShortcutRow key={keys} keys={keys} what={what} />
        ))}
      </dl>
      <Check isChecked={props.isEnabled} onChange={props.setEnabled} hint={words.shortcuts.singleKeysHint}>
        {words.shortcuts.singleKeys}
      </Check>
    </Dialog>
  );
};

const ShortcutRow = ({ keys, what }: { readonly keys: string; readonly what: string }) => (
  <>
    <dt>
      {keys.split(' ').map((key) => (
        <kbd key={key} className="key">
          {key}
        </kbd>
      ))}
    </dt>
    <dd>{what}</dd>
  </>
);
