import { Cause } from '@syncline/contract/errors';
import type { Notice } from '@syncline/contract/notifications';
import { shownProblem, wordsOfProblem } from '../api/problem.ts';
import { ButtonLink } from '../components/button.tsx';
import { ActionLink } from '../components/failed.tsx';
import { When } from '../components/time.tsx';
import { type Tone, ToneIcon } from '../components/tone.tsx';
import { causeSentence } from '../screens/errors/cause-card.tsx';
import type { Words } from '../words/en.ts';
import { useWords } from '../words/use-words.ts';

const TONES = {
  connection: 'bad',
  limit: 'bad',
  run_failed: 'bad',
  record_errors: 'warn',
  field_change: 'warn',
  brake: 'hold',
  difference: 'warn',
  export_ready: 'ok',
} as const satisfies Record<Notice['type'], Tone>;

export interface NoticeText {
  readonly title: string;
  readonly advice: string;
}

/** What a notice says: its problem's own sentence, its group's, or that of its type. */
export const textOfNotice = (notice: Notice, words: Words): NoticeText => {
  if (notice.problem !== null) return wordsOfProblem(shownProblem(notice.problem), words);
  const cause = Cause.safeParse(notice.cause?.cause);
  if (notice.cause !== null && cause.success) {
    return {
      title: causeSentence({ cause: cause.data, fields: notice.cause.fields }, words),
      advice: words.units.records(notice.count),
    };
  }
  return { title: words.notices.types[notice.type], advice: '' };
};

/** One line of the bell, with the way to what it tells of. */
export const NoticeLine = ({ notice, onFollow }: { readonly notice: Notice; readonly onFollow: () => void }) => {
  const { words } = useWords();
  const { title, advice } = textOfNotice(notice, words);
  const isOver = notice.solvedAt !== null;
  return (
    <li className={`notice-line ${isOver ? 'idle' : TONES[notice.type]}`} data-unread={isNew(notice) ? '' : undefined}>
      <ToneIcon tone={isOver ? 'ok' : TONES[notice.type]} />
      <div className="stack tight">
        <p>
          {isNew(notice) ? <span className="visually-hidden">{words.notices.unread} </span> : null}
          <strong>{title}</strong>
        </p>
        {advice === '' ? null : <p className="muted">{advice}</p>}
        <p className="muted caption row">
          <span>{words.notices.types[notice.type]}</span>
          <When at={notice.at} />
          {isOver ? <span>{words.notices.solved}</span> : null}
        </p>
        {isOver ? null : (
          <div className="row" onClick={onFollow}>
            <NoticeAction notice={notice} />
          </div>
        )}
      </div>
    </li>
  );
};

const isNew = (notice: Notice): boolean => notice.readAt === null && notice.solvedAt === null;

const NoticeAction = ({ notice }: { readonly notice: Notice }) => {
  const { words } = useWords();
  if (notice.cause !== null) {
    return (
      <ButtonLink isSmall to="/errors/$cause" params={{ cause: notice.cause.id }}>
        {words.errors.show}
      </ButtonLink>
    );
  }
  if (notice.type === 'run_failed') {
    return (
      <ButtonLink isSmall to="/errors" search={{ level: 'job' }}>
        {words.errors.show}
      </ButtonLink>
    );
  }
  return notice.problem === null ? null : <ActionLink problem={shownProblem(notice.problem)} />;
};
