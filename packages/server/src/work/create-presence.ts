import type { Database } from '../db/db.ts';

/**
 * This process, as others see it: a row of `sync.process` and an advisory lock on its number that lives as long as its session.
 * A claim whose holder's lock is free belongs to nobody (OUT11).
 */
export interface Presence {
  readonly processId: number;
  /** Called once when the session of the lock is gone: this process must stop sending, for others take it for dead. */
  onLost(lost: () => void): void;
  leave(): Promise<void>;
}

/** First of the two numbers of the lock; the second is the process. */
const PRESENCE_LOCK = 7201;
const PULSE_MS = 2_000;

export const createPresence = async (db: Database, label: string): Promise<Presence> => {
  let leave = (): void => undefined;
  let lost = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const { promise: entered, resolve: enter, reject: refuse } = Promise.withResolvers<number>();
  const held = db.session(async (session) => {
    const [row] = await session.query<{ process_id: number }>(
      'insert into sync.process (label) values ($1) returning process_id',
      [label],
    );
    const processId = row?.process_id ?? 0;
    await session.run('select pg_advisory_lock($1, $2)', [PRESENCE_LOCK, processId]);
    enter(processId);
    await beat(session, left);
    await session.run('delete from sync.process where process_id = $1', [processId]);
    await session.run('select pg_advisory_unlock($1, $2)', [PRESENCE_LOCK, processId]);
  });
  held.catch((error: unknown) => {
    refuse(error);
    lost();
  });
  return {
    processId: await entered,
    onLost: (callback) => {
      lost = callback;
    },
    leave: async () => {
      leave();
      await held.catch(() => undefined); // The session is gone already; there is nothing left to give back.
    },
  };
};

/** Keeps asking the session whether it lives, until this process leaves. */
const beat = async (session: { run(sql: string): Promise<number> }, left: Promise<void>): Promise<void> => {
  let hasLeft = false;
  const leaving = left.then(() => {
    hasLeft = true;
  });
  while (!hasLeft) {
    await Promise.race([leaving, new Promise((resolve) => setTimeout(resolve, PULSE_MS).unref())]);
    if (!hasLeft) await session.run('select 1');
  }
};
