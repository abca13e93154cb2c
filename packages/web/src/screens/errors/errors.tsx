import './errors.css';
import type { ErrorCause, ErrorCauses, HealedCause } from '@syncline/contract/errors';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useMemo } from 'react';
import { queries } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { LiveLine } from '../../components/live-line.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { TabLink } from '../../components/tab-link.tsx';
import { useHeldRows } from '../../lib/use-held-rows.ts';
import { WhoMay } from '../../shell/who-may.tsx';
import { useWords } from '../../words/use-words.ts';
import { CauseCard, causeSentence } from './cause-card.tsx';

export const ERROR_LEVELS = ['record', 'job'] as const;
export type ErrorLevel = (typeof ERROR_LEVELS)[number];

/** What is broken, for how many, who fixes it? The oldest and widest first, as the server sorts them. */
export const ErrorsScreen = ({ level }: { readonly level: ErrorLevel | undefined }) => {
  const { words } = useWords();
  const causes = useQuery(queries.errorCauses());
  return (
    <Page
      title={words.errors.title}
      lead={
        causes.data === undefined || causes.data.causes.length === 0
          ? undefined
          : words.errors.summary(causes.data.records, causes.data.causes.length)
      }
    >
      <ErrorTabs current={level ?? 'all'} causes={causes.data?.causes ?? []} />
      <WhoMay needs="operator" />
      <Faces query={causes}>{(data) => <Causes data={data} level={level} />}</Faces>
    </Page>
  );
};

/** All, record level, job level (N108), and the conflicts that are held. */
export const ErrorTabs = (props: {
  readonly current: ErrorLevel | 'all' | 'held';
  readonly causes: readonly ErrorCause[];
}) => {
  const { words, formats } = useWords();
  const held = useQuery(queries.status()).data?.heldConflicts ?? 0;
  const counted = (word: string, n: number): string => (n === 0 ? word : `${word} ${formats.number(n)}`);
  const ofLevel = (level: ErrorLevel): number => props.causes.filter((cause) => cause.level === level).length;
  return (
    <nav className="views" aria-label={words.errors.tabsLabel}>
      <TabLink to="/errors" search={{}} isCurrent={props.current === 'all'}>
        {words.common.all}
      </TabLink>
      {ERROR_LEVELS.map((level) => (
        <TabLink key={level} to="/errors" search={{ level }} isCurrent={props.current === level}>
          {counted(words.errors.levels[level], ofLevel(level))}
        </TabLink>
      ))}
      <TabLink to="/held" isCurrent={props.current === 'held'}>
        {counted(words.held.title, held)}
      </TabLink>
    </nav>
  );
};

const causeKey = (cause: ErrorCause): string => cause.id;

const Causes = ({ data, level }: { readonly data: ErrorCauses; readonly level: ErrorLevel | undefined }) => {
  const latest = useMemo(
    () => data.causes.filter((cause) => level === undefined || cause.level === level),
    [data.causes, level],
  );
  // A card under the pointer is about to be pressed: its counts follow, but it stays where it is.
  const live = useHeldRows(latest, { keyOf: causeKey, list: level ?? 'all', isHeld: false, isFromEnd: false });
  const shown = live.rows;
  // A group with records left has its card; what is told here is that some of them are through.
  return (
    <div className="stack">
      {level === 'job' ? null : data.healed.map((each) => <Healed key={each.id} healed={each} />)}
      {shown.length === 0 ? (
        <NoErrors />
      ) : (
        <div>
          <LiveLine live={live} />
          <ul className="cause-list">
            {shown.map((cause) => (
              <CauseCard key={cause.id} cause={cause} />
            ))}
          </ul>
        </div>
      )}
    </div>
  );
};

const Healed = ({ healed }: { readonly healed: HealedCause }) => {
  const { words } = useWords();
  return (
    <Notice tone="ok" title={words.errors.healed(healed.solved, healed.total)}>
      <p className="muted">
        {causeSentence(healed, words)} <code>{healed.code}</code>
      </p>
    </Notice>
  );
};

const NoErrors = () => {
  const { words } = useWords();
  return (
    <div className="card">
      <EmptyState
        icon={<CircleCheck aria-hidden strokeWidth={1.5} />}
        title={words.errors.nonePlain}
        why={words.errors.noneMore}
      />
    </div>
  );
};
