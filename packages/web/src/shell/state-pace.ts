import type { SyncState } from '@syncline/contract/status';

const IN_PROGRESS_MIN_MS = 2_000;

/** How much longer `shown` must stay before `next` may take its place. */
export const heldForMs = (shown: SyncState | null, next: SyncState, shownForMs: number): number =>
  shown === 'in_progress' && next === 'last_sync' ? Math.max(0, IN_PROGRESS_MIN_MS - shownForMs) : 0;

/** `0:00:26` since a moment; never below zero when the clocks of server and browser differ. */
export const clockSince = (at: string, now: Date): string => {
  const seconds = Math.max(0, Math.floor((now.getTime() - Date.parse(at)) / 1_000));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};
