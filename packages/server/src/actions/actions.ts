/**
 * The door of actions: what somebody asks to be done with people, now, in Salesforce or on both sides (ACT).
 *
 * Promises: an action is written down whole before anything is done (ACT2); each person of it has a step and an outcome of its own (ACT1);
 * the step is written down before a request goes out and after its answer came in, so whoever takes the work of a dead process over
 * knows what may have happened, and every request is one that may be sent again or whose effect is looked up first; what may be
 * refused without asking Salesforce is refused without a request. Actions run while the sync is disabled, and rest while the
 * connection is paused.
 *
 *     waiting → sending → done            what is done to a record that is there
 *     waiting → syncing → sending → done  the lead is made first (ACT7); a refusal there ends the chain and is the cause shown
 *               sending → linking → done  what Salesforce made is read home (ACT9)
 *     any     → refused                   with a problem that says why, and nothing after it
 *
 * Each kind of action is one file with one shape (`Kind`): a pure decision from what is known of a person, and the requests. `run.ts` moves
 * people from step to step; `action-store.ts` has the tables.
 */
import type {
  Action,
  ActionCount,
  ConversionChoices,
  Owner,
  PersonAction,
  SetAction,
} from '@syncline/contract/actions';

/** Notified when an action was asked for. */
export const ACTION_CHANNEL = 'syncline_action';

export interface Asked {
  /** As it is written down beside what they did. */
  readonly by: string;
  /** null: the request is not repeated. */
  readonly key: string | null;
}

export interface Actions {
  /**
   * Writes the action down and returns its id. Errors: `request-key-used`, `set-empty`, `set-too-large`, those of the list that is meant as a whole,
   * and those of the kind's `check`, of which some ask Salesforce.
   */
  begin(wish: PersonAction, asked: Asked): Promise<number>;
  /** What it would do now, and to whom not. Errors: `set-too-large`, and those of the list that is meant as a whole. */
  count(wish: SetAction): Promise<ActionCount>;
  /** Errors: `action-not-found`. */
  action(actionId: number): Promise<Action>;
  /** Users and queues whose name begins with `q`. Errors: those of Salesforce, which is asked for the queues. */
  owners(q: string): Promise<readonly Owner[]>;
  /** What there is to choose for a conversion. Errors: `person-not-found`, `soap-refused`, and those of Salesforce. */
  conversion(personId: number): Promise<ConversionChoices>;
  /** Statuses that mean converted. Errors: `soap-refused`, and those of Salesforce. */
  convertedStatuses(): Promise<readonly string[]>;
  /**
   * One bounded turn of the action that has waited longest. False: nothing is due. A failure of the whole request leaves its people due
   * later, and is thrown.
   */
  workOnce(): Promise<boolean>;
  /** Until something is due, by the database's clock; null: nothing is open. */
  nextDueMs(): Promise<number | null>;
}
