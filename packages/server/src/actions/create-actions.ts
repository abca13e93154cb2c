/** Builds the actions. */
import { PersonAction, type SetAction } from '@syncline/contract/actions';
import type { PeopleChoice } from '@syncline/contract/people';
import type { Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import {
  findRepeated,
  insertAction,
  leaveAction,
  readAction,
  type TakenAction,
  takeAction,
  untilDueMs,
} from './action-store.ts';
import type { Actions } from './actions.ts';
import { changeOwner } from './change-owner.ts';
import { convertPeople, findConversionChoices, findConvertedStatuses } from './convert-people.ts';
import { deletePeople } from './delete-people.ts';
import type { KindParts, Next, PersonFacts } from './kind.ts';
import { mergePeople } from './merge-people.ts';
import { findOwners } from './owners.ts';
import { type RunParts, runPortion } from './run.ts';
import { syncPersons } from './sync-persons.ts';
import { countAction, findWhom } from './whom.ts';

export interface ActionsParts extends KindParts {
  /** This process in `sync.process`, whose advisory lock (7201, processId) it holds while it lives. */
  readonly processId: number;
  /** Ids of the people that a list shows, ascending, beyond `afterId`; fewer than `rowsMax` are the last. */
  readonly matchingIds: (choice: PeopleChoice, afterId: number, rowsMax: number) => Promise<readonly number[]>;
}

export const createActions = (parts: ActionsParts): Actions => {
  const { db, salesforce, bounds, processId, matchingIds } = parts;
  const run: RunParts = { db, salesforce, bounds, holder: processId };
  return {
    begin: async (wish, asked) => {
      const known = await findRepeated(db, wish, asked);
      if (known !== null) return known;
      const people = await findWhom(wish, matchingIds);
      if (people.length === 0) throw new Problem('set-empty');
      await check(wish, people.length, run);
      return insertAction(db, wish, people, asked, (tx, actionId) => prepare(tx, actionId, wish));
    },
    count: async (wish) => countAction(db, await findWhom(wish, matchingIds), deciderOf(wish)),
    action: (actionId) => readAction(db, actionId),
    owners: (q) => findOwners(db, salesforce, q),
    conversion: (personId) => findConversionChoices(db, salesforce, personId),
    convertedStatuses: () => findConvertedStatuses(salesforce),
    workOnce: async () => {
      const taken = await takeAction(db, processId, bounds.leaseMs);
      if (taken === null) return false;
      try {
        await work(run, taken);
      } finally {
        await leaveAction(db, taken.actionId, processId);
      }
      return true;
    },
    nextDueMs: () => untilDueMs(db),
  };
};

const check = (wish: PersonAction, people: number, run: RunParts): Promise<void> => {
  switch (wish.kind) {
    case 'change_owner':
      return changeOwner.check(wish, people, run);
    case 'sync':
      return syncPersons.check(wish, people, run);
    case 'delete':
      return deletePeople.check(wish, people, run);
    case 'convert':
      return convertPeople.check(wish, people, run);
    case 'merge':
      return mergePeople.check(wish, people, run);
  }
};

const deciderOf = (wish: SetAction): ((person: PersonFacts) => Next) => {
  switch (wish.kind) {
    case 'change_owner':
      return (person) => changeOwner.decide(person, wish, null);
    case 'sync':
      return (person) => syncPersons.decide(person, wish, null);
    case 'delete':
      return (person) => deletePeople.decide(person, wish, null);
    case 'convert':
      return (person) => convertPeople.decide(person, wish, null);
  }
};

const prepare = async (tx: Transaction, actionId: number, wish: PersonAction): Promise<void> => {
  if (wish.kind === 'merge') await mergePeople.prepare?.(tx, actionId, wish);
};

/** A wish that a newer version wrote is not understood: it waits for that version, and fails loudly here. */
const work = (run: RunParts, taken: TakenAction): Promise<void> => {
  const wish = PersonAction.parse(taken.wish);
  switch (wish.kind) {
    case 'change_owner':
      return runPortion(run, taken, changeOwner, wish);
    case 'sync':
      return runPortion(run, taken, syncPersons, wish);
    case 'delete':
      return runPortion(run, taken, deletePeople, wish);
    case 'convert':
      return runPortion(run, taken, convertPeople, wish);
    case 'merge':
      return runPortion(run, taken, mergePeople, wish);
  }
};
