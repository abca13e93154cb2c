import { Pause, Play } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Live } from '../lib/use-held-rows.ts';
import { useWords } from '../words/use-words.ts';
import { Button } from './button.tsx';

interface LiveLineProps<Row> {
  readonly live: Live<Row>;
  /** What else can be chosen about the list. */
  readonly children?: ReactNode;
}

/** Above a list that changes while it is read: what waits to be shown, and the way to stop it. */
export const LiveLine = <Row,>({ live, children }: LiveLineProps<Row>) => {
  const { words } = useWords();
  return (
    <>
      <div className="live-fresh" role="status">
        {live.fresh === 0 ? null : (
          <Button isSmall look="primary" onPress={live.take}>
            {words.lists.fresh(live.fresh)}
          </Button>
        )}
      </div>
      <div className="live-line">
        {live.isPaused ? <span className="muted">{words.lists.paused}</span> : null}
        <Button
          isSmall
          look="quiet"
          icon={live.isPaused ? <Play aria-hidden /> : <Pause aria-hidden />}
          onPress={() => live.pause(!live.isPaused)}
        >
          {live.isPaused ? words.lists.resume : words.lists.pause}
        </Button>
        {children}
      </div>
    </>
  );
};
