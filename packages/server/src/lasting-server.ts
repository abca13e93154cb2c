/**
 * A server that outlives its database: when Postgres restarts, crashes or moves elsewhere, everything of this process ends, for others took
 * its claims over meanwhile, and begins anew as soon as the database answers. What was in flight is settled as after a kill.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { asProblem } from './errors/errors.ts';
import { traceOf } from './errors/trace.ts';
import { backoffMs } from './lib/alarm.ts';
import { createLog } from './lib/log.ts';
import { type RunningServer, type ServerOptions, startServer } from './server.ts';

/** Between two tries to have the database back. */
const FROM_MS = 500;
const TO_MS = 15_000;

/** Fails only where the first start does. The address stays the same. */
export const startLastingServer = async (options: Omit<ServerOptions, 'log' | 'onLost'>): Promise<RunningServer> => {
  const log = createLog();
  const ending = new AbortController();
  const { signal } = ending;
  let reviving: Promise<void> | null = null;

  const revive = async (port: number): Promise<void> => {
    for (let tries = 1; !signal.aborted; tries += 1) {
      try {
        server = await begin(port);
        log.info('the database is back');
        return;
      } catch (error) {
        const pauseMs = backoffMs(tries, FROM_MS, TO_MS);
        log.warn({ code: asProblem(error).code, cause: traceOf(error), pauseMs }, 'the database is not back yet');
        await Promise.race([sleep(pauseMs), new Promise((resolve) => signal.addEventListener('abort', resolve))]);
      }
    }
  };
  const begin = (port: number): Promise<RunningServer> =>
    startServer({
      ...options,
      port,
      log,
      onLost: () => {
        if (!signal.aborted) reviving = revive(Number(new URL(first.url).port));
      },
    });

  const first = await begin(options.port);
  let server = first;
  return {
    ...first,
    stop: async () => {
      ending.abort();
      await reviving;
      await server.stop();
    },
  };
};
