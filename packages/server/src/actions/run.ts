/** Moves the people of one action a step on: decides, writes down, asks, writes down. */
import type { Transaction } from '../db/db.ts';
import { backoffMs } from '../lib/alarm.ts';
import { SalesforceError } from '../salesforce/salesforce.ts';
import {
  askReads,
  holdAction,
  type Move,
  movePeople,
  readDuePeople,
  readPersonFacts,
  type TakenAction,
} from './action-store.ts';
import { judge } from './judge.ts';
import {
  type Answer,
  type Kind,
  type KindParts,
  type Next,
  type PersonFacts,
  type RecordRead,
  refusal,
  type SendParts,
  type Target,
} from './kind.ts';
import { removePeople } from './remove-people.ts';

export interface RunParts extends KindParts {
  readonly holder: number;
}

/** While a lead is made, it is looked again this soon: of a person more, a moment later, or looking would be all that is done. */
const LOOK_MS = 250;
const LOOK_MS_A_PERSON = 1;

/** As many as a page of the list go as urgently as one would (ACT1); a greater set delays nobody who is urgent (ACT3). */
const URGENT_PEOPLE_MAX = 200;
const LANE = { urgent: 0, normal: 1 } as const;
const laneOf = ({ people }: TakenAction): number => (people > URGENT_PEOPLE_MAX ? LANE.normal : LANE.urgent);
const lookMsOf = ({ people }: TakenAction): number => Math.max(LOOK_MS, people * LOOK_MS_A_PERSON);

/** One portion of people. Throws what failed as a whole, after it was written down that they are due later. */
export const runPortion = async <Wish>(
  parts: RunParts,
  action: TakenAction,
  kind: Kind<Wish>,
  wish: Wish,
): Promise<void> => {
  const people = await readDuePeople(parts.db, action.actionId, kind.peopleMax);
  const beside = kind.beside ? await readPersonFacts(parts.db, kind.beside(wish)) : null;
  const decided = people.map((person) => ({ person, next: kind.decide(person, wish, beside) }));
  const targets = decided.flatMap(({ person, next }) => (next.do === 'send' && isTarget(person) ? [person] : []));
  const isOurs = await inHeld(parts, action, async (tx) => {
    await askForLeads(tx, idsTo('sync', decided), laneOf(action));
    const removed = await remove(tx, kind, wish, idsTo('remove', decided));
    const open = await close(tx, kind, action, wish, idsTo('close', decided));
    await movePeople(tx, action.actionId, [
      ...removed,
      ...decided
        .filter(({ next }) => next.do !== 'remove')
        .map(({ person, next }) => moveTo(person, open.has(person.personId) ? WAIT : next, lookMsOf(action))),
    ]);
  });
  if (!isOurs || targets.length === 0) return;
  const sending = { ...parts, actionId: action.actionId, lane: laneOf(action) };
  const { answers, failure } = await ask(sending, kind, wish, targets, beside);
  const answered = targets.map((person, at) => ({ person, answer: answers[at] }));
  await inHeld(parts, action, async (tx) => {
    const leaving = answered.filter(({ answer }) => answer?.is === 'remove').map(({ person }) => person.personId);
    const removed = await remove(tx, kind, wish, leaving);
    const left = new Set(removed.filter(({ step }) => step === 'done').map(({ personId }) => personId));
    await movePeople(tx, action.actionId, [
      ...removed,
      ...answered
        .filter(({ answer }) => answer?.is !== 'remove')
        .map(({ person, answer }) => moveAfter(person, answer, parts)),
    ]);
    await askReads(
      tx,
      answered.flatMap(({ person, answer }) => (left.has(person.personId) ? [] : readsAfter(person, answer))),
    );
  });
  if (failure !== null) throw failure;
};

/** False: somebody else works at the action by now, and nothing is written. */
const inHeld = (
  { db, holder }: RunParts,
  { actionId }: TakenAction,
  write: (tx: Transaction) => Promise<void>,
): Promise<boolean> =>
  db.transaction(async (tx) => {
    if (!(await holdAction(tx, actionId, holder))) return false;
    await write(tx);
    return true;
  });

const remove = async <Wish>(
  tx: Transaction,
  kind: Kind<Wish>,
  wish: Wish,
  ids: readonly number[],
): Promise<readonly Move[]> => {
  const removal = kind.removal?.(wish);
  return removal ? removePeople(tx, ids, removal) : [];
};

