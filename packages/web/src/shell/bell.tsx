import './bell.css';
import type { Notice } from '@syncline/contract/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bell as BellIcon, BellOff, Undo2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { api } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import { Button } from '../components/button.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { Faces } from '../components/faces.tsx';
import { Failed } from '../components/failed.tsx';
import { ForAWhile } from '../components/for-a-while.tsx';
import { useWords } from '../words/use-words.ts';
import { NoticeLine } from './notice-line.tsx';

/** Does anything need me? The bell, its count, and the list below it. */
export const Bell = () => {
  const { words, formats } = useWords();
  const notices = useQuery(queries.notifications());
  const [isOpen, setOpen] = useState(false);
  const dialog = useRef<HTMLElement>(null);
  const unread = notices.data?.unread ?? 0;
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <AriaButton className="bell" aria-label={words.notices.bell(unread)}>
        <BellIcon aria-hidden />
        {unread === 0 ? null : <span className="count">{unread > 99 ? '99+' : formats.number(unread)}</span>}
      </AriaButton>
      <Popover className="menu-popover bell-panel" placement="bottom end">
        <Dialog ref={dialog} aria-label={words.notices.title}>
          <Faces query={notices}>
            {({ rows }) => (
              <NoticeList
                rows={rows}
                unread={unread}
                onFollow={() => setOpen(false)}
                onPressed={() => dialog.current?.focus()}
              />
            )}
          </Faces>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
};

interface NoticeListProps {
  readonly rows: readonly Notice[];
  readonly unread: number;
  readonly onFollow: () => void;
  /** A button that was pressed goes away, with the last unread one or because it took that back; the focus must not go with it. */
  readonly onPressed: () => void;
}

/** How long marking can be taken back; the pointer or the focus on the button holds it. */
const UNDO_MS = 10_000;

const NoticeList = ({ rows, unread, onFollow, onPressed }: NoticeListProps) => {
  const { words } = useWords();
  const client = useQueryClient();
  const [marked, setMarked] = useState<readonly number[]>([]);
  const askAgain = () => client.invalidateQueries({ queryKey: queries.notifications().queryKey });
  const read = useMutation({
    mutationFn: () => api.readNotices(),
    onMutate: () => rows.filter(({ readAt, solvedAt }) => readAt === null && solvedAt === null).map(({ id }) => id),
    onSuccess: (_, __, ids) => {
      onPressed();
      setMarked(ids);
      return askAgain();
    },
  });
  const undo = useMutation({
    mutationFn: api.unreadNotices,
    onSuccess: () => {
      onPressed();
      setMarked([]);
      return askAgain();
    },
  });
  const failed = read.error ?? undo.error;
  return (
    <>
      <div className="bell-head">
        <h2>{words.notices.title}</h2>
        {unread === 0 ? null : (
          <Button isSmall look="quiet" onPress={() => read.mutate()} isPending={read.isPending}>
            {words.notices.markRead}
          </Button>
        )}
        {marked.length === 0 || unread > 0 ? null : (
          <ForAWhile ms={UNDO_MS} onEnd={() => setMarked([])}>
            <Button
              isSmall
              look="quiet"
              icon={<Undo2 aria-hidden />}
              onPress={() => undo.mutate(marked)}
              isPending={undo.isPending}
            >
              {words.undo.verb}
            </Button>
          </ForAWhile>
        )}
      </div>
      {failed === null ? null : <Failed problem={problemOf(failed)} live="assertive" />}
      {rows.length === 0 ? (
        <EmptyState icon={<BellOff aria-hidden strokeWidth={1.5} />} title={words.notices.none} />
      ) : (
        <ul className="notice-list">
          {rows.map((row) => (
            <NoticeLine key={row.id} notice={row} onFollow={onFollow} />
          ))}
        </ul>
      )}
    </>
  );
};
