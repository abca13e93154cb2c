/**
 * The door of undo: what a run or an edit changed in people goes back to its value before (SAFE6).
 *
 * Promises: each field goes back as an ordinary edit, by the triggers of people, so that it is sent, held, braked and undone like any other. A
 * field that changed since, here or there, stays and is listed, and so does one that may not be edited here, whose record is gone, or that
 * would loosen an opt-out: an undo never does. `look` says all of it beforehand by the statement that decides it later, and writes nothing. An
 * undo is written down whole before its first person; then sets of people are decided, each in one transaction, by whichever process
 * has a turn, so that a process that dies leaves the rest to the next one, and two never put the same person back twice. The same request key is
 * the same undo, and one target is put back by one undo at a time. The journal says what went back, by which undo, and who asked.
 *
 * People who were made, deleted, converted or merged stay so: identity is Salesforce's. Whoever was folded since is followed to who they are now.
 */
import type { Undo, UndoLook, UndoTarget } from '@syncline/contract/undo';

/** Notified when an undo is begun. */
export const UNDO_CHANNEL = 'syncline_undo';

export interface UndoAsked {
  /** A user's or a program's name. */
  readonly by: string;
  /** Idempotency-Key of the request; null: the request cannot be told from another one. */
  readonly key: string | null;
  /** How many people it changes, as whoever asks was told; null: they did not say. */
  readonly people: number | null;
  /** Somebody looks: one person's edit goes back in the urgent lane. What puts back more is normal, and the brake counts it (SAFE1). */
  readonly isLookedAt: boolean;
}

export interface Undos {
  /** Errors: `not-found`, `undo-not-found`, `undo-nothing`, `undo-too-soon`. */
  look(target: UndoTarget): Promise<UndoLook>;
  /** Writes the undo down and returns its id. Errors: those of `look`, `undo-count-wrong`, `request-key-used`. */
  begin(target: UndoTarget, asked: UndoAsked): Promise<number>;
  /** Errors: `undo-not-found`. */
  undo(undoId: number): Promise<Undo>;
  /** Decides one set of people of the undo whose turn it is; false: there is none open. */
  workOnce(): Promise<boolean>;
}