const close = async <Wish>(
  tx: Transaction,
  kind: Kind<Wish>,
  { actionId }: TakenAction,
  wish: Wish,
  ids: readonly number[],
): Promise<ReadonlySet<number>> => (ids.length === 0 || !kind.close ? new Set() : kind.close(tx, actionId, ids, wish));

const WAIT: Next = { do: 'wait' };

const isTarget = (person: PersonFacts): person is Target => person.sfId !== null && person.object !== null;

const idsTo = (what: Next['do'], decided: readonly { person: PersonFacts; next: Next }[]): readonly number[] =>
  decided.filter(({ next }) => next.do === what).map(({ person }) => person.personId);

/** ACT7: the lead is asked for in the transaction that says so, as `marketing.sync_person` asks for one. Asking twice makes one. */
const askForLeads = async (tx: Transaction, ids: readonly number[], lane: number): Promise<void> => {
  if (ids.length === 0) return;
  await tx.run(
    `with wanted as materialized (
       select id from marketing.person where id = any($1) and (salesforce_id is null or is_deleted) order by id for no key update)
     insert into sync.outbox as x (person_id, create_lead, lane, due_at) select id, true, $2, now() from wanted order by id
         on conflict (person_id) do update
        set create_lead = true, lane = least(x.lane, excluded.lane), parked = '{}', lock_tries = 0, fault_tries = 0,
            due_at = case when x.claim_id is null then now() else x.due_at end`,
    [ids, lane],
  );
  await tx.run(`select pg_notify('syncline_outbox', '')`);
};

const moveTo = (person: PersonFacts, next: Next, lookMs: number): Move => {
  const { personId } = person;
  switch (next.do) {
    case 'refuse':
      return { personId, step: 'refused', problem: next.refusal };
    case 'sync':
      return { personId, step: 'syncing', waitMs: lookMs };
    case 'wait':
      return { personId, step: person.step, waitMs: lookMs, isTried: person.step === 'linking' };
    case 'send':
      return { personId, step: 'sending', ...(isTarget(person) ? { object: person.object, sfId: person.sfId } : {}) };
    case 'remove':
    case 'close':
    case 'done':
      return { personId, step: 'done' };
  }
};

/** The answers of one request. One that failed as a whole has none, and says why. */
const ask = async <Wish>(
  parts: SendParts,
  kind: Kind<Wish>,
  wish: Wish,
  targets: readonly Target[],
  beside: PersonFacts | null,
): Promise<{ readonly answers: readonly (Answer | undefined)[]; readonly failure: unknown }> => {
  try {
    return { answers: await kind.send(targets, wish, parts, beside), failure: null };
  } catch (error) {
    // The whole request was refused for what it asks: each of its records is.
    if (error instanceof SalesforceError && error.code === 'salesforce-refused' && error.word !== null) {
      const fault = { code: error.word, message: String(error.detail['message'] ?? ''), fields: error.fields };
      return { answers: targets.map(() => judge(fault)), failure: null };
    }
    return { answers: [], failure: error };
  }
};

/** No answer is a try that may have been carried out; so many are shown as a failure. */
const moveAfter = ({ personId, tries }: PersonFacts, answer: Answer | undefined, { bounds }: RunParts): Move => {
  if (answer?.is === 'done') return { personId, step: 'done' };
  if (answer?.is === 'linking')
    return { personId, step: 'linking', waitMs: LOOK_MS, ...(answer.made === null ? {} : { made: answer.made }) };
  if (answer?.is === 'refused') return { personId, step: 'refused', problem: answer.refusal };
  if (answer?.is === 'held_back') return { personId, step: 'sending', waitMs: LOOK_MS };
  if (answer?.is === 'later' && tries + 1 >= bounds.faultTries)
    return { personId, step: 'refused', problem: refusal('salesforce-busy') };
  const waitMs = backoffMs(tries + 1, bounds.retryFromMs, bounds.retryToMs);
  return { personId, step: 'sending', waitMs, isTried: answer !== undefined };
};

/** Which records are read again: the one that was asked for, and what else was made or filled. */
const readsAfter = ({ object, sfId }: Target, answer: Answer | undefined): readonly RecordRead[] => {
  switch (answer?.is) {
    case 'done':
    case 'remove':
      return [{ object, sfId }];
    case 'linking':
      return [{ object, sfId }, ...answer.reads];
    case 'refused':
      return answer.isReread ? [{ object, sfId }] : [];
    case 'held_back':
    case 'later':
    case undefined:
      return [];
  }
};
