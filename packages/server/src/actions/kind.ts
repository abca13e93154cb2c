/** The one shape of every kind of action. */

import type { ActionStep } from '@syncline/contract/actions';
import type { ProblemCode } from '@syncline/contract/problems';
import type { Database, Transaction } from '../db/db.ts';
import type { Detail } from '../errors/errors.ts';
import type { Bounds } from '../lib/bounds.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';

/** What is known of a person of an action. */
export interface PersonFacts {
  readonly personId: number;
  readonly step: ActionStep;
  readonly tries: number;
  /** There is such a person. */
  readonly isHere: boolean;
  /** Who the person is now: another one, of somebody who was folded (ID23). */
  readonly nowId: number;
  /** The record that the person is now. */
  readonly object: 'Lead' | 'Contact' | null;
  readonly sfId: string | null;
  readonly isDeletedThere: boolean;
  /** Of that record's link. */
  readonly linkState: string | null;
  /** Its record ended in another one, whose person it is not yet: `moving` as long as that one is about to be read, `unseen` where it cannot be. */
  readonly passing: 'moving' | 'unseen' | null;
  /** Its lead is asked for. */
  readonly isAsked: boolean;
  /** A request that makes its lead is under way or was not answered. */
  readonly isBeingMade: boolean;
  /** Why the lead that is asked for waits: a word of Salesforce or of ours; null: it does not. */
  readonly parked: { readonly word: string; readonly message: string; readonly fields: readonly string[] } | null;
}

export interface Refusal {
  readonly code: ProblemCode;
  readonly detail: Detail;
}
export const refusal = (code: ProblemCode, detail: Detail = {}): Refusal => ({ code, detail });

/** What is to be done next with a person. */
export type Next =
  | { readonly do: 'refuse'; readonly refusal: Refusal }
  /** Its lead is made first. */
  | { readonly do: 'sync' }
  | { readonly do: 'wait' }
  | { readonly do: 'send' }
  /** The person is deleted here. */
  | { readonly do: 'remove' }
  /** The person becomes another one here, which its record has done or has no part in; then it is done. */
  | { readonly do: 'close' }
  | { readonly do: 'done' };

export interface Made {
  readonly accountId: string;
  readonly contactId: string;
  readonly opportunityId: string | null;
}

/** `isIdentity`: read after those that say whose it is. */
export interface RecordRead {
  readonly object: string;
  readonly sfId: string;
  readonly isIdentity?: boolean;
}

/** What became of a request for one person. */
export type Answer =
  | { readonly is: 'done' }
  /** What it did is read home before it is done: these records, after the one that was asked for. */
  | { readonly is: 'linking'; readonly made: Made | null; readonly reads: readonly RecordRead[] }
  /** And the person is deleted here. */
  | { readonly is: 'remove' }
  | { readonly is: 'refused'; readonly refusal: Refusal; readonly isReread: boolean }
  /** Nobody judged it, or it may be carried out yet: it is sent again. */
  | { readonly is: 'later' }
  /** It was not sent: what is sent for another person is awaited. */
  | { readonly is: 'held_back' };

export interface KindParts {
  readonly db: Database;
  readonly salesforce: Salesforce;
  readonly bounds: Bounds;
}

/** Of the action whose people are asked for. */
export interface SendParts extends KindParts {
  readonly actionId: number;
  /** Of what its people wait to be sent with. */
  readonly lane: number;
}

/** A person with a record. */
export interface Target extends PersonFacts {
  readonly object: 'Lead' | 'Contact';
  readonly sfId: string;
}

export interface Kind<Wish> {
  /** People of one request. */
  readonly peopleMax: number;
  /** Before anything is written down, with how many people it is for; throws a `Problem`. */
  check(wish: Wish, people: number, parts: KindParts): Promise<void>;
  /** What is written down beside its people, in the transaction that writes them down. Throws a `Problem`. */
  prepare?(tx: Transaction, actionId: number, wish: Wish): Promise<void>;
  /** Somebody beside its people, of whom it needs to know. */
  beside?(wish: Wish): number;
  /** Pure. */
  decide(person: PersonFacts, wish: Wish, beside: PersonFacts | null): Next;
  /** How people are deleted here, of a kind that does that. */
  removal?(wish: Wish): { readonly waitsForCreate: boolean; readonly forgets: boolean };
  /** In the transaction that says that they are done; returns whom that was not possible for just now. */
  close?(tx: Transaction, actionId: number, people: readonly number[], wish: Wish): Promise<ReadonlySet<number>>;
  /** An answer a person, in order. Throws where the whole request failed. */
  send(people: readonly Target[], wish: Wish, parts: SendParts, beside: PersonFacts | null): Promise<readonly Answer[]>;
}

/**
 * Whether the person's record can be asked for something, and else what is to be done about that: no record, or one that was deleted there,
 * means that a lead is made first (ACT7, ID18). null: it can. Pure.
 */
export const withoutRecord = (person: PersonFacts): Next | null => {
  if (!person.isHere) return { do: 'refuse', refusal: refusal('person-not-found', { id: person.personId }) };
  const passing = refusedInPassing(person);
  if (passing !== null) return { do: 'refuse', refusal: passing };
  if (person.sfId === null || person.isDeletedThere) return syncFirst(person);
  if (person.linkState === 'out_of_sight' || person.linkState === 'out_of_scope')
    return { do: 'refuse', refusal: refusal('record-out-of-sight') };
  return null;
};

/** A person whose record ended in another one is that one's: nothing is done with the one that ended, and no lead is made beside it. */
export const refusedInPassing = ({ passing }: PersonFacts): Refusal | null =>
  passing === null ? null : refusal(passing === 'moving' ? 'record-moved-on' : 'record-out-of-sight');

const syncFirst = ({ step, isAsked, parked }: PersonFacts): Next => {
  if (step !== 'syncing') return { do: 'sync' };
  if (parked === null) return isAsked ? { do: 'wait' } : { do: 'sync' };
  if (parked.word === 'field-empty')
    return { do: 'refuse', refusal: refusal('field-empty', { field: parked.fields.join(', ') }) };
  return { do: 'refuse', refusal: refusal('lead-not-made', { word: parked.word, message: parked.message }) };
};
