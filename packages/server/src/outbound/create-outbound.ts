/** Builds the sender: look, claim, send, settle; and take over what the dead left. */
import type { Logger } from 'pino';
import type { Database } from '../db/db.ts';
import type { Bounds } from '../lib/bounds.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { limitCode, type Salesforce, SalesforceError } from '../salesforce/salesforce.ts';
import { type Decided, decideReply, emptyFieldSettlement, FAILED, settlementOf } from './answers.ts';
import { type ChosenGroup, chooseGroup, isForBulk } from './choose-group.ts';
import { CreateGate } from './create-gate.ts';
import { hasKeyField, parkFieldsGone } from './fields-gone.ts';
import type { Sending } from './fill.ts';
import { heal } from './heal.ts';
import { type ByEmail, lookForEmails, settleByEmail } from './link-by-email.ts';
import { adoptFound, type FoundLead, lookUpLeads } from './look-up.ts';
import { type Healed, type HealOptions, LANE, type Lane, type Outbound, type SendOutcome } from './outbound.ts';
import { overtakeBulk } from './overtake.ts';
import { endRun } from './runs.ts';
import { resumeBulk, sendBulk, tallyOf } from './send-bulk.ts';
import { type Stopper, sendRecords } from './send-records.ts';
import { PERSON_OBJECTS, type PersonObject, type Sendable, sendableOf } from './sendable.ts';
import { type ClaimKey, type Settlement, settle } from './settle.ts';
import { type DeadClaim, sweepLateAnswers, takeDeadClaims, unsentClaims } from './take-over.ts';
import { keyOf, objectOf, type Taken, takeBulk, takeRecords } from './take-records.ts';

export interface OutboundParts {
  readonly db: Database;
  readonly salesforce: Salesforce;
  readonly loadMap: () => Promise<FieldMap>;
  readonly bounds: Bounds;
  /** This process in `sync.process`, whose advisory lock (7201, processId) it holds while it lives. */
  readonly processId: number;
  readonly log: Logger;
  /** Asks for a read of the object now (OUT20); it is claimed when the read is in. */
  readonly requestRead: (object: PersonObject) => Promise<void>;
}

/** Dead claims taken over in one go. */
const TAKE_OVER_MAX = 10;

export const createOutbound = (parts: OutboundParts): Outbound => {
  if (parts.bounds.requestTimeoutMs >= parts.bounds.leaseMs)
    throw new RangeError('a request must end before its lease does (OUT12)');
  return new Sender(parts);
};

class Sender implements Outbound {
  readonly #parts: OutboundParts;
  readonly #gate: CreateGate;
  /** Claims that a call of this process works at; never taken over by itself. */
  readonly #active = new Set<number>();
  #sendable: Sendable | null = null;

  constructor(parts: OutboundParts) {
    this.#parts = parts;
    this.#gate = new CreateGate(parts.db, parts.bounds.retryToMs);
  }

