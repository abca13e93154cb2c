import './picked-bar.css';
import type { ReactNode } from 'react';
import type { Picked } from '../lib/use-picked.ts';
import { useWords } from '../words/use-words.ts';
import { Button } from './button.tsx';

interface PickedBarProps {
  readonly picked: Picked;
  /** Instead of how many they are. */
  readonly said?: string | undefined;
  readonly children: ReactNode;
}

/** Above a list once rows are picked: how many, what can be done with them, and the way back. */
export const PickedBar = ({ picked, said, children }: PickedBarProps) => {
  const { words } = useWords();
  const text = said ?? words.lists.picked(picked.keys.size);
  return (
    <>
      <span role="status" className="visually-hidden">
        {picked.keys.size === 0 ? '' : text}
      </span>
      {picked.keys.size === 0 ? null : (
        <div className="picked-bar">
          <strong className="number">{text}</strong>
          {children}
          <Button isSmall look="quiet" onPress={picked.clear}>
            {words.lists.pickNone}
          </Button>
        </div>
      )}
    </>
  );
};
