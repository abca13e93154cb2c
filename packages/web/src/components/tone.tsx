import { Check, Hand, Minus, OctagonX, RefreshCw, TriangleAlert } from 'lucide-react';

/** What a state means for the reader; colour and icon follow from it, so that colour never speaks alone. */
export type Tone = 'ok' | 'run' | 'warn' | 'bad' | 'idle' | 'hold';

const ICONS = {
  ok: Check,
  run: RefreshCw,
  warn: TriangleAlert,
  bad: OctagonX,
  idle: Minus,
  hold: Hand,
} as const satisfies Record<Tone, typeof Check>;

export const ToneIcon = ({ tone }: { readonly tone: Tone }) => {
  const Icon = ICONS[tone];
  return <Icon aria-hidden strokeWidth={2.25} />;
};