  async sendOnce(lane: Lane, options: { readonly includeUpdates: boolean }): Promise<SendOutcome> {
    const sendable = await this.#loadSendable();
    if (lane === LANE.urgent) await overtakeBulk(this.#parts.db, this.#parts.bounds.lateLandingMs);
    const group = await chooseGroup(this.#parts, lane, { ...options, mayCreate: () => this.#mayCreate() }, sendable);
    if (group === null) return NOTHING;
    if (group.onlyOptOuts) return this.#sendByCollections(lane, group, sendable);
    return isForBulk(lane, group, this.#parts.bounds)
      ? this.#sendByBulk(lane, group, sendable)
      : this.#sendByCollections(lane, group, sendable);
  }

  async takeOver(): Promise<number> {
    const { db, bounds, processId } = this.#parts;
    await sweepLateAnswers(db);
    const dead = await takeDeadClaims(db, {
      holder: processId,
      leaseMs: bounds.leaseMs,
      active: [...this.#active],
      claimsMax: TAKE_OVER_MAX,
    });
    for (const claim of dead) await this.#working(claim.claimId, () => this.#finishDead(claim));
    return dead.length;
  }

  async heal(options: HealOptions): Promise<Healed> {
    return heal(this.#parts, await this.#loadSendable(), options);
  }

  async releaseUnsent(): Promise<void> {
    const unsent = await unsentClaims(this.#parts.db, this.#parts.processId);
    for (const dead of unsent) {
      if (!this.#active.has(dead.claimId)) await this.#releaseAll(this.#keyOf(dead), false);
    }
  }

  async #loadSendable(): Promise<Sendable> {
    const map = await this.#parts.loadMap();
    if (this.#sendable?.version !== map.version) this.#sendable = sendableOf(map);
    return this.#sendable;
  }

  /** OUT24: without its external id a lead is not made, because it could not be made once. */
  async #mayCreate(): Promise<boolean> {
    return this.#gate.isOpen(async () => hasKeyField(await this.#parts.salesforce.describe('Lead')));
  }

  async #sendByCollections(lane: Lane, group: ChosenGroup, sendable: Sendable): Promise<SendOutcome> {
    const taken = await this.#parts.db.ownTransaction((tx) => takeRecords(tx, this.#parts, lane, group, sendable));
    return taken === null ? NOTHING : this.#working(taken.claim.claimId, () => this.#sendTaken(taken, sendable));
  }

  async #sendTaken({ claim, object, sendings }: Taken, sendable: Sendable): Promise<SendOutcome> {
    const { db, salesforce, bounds } = this.#parts;
    const empty = claim.isCreate ? sendings.filter((sending) => sending.missing.length > 0) : [];
    const asked = claim.isCreate ? sendings.filter((sending) => sending.wasLost && !empty.includes(sending)) : [];
    const found = await this.#lookUp(claim, asked).catch(async (error: unknown) => {
      await this.#releaseAll(claim, false);
      throw error;
    });
    const open = sendings.filter(
      (sending) => !empty.includes(sending) && !found.some((lead) => lead.personId === sending.personId),
    );
    const byEmail = claim.isCreate ? await this.#byEmail(claim, open) : NOBODY;
    const sent = open.filter(({ personId }) => !byEmail.verdicts.has(personId));
    const { replies, stoppedBy, calls } = await sendRecords(
      { salesforce, object, isCreate: claim.isCreate, renewLease: () => this.#renewLease(claim) },
      sent,
    );
    const replied = sent.flatMap((sending, at) => {
      const reply = replies[at];
      return reply === undefined ? [] : [decideReply(sending, reply, sendable[object], bounds)];
    });
    const described = await parkFieldsGone(salesforce, sendable[object], replied, bounds);
    const isTaken = (one: Decided): boolean => one.outcome.kind === 'look_up';
    const late = await this.#lookUp(
      claim,
      described.decided.filter(isTaken).map((one) => one.sending),
    ).catch(() => []);
    const settlements = [
      ...empty.map(emptyFieldSettlement),
      ...described.decided
        .filter((one) => !late.some((lead) => lead.personId === one.sending.personId))
        .map(settlementOf),
    ];
    const adopted = [...found, ...late];
    if (adopted.length > 0) await adoptFound(db, claim, adopted, { closes: false });
    await settle(db, claim, settlements, { closes: true });
    const outcome = this.#outcome(sendings.length, settlements, adopted);
    await this.#closeRun(claim, settlements, adopted, outcome, calls + described.calls + byEmail.calls);
    await this.#react(described.decided, described.isKeyGone, stoppedBy);
    return outcome;
  }

  /** ID7: those whose lead is not made now are settled, before any read can know of them. */
  async #byEmail(claim: ClaimKey, sendings: readonly Sending[]): Promise<ByEmail> {
    const { db, salesforce, bounds } = this.#parts;
    try {
      if (sendings.length === 0 || !(await this.#renewLease(claim))) return NOBODY;
      const found = await lookForEmails(db, salesforce, sendings);
      if (found.verdicts.size > 0) await settleByEmail(db, claim, found.verdicts, bounds.retryFromMs);
      return found;
    } catch (error) {
      await this.#releaseAll(claim, false);
      throw error;
    }
  }

  async #lookUp(claim: ClaimKey, sendings: readonly Sending[]): Promise<readonly FoundLead[]> {
    if (sendings.length === 0 || !(await this.#renewLease(claim))) return [];
    return lookUpLeads(this.#parts.db, this.#parts.salesforce, sendings);
  }

  #outcome(claimed: number, settlements: readonly Settlement[], adopted: readonly FoundLead[]): SendOutcome {
    const tally = { settled: adopted.length, retried: 0, parked: 0, released: 0 };
    for (const settlement of settlements) tally[tallyOf(settlement)] += 1;
    return { claimed, ...tally };
  }

  async #closeRun(
    claim: ClaimKey,
    settlements: readonly Settlement[],
    adopted: readonly FoundLead[],
    outcome: SendOutcome,
    calls: number,
  ): Promise<void> {
    if (claim.runId === null) return;
    const created = settlements.filter((settlement) => settlement.isCreated).length + adopted.length;
    await endRun(this.#parts.db, claim.runId, {
      created,
      updated: outcome.settled - created,
      failed: outcome.retried + outcome.parked,
      skipped: outcome.released,
      calls,
    });
  }

  /** What the answers mean for more than their records. */
  async #react(decided: readonly Decided[], isKeyGone: boolean, stoppedBy: Stopper | null): Promise<void> {
    if (isKeyGone) await this.#gate.close('external-id-missing', '');
    const storage = decided.find((one) => one.outcome.kind === 'pause_creates' && !isKeyGone);
    if (storage?.fault) await this.#gate.close(storage.fault.code, storage.fault.message);
    const pausing = decided.find((one) => one.outcome.kind === 'pause');
    if (stoppedBy) throw stoppedBy;
    if (pausing?.fault) throw new SalesforceError('api-disabled', { disposition: 'pause', word: pausing.fault.code });
    if (decided.some((one) => one.fault?.code === 'REQUEST_LIMIT_EXCEEDED')) {
      throw new SalesforceError(limitCode(this.#parts.salesforce.usage()), {
        disposition: 'retry',
        word: 'REQUEST_LIMIT_EXCEEDED',
      });
    }
    if (decided.some((one) => one.outcome.kind === 'bug'))
      this.#parts.log.error(
        { codes: decided.flatMap((one) => one.fault?.code ?? []) },
        'an answer that our requests cannot cause',
      );
  }

