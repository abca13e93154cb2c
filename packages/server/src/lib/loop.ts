import { Alarm, backoffMs } from './alarm.ts';
import type { Bounds } from './bounds.ts';

export interface LoopParts {
  /** One turn. Returns how long to wait before the next, in ms; 0: none. `signal` is aborted when the loop is stopped. */
  readonly step: (signal: AbortSignal) => Promise<number>;
  /** How long to wait after a failure, in ms; `failures`: how many in a row, at least 1. */
  readonly pauseMs: (failures: number, error: unknown) => number;
  /** Writes a failure down. What it throws ends the loop, and `stop` throws it. */
  readonly onFailure: (error: unknown, pauseMs: number) => void | Promise<void>;
  /** A failure after which there is nothing more to do here. */
  readonly isEnd?: (error: unknown) => boolean;
}

/** A step that is done over and over: it rests as long as it says, and after a failure longer and longer. */
export interface Loop {
  /** Twice is the same as once. */
  start(): void;
  /** Cuts a rest short. */
  ring(): void;
  /** Returns when the turn under way has ended; its failure is nobody's any more. */
  stop(): Promise<void>;
}

export const createLoop = ({ step, pauseMs, onFailure, isEnd = () => false }: LoopParts): Loop => {
  const alarm = new Alarm();
  const abort = new AbortController();
  const { signal } = abort;
  let running: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    for (let failures = 0; !signal.aborted; ) {
      let restMs: number;
      try {
        restMs = await step(signal);
        failures = 0;
      } catch (error) {
        if (signal.aborted || isEnd(error)) return;
        failures += 1;
        restMs = pauseMs(failures, error);
        await onFailure(error, restMs);
      }
      if (!signal.aborted && restMs > 0) await alarm.wait(restMs);
    }
  };

  return {
    start: () => {
      running ??= run();
    },
    ring: () => alarm.ring(),
    stop: async () => {
      abort.abort();
      alarm.ring();
      await running;
    },
  };
};

/** Doubles from `retryFromMs` to `retryToMs` (OUT29). */
export const retryPause =
  ({ retryFromMs, retryToMs }: Pick<Bounds, 'retryFromMs' | 'retryToMs'>) =>
  (failures: number): number =>
    backoffMs(failures, retryFromMs, retryToMs);
