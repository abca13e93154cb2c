import './picked-bar.css';
import type { ReactNode } from 'react';
import type { Picked } from '../lib/use-picked.ts';
import { useWords } from '../words/use-words.ts';
import { Button } from './button.tsx';

/** Above a list once rows are picked: how many, what can be done with them, and the way back. */
export const PickedBar = ({ picked, children }: { readonly picked: Picked; readonly children: ReactNode }) => {
  const { words } = useWords();
  return (
    <>
      <span role="status" className="visually-hidden">
        {picked.keys.size === 0 ? '' : words.lists.picked(picked.keys.size)}
      </span>
      {picked.keys.size === 0 ? null : (
        <div className="picked-bar">
          <strong className="number">{words.lists.picked(picked.keys.size)}</strong>
          {children}
          <Button isSmall look="quiet" onPress={picked.clear}>
            {words.lists.pickNone}
          </Button>
        </div>
      )}
    </>
  );
};
