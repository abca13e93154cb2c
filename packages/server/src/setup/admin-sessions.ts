/** Salesforce admins who signed in for a moment: in the memory of this process, one for each user of ours, for 30 minutes, and never stored. */
import type { AdminSession } from '@syncline/contract/setup-org';
import { Problem } from '../errors/errors.ts';
import type { AdminSalesforce } from '../salesforce/create-admin.ts';

const HELD_MS = 30 * 60_000;

interface HeldAdmin {
  readonly salesforce: AdminSalesforce;
  readonly session: AdminSession;
  readonly timer: NodeJS.Timeout;
}

export class AdminSessions {
  readonly #held = new Map<number, HeldAdmin>();

  /** Takes the place of the one before. `now` in milliseconds since the epoch. */
  async hold(by: number, salesforce: AdminSalesforce, username: string, now: number): Promise<AdminSession> {
    await this.drop(by);
    const session = { username, until: new Date(now + HELD_MS).toISOString() };
    const timer = setTimeout(() => void this.drop(by), HELD_MS).unref();
    this.#held.set(by, { salesforce, session, timer });
    return session;
  }

  of(by: number): Pick<HeldAdmin, 'salesforce' | 'session'> | null {
    return this.#held.get(by) ?? null;
  }

  /** Errors: `admin-not-signed-in`. */
  need(by: number): AdminSalesforce {
    const held = this.#held.get(by);
    if (!held) throw new Problem('admin-not-signed-in');
    return held.salesforce;
  }

  async drop(by: number): Promise<void> {
    const held = this.#held.get(by);
    if (!held) return;
    this.#held.delete(by);
    clearTimeout(held.timer);
    await held.salesforce.close();
  }

  async close(): Promise<void> {
    for (const by of this.#held.keys()) await this.drop(by);
  }
}
