import { useWords } from '../words/use-words.ts';
import { Button } from './button.tsx';

export interface MoreRowsProps {
  readonly shown: number;
  readonly total: number;
  readonly totalIsExact: boolean;
  readonly hasMore: boolean;
  readonly page: number;
  readonly isFetching: boolean;
  readonly onMore: () => void;
}

/** Below a list: how much of it is here, and the way to more. */
export const MoreRows = (props: MoreRowsProps) => {
  const { words, formats } = useWords();
  const total = props.totalIsExact ? formats.number(props.total) : words.common.about(props.total);
  return (
    <div className="more-rows">
      <span className="number">{words.common.shownOf(props.shown, total)}</span>
      {props.hasMore ? (
        <Button onPress={props.onMore} isPending={props.isFetching}>
          {words.common.showMore(Math.min(props.page, Math.max(props.total - props.shown, 1)))}
        </Button>
      ) : null}
    </div>
  );
};
