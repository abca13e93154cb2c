import type { Stage, Status, SyncState } from '@syncline/contract/status';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { shownProblem, wordsOfProblem } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import { BADGE_TONES } from '../components/badge-tones.ts';
import { ToneIcon } from '../components/tone.tsx';
import { useNow } from '../lib/use-now.ts';
import type { Spoken } from '../words/use-words.ts';
import { useWords } from '../words/use-words.ts';
import { clockSince, heldForMs } from './state-pace.ts';

/** `Sync in progress` stays for 2 s at least, so that a short cycle is seen and does not flicker. */
const useHeldState = (status: Status | undefined): Status | undefined => {
  const [shown, setShown] = useState(status);
  const shownSince = useRef(0);
  useEffect(() => {
    if (status === undefined) return;
    const show = (): void => {
      if (shown?.syncState !== status.syncState) shownSince.current = Date.now();
      setShown(status);
    };
    const waitMs = heldForMs(shown?.syncState ?? null, status.syncState, Date.now() - shownSince.current);
    if (waitMs === 0) return show();
    const timer = setTimeout(show, waitMs);
    return () => clearTimeout(timer);
  }, [status, shown?.syncState]);
  return shown;
};

/** Where the state leads: the open run, the cause, or home. */
const targetOf = (state: SyncState, stage: Stage): '/' | '/activity' | '/setup/initial-sync' => {
  if (stage === 'initial_sync') return '/setup/initial-sync';
  return state === 'in_progress' ? '/activity' : '/';
};

const detailOf = (status: Status, { words, formats }: Spoken, now: Date): string => {
  const off = status.enabled ? '' : ` · ${words.shell.disabled}`;
  switch (status.syncState) {
    case 'in_progress':
      return status.startedAt === null ? '' : clockSince(status.startedAt, now);
    case 'failed':
      if (status.problem !== null) return wordsOfProblem(shownProblem(status.problem), words).title;
      return status.failedAt === null ? '' : formats.time(status.failedAt, now);
    case 'last_sync':
      return `${status.lastSyncAt === null ? words.shell.never : formats.time(status.lastSyncAt, now)}${off}`;
  }
};

/** The state, last in the top bar of every screen: three messages, never a fourth. */
export const SyncStateLink = () => {
  const voice = useWords();
  const { data } = useQuery(queries.status());
  const status = useHeldState(data);
  const now = useNow(status?.syncState === 'in_progress' ? 1_000 : 30_000);
  if (status === undefined) return null;
  const tone = BADGE_TONES.sync[status.syncState];
  const word = voice.words.badges.sync[status.syncState];
  const detail = detailOf(status, voice, now);
  return (
    <>
      <span role="status" className="visually-hidden">
        {word}
      </span>
      <Link
        to={targetOf(status.syncState, status.stage)}
        className={`state-link ${tone}`}
        title={status.lastSyncAt === null ? undefined : voice.formats.utc(status.lastSyncAt)}
        data-state={status.syncState}
      >
        <ToneIcon tone={tone} />
        <span>
          <span className="visually-hidden">{voice.words.shell.stateLabel} </span>
          <span className="word">{word}</span>
          <span className="detail">{detail}</span>
        </span>
      </Link>
    </>
  );
};
