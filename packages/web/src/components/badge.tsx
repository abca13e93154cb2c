import './badge.css';
import { useWords } from '../words/use-words.ts';
import { BADGE_TONES, type BadgeKind, type BadgeState } from './badge-tones.ts';
import { type Tone, ToneIcon } from './tone.tsx';

export interface BadgeProps<Kind extends BadgeKind> {
  readonly kind: Kind;
  readonly state: BadgeState<Kind>;
}

/** The one badge: every state of every kind has one tone (`BADGE_TONES`) and one word (`words.badges`), both total by type. */
export const Badge = <Kind extends BadgeKind>({ kind, state }: BadgeProps<Kind>) => {
  const { words } = useWords();
  const tones: Readonly<Record<BadgeState<Kind>, Tone>> = BADGE_TONES[kind];
  const names: Readonly<Record<BadgeState<Kind>, string>> = words.badges[kind];
  return <ToneBadge tone={tones[state]} word={names[state]} />;
};

export const ToneBadge = ({ tone, word }: { readonly tone: Tone; readonly word: string }) => (
  <span className={`badge ${tone}${tone === 'ok' ? ' plain' : ''}`}>
    <ToneIcon tone={tone} />
    {word}
  </span>
);