  async #sendByBulk(lane: Lane, group: ChosenGroup, sendable: Sendable): Promise<SendOutcome> {
    const object = objectOf(group);
    const claimed = await this.#parts.db.ownTransaction((tx) => takeBulk(tx, this.#parts, lane, group, sendable));
    if (claimed === null) return NOTHING;
    let total = NOTHING;
    if (claimed.beside) {
      const beside = claimed.beside;
      total = added(total, await this.#working(beside.claim.claimId, () => this.#sendTaken(beside, sendable)));
    }
    const { bulk } = claimed;
    if (bulk === null) return total;
    const tally = await this.#working(bulk.claim.claimId, () => this.#runBulk(bulk.claim, object, sendable, null));
    return added(total, { claimed: bulk.rows, ...tally });
  }

  async #runBulk(
    claim: ClaimKey,
    object: PersonObject,
    sendable: Sendable,
    dead: DeadClaim | null,
  ): Promise<Omit<SendOutcome, 'claimed'>> {
    const { db, salesforce, bounds, log } = this.#parts;
    const bulk = {
      db,
      salesforce,
      bounds,
      log,
      object: sendable[object],
      claim,
      renewLease: () => this.#renewLease(claim),
      wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    };
    const { calls, failure, ...tally } = await (dead?.jobId
      ? resumeBulk(bulk, dead.jobId, dead.jobState)
      : sendBulk(bulk));
    if (claim.runId !== null) {
      const counts = { updated: tally.settled, failed: tally.retried + tally.parked, skipped: tally.released, calls };
      await endRun(db, claim.runId, { created: 0, ...counts }, failure);
    }
    if (failure !== null) throw failure;
    return tally;
  }

  /** The run that its holder began is not ours to write. */
  #keyOf({ claimId, object, mode }: DeadClaim): ClaimKey {
    return keyOf(this.#parts, { claimId, object, isCreate: mode === 'create', runId: null });
  }

  /** What a dead holder left: a job is followed, a request without an answer is a lost one, and what was never sent is free. */
  async #finishDead(dead: DeadClaim): Promise<void> {
    const { log } = this.#parts;
    log.warn({ claimId: dead.claimId, mode: dead.mode, jobId: dead.jobId }, 'a claim was taken over');
    const object = PERSON_OBJECTS.find((name) => name === dead.object) ?? 'Lead';
    if (dead.jobId !== null) {
      await this.#runBulk(this.#keyOf(dead), object, await this.#loadSendable(), dead);
      return;
    }
    await this.#releaseAll(this.#keyOf(dead), dead.mode !== 'bulk' && dead.isBegun);
  }

  /** Every record of the claim at once; a bulk claim without a job may be large. */
  async #releaseAll(claim: ClaimKey, isLost: boolean): Promise<void> {
    for (;;) {
      const rows = await this.#parts.db.query<{ person_id: number }>(
        'select person_id from sync.outbox where claim_id = $1 order by person_id limit 2000',
        [claim.claimId],
      );
      const settlements = rows.map((row): Settlement => ({ ...FAILED, personId: row.person_id, isLost }));
      const isMine = await settle(this.#parts.db, claim, settlements, { closes: rows.length === 0 });
      if (!isMine || rows.length === 0) return;
    }
  }

  /** OUT12: before each request the lease is made long enough for it, as long as the claim is still ours. */
  async #renewLease({ claimId, holder }: ClaimKey): Promise<boolean> {
    return (
      (await this.#parts.db.run(
        `update sync.claim set leased_until = clock_timestamp() + $3 * interval '1 ms', began_at = coalesce(began_at, clock_timestamp())
          where claim_id = $1 and holder = $2`,
        [claimId, holder, this.#parts.bounds.leaseMs],
      )) === 1
    );
  }

  async #working<T>(claimId: number, work: () => Promise<T>): Promise<T> {
    this.#active.add(claimId);
    try {
      return await work();
    } finally {
      this.#active.delete(claimId);
    }
  }
}

const NOBODY: ByEmail = { verdicts: new Map(), calls: 0 };
const NOTHING: SendOutcome = { claimed: 0, settled: 0, retried: 0, parked: 0, released: 0 };
const added = (one: SendOutcome, other: SendOutcome): SendOutcome => ({
  claimed: one.claimed + other.claimed,
  settled: one.settled + other.settled,
  retried: one.retried + other.retried,
  parked: one.parked + other.parked,
  released: one.released + other.released,
});
