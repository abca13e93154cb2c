/**
 * Merge (N86, N87, ID22): people go into one that stays. Salesforce merges first, two losers a call; a lead goes into a contact by conversion.
 * Then their rows come home and the persons are folded as after any merge, and what was chosen of their values is an edit of the one that
 * stays. A person without a record is folded here alone. A call that may have been carried out is not repeated before Salesforce was asked in
 * which record each one ended.
 */
import type { MergePeople } from '@syncline/contract/actions';
import { Problem } from '../errors/errors.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import { readPersonFacts } from './action-store.ts';
import { convertInto } from './convert-into.ts';
import { readEnded, standingOf } from './ended-in.ts';
import { foldHere } from './fold-here.ts';
import { isMovedOn, judge } from './judge.ts';
import { type Answer, type Kind, type Next, type PersonFacts, refusal, refusedInPassing, type Target } from './kind.ts';
import { applyChosen, prepareChosen } from './merge-values.ts';

/** So often it is looked whether the two are one; then it is done all the same, and a poll makes them one. */
const LOOKS_MAX = 120;

export const mergePeople: Kind<MergePeople> = {
  // The losers of one call (A12).
  peopleMax: 2,
  check: async (wish, _people, { db, salesforce }) => {
    const winner = await readPersonFacts(db, wish.winnerId);
    if (!winner?.isHere) throw new Problem('person-not-found', { id: wish.winnerId });
    const losers = await Promise.all(wish.ids.map((id) => readPersonFacts(db, id)));
    if (losers.some((loser) => loser?.nowId === winner.nowId)) throw new Problem('merge-with-itself');
    const decided = losers.flatMap((loser) => (loser === null ? [] : [decide(loser, winner)]));
    for (const next of decided) if (next.do === 'refuse') throw new Problem(next.refusal.code, next.refusal.detail);
    if (decided.some((next) => next.do === 'send') && !(await salesforce.mayCallSoap()))
      throw new Problem('soap-refused');
  },
  prepare: prepareChosen,
  beside: ({ winnerId }) => winnerId,
  decide: (loser, { winnerId }, winner) =>
    winner?.isHere ? decide(loser, winner) : { do: 'refuse', refusal: refusal('person-not-found', { id: winnerId }) },
  close: async (tx, actionId, people, { winnerId }) => {
    const open = await foldHere(tx, people, winnerId);
    const closed = people.filter((id) => !open.has(id));
    await applyChosen(tx, actionId, closed, winnerId);
    return open;
  },
  send: async (people, wish, parts, winner) => {
    if (winner?.object == null || winner.sfId === null)
      return people.map(() => ({ is: 'refused', refusal: refusal('record-moved-on'), isReread: true }));
    const into = { object: winner.object, sfId: winner.sfId };
    const converting = people.filter(({ object }) => object !== into.object);
    const merging = people.filter(({ object }) => object === into.object);
    const answers = new Map([
      ...(converting.length === 0 ? [] : await convertInto(parts.salesforce, converting, into.sfId, wish)),
      ...(merging.length === 0 ? [] : await mergeInto(parts.salesforce, merging, into)),
    ]);
    return people.map(({ personId }) => answers.get(personId) ?? { is: 'later' });
  },
};

const hasRecord = ({ sfId, isDeletedThere }: PersonFacts): boolean => sfId !== null && !isDeletedThere;
const isHidden = ({ linkState }: PersonFacts): boolean => linkState === 'out_of_sight' || linkState === 'out_of_scope';

/** Pure. */
const decide = (loser: PersonFacts, winner: PersonFacts): Next => {
  const refuse = (...[code, detail]: Parameters<typeof refusal>): Next => ({
    do: 'refuse',
    refusal: refusal(code, detail),
  });
  if (loser.nowId === winner.nowId) return { do: 'close' };
  if (loser.nowId !== loser.personId) return refuse('record-moved-on');
  if (!loser.isHere) return refuse('person-not-found', { id: loser.personId });
  if (loser.step === 'linking') return loser.tries >= LOOKS_MAX ? { do: 'done' } : { do: 'wait' };
  if (loser.step === 'sending' && loser.sfId !== null) return { do: 'send' };
  const passing = refusedInPassing(loser) ?? refusedInPassing(winner);
  if (passing !== null) return { do: 'refuse', refusal: passing };
  if (!hasRecord(loser)) return foldAlone(loser);
  if (!hasRecord(winner)) return refuse('record-wins');
  if (loser.object === 'Contact' && winner.object === 'Lead') return refuse('contact-wins');
  return isHidden(loser) || isHidden(winner) ? refuse('record-out-of-sight') : { do: 'send' };
};

/** RACE4: a lead that is just being made is waited for. */
const foldAlone = ({ isBeingMade, parked }: PersonFacts): Next => {
  if (!isBeingMade) return { do: 'close' };
  if (parked === null) return { do: 'wait' };
  return { do: 'refuse', refusal: refusal('lead-not-made', { word: parked.word, message: parked.message }) };
};

interface Into {
  readonly object: 'Lead' | 'Contact';
  readonly sfId: string;
}
type Answers = readonly (readonly [number, Answer])[];

/** Who may have been merged by an earlier call is looked up first. */
const mergeInto = async (salesforce: Salesforce, people: readonly Target[], into: Into): Promise<Answers> => {
  const known = people.some(({ step }) => step === 'sending') ? await lookUp(salesforce, people, into) : [];
  const rest = people.filter(({ personId }) => !known.some(([id]) => id === personId));
  return rest.length === 0 ? known : [...known, ...(await mergeRest(salesforce, rest, into))];
};

/** A call is all or nothing: of two that are refused together, each is asked for alone. */
const mergeRest = async (salesforce: Salesforce, people: readonly Target[], into: Into): Promise<Answers> => {
  const loserIds = people.map(({ sfId }) => sfId);
  const answer = await salesforce.mergeRecords({ object: into.object, masterId: into.sfId, loserIds });
  if (answer.ok) return people.map(({ personId }) => [personId, linkingTo(into)]);
  const [person, ...others] = people;
  if (person === undefined) return [];
  if (others.length > 0)
    return [...(await mergeRest(salesforce, [person], into)), ...(await mergeRest(salesforce, others, into))];
  const [fault] = answer.faults;
  const known = isMovedOn(fault) ? await lookUp(salesforce, people, into) : [];
  return known.length > 0 ? known : [[person.personId, judge(fault)]];
};

/** Those who are no longer apart from the one that stays (RACE22). */
const lookUp = async (salesforce: Salesforce, people: readonly Target[], into: Into): Promise<Answers> => {
  const rows = await readEnded(salesforce, into.object, [into.sfId, ...people.map(({ sfId }) => sfId)]);
  return people.flatMap(({ personId, sfId }): Answers => {
    const standing = standingOf(rows, sfId, into.sfId);
    if (standing === 'apart') return [];
    if (standing === 'one') return [[personId, linkingTo(into)]];
    return [[personId, { is: 'refused', refusal: refusal('record-moved-on'), isReread: true }]];
  });
};

/** Both are read in one page, so that they become one on it. */
const linkingTo = (into: Into): Answer => ({ is: 'linking', made: null, reads: [into] });
