import { setTimeout as wait } from 'node:timers/promises';
import type { Access } from '../access/access.ts';

/** How often a stuck job looks whether it is free, or over. */
const lookMs = 20;

/** Waits as long as the switch `jobsStuck` is on, or until the job is over. */
export async function whileStuck({ switches }: Access, isOver: () => boolean): Promise<void> {
  while (switches.state.jobsStuck && !isOver()) await wait(lookMs);
}
