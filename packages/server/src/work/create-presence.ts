import type { Connection, Database, Transaction } from '../db/db.ts';
import { ReadingPassedOn } from '../inbound/inbound.ts';

/**
 * This process, as others see it: a row of `sync.process` and an advisory lock on its number that lives as long as its session.
 * A claim whose holder's lock is free belongs to nobody (OUT11).
 */
export interface Presence {
  readonly processId: number;
  /** Called once when the session of the lock is gone: this process must stop sending, for others take it for dead. */
  onLost(lost: () => void): void;
  /**
   * Whether this process is the one that reads Salesforce (IN26): it takes the place when it is free, and keeps it until its session ends.
   * Returns when the last page of the one before is in or gone.
   */
  takeReading(): Promise<boolean>;
  /** In the transaction of a page: keeps the place until its end. Throws `ReadingPassedOn` where another process has it. */
  holdReading(tx: Transaction): Promise<void>;
  leave(): Promise<void>;
}

/** First of the two numbers of the lock; the second is the process. */
const PRESENCE_LOCK = 7201;
/** The place of the one that reads; the lock lives as long as the session that says that we are alive. */
const READING_LOCK = 7203;
const PULSE_MS = 2_000;

export const createPresence = async (db: Database, label: string): Promise<Presence> => {
  let leave = (): void => undefined;
  let lost = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const { promise: entered, resolve: enter, reject: refuse } = Promise.withResolvers<Entered>();
  const held = db.session(async (session) => {
    const [row] = await session.query<{ process_id: number }>(
      'insert into sync.process (label) values ($1) returning process_id',
      [label],
    );
    const processId = row?.process_id ?? 0;
    await session.run('select pg_advisory_lock($1, $2)', [PRESENCE_LOCK, processId]);
    enter({ processId, session });
    await beat(session, left);
    await session.run('delete from sync.process where process_id = $1', [processId]);
    await session.run('select pg_advisory_unlock_all()');
  });
  held.catch((error: unknown) => {
    refuse(error);
    lost();
  });
  const { processId, session } = await entered;
  let isReading = false;
  return {
    processId,
    takeReading: async () => {
      isReading ||= await takeReading(session, processId);
      return isReading;
    },
    holdReading: async (tx) => {
      const rows = await tx.query('select from sync.reader where process_id = $1 for share', [processId]);
      if (rows.length === 0) throw new ReadingPassedOn();
    },
    onLost: (callback) => {
      lost = callback;
    },
    leave: async () => {
      leave();
      await held.catch(() => undefined); // The session is gone already; there is nothing left to give back.
    },
  };
};

interface Entered {
  readonly processId: number;
  readonly session: Pick<Connection, 'query' | 'run'>;
}

const takeReading = async (session: Entered['session'], processId: number): Promise<boolean> => {
  const [row] = await session.query<{ is_mine: boolean }>('select pg_try_advisory_lock($1, 0) as is_mine', [
    READING_LOCK,
  ]);
  if (row?.is_mine !== true) return false;
  await session.run('update sync.reader set process_id = $1, since = clock_timestamp()', [processId]);
  return true;
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
