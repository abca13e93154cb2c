/**
 * What a run or an edit changed, put back (SAFE6): `GET /api/undos/look`, `POST /api/undos`, `GET /api/undos/:id`, `GET /api/undos/:id/stays`.
 *
 * Each field goes back to its value before as an ordinary edit, which is sent, braked and undone like any other. A field that changed since, or
 * may not be edited here, stays and is listed. A request may carry `Idempotency-Key`; one target is put back by one undo at a time.
 */
import { z } from 'zod';
import { FieldValue, listOf, Time } from './shared.ts';

/**
 * `run`: by its id. `edit`: a line of a person's journal, for that person. `mass_edit`: what the same statement edited in everybody, by the line of
 * one of them. `undo`: an undo that has ended.
 */
export const UNDO_KINDS = ['run', 'edit', 'mass_edit', 'undo'] as const;
export const UndoKind = z.enum(UNDO_KINDS);
export type UndoKind = z.infer<typeof UndoKind>;

const Id = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);
/** `personId`: whose line it is, where `kind` is `edit` or `mass_edit`. */
export const UndoTarget = z.object({ kind: UndoKind, id: Id, personId: Id.optional() });
export type UndoTarget = z.infer<typeof UndoTarget>;
export const UndoLookQuery = z.object({
  kind: UndoKind,
  id: z.coerce.number().pipe(Id),
  personId: z.coerce.number().pipe(Id).optional(),
});
export type UndoLookQuery = z.infer<typeof UndoLookQuery>;

/** From this many people on, their number must be said. */
export const UNDO_COUNTED_FROM = 51;

/** `people`: how many people it changes, as a look said it. */
export const UndoWish = UndoTarget.extend({ people: z.number().int().nonnegative().optional() });
export type UndoWish = z.infer<typeof UndoWish>;

/**
 * Why a field stays as it is. `changed`: somebody, here or there, changed it since. `held`: both sides changed it and somebody is asked. `opt_out`: it
 * would loosen an opt-out, which an undo never does. `read_only`: it comes from Salesforce alone, or is not synced any more. `of_company`: it is the
 * company's by now. `deleted`: the record was deleted in Salesforce. `misfit`: the column holds another type by now. `refused`: a constraint or trigger of
 * the database's owner does not let the value in.
 */
export const UNDO_STAYS = [
  'changed',
  'held',
  'opt_out',
  'read_only',
  'of_company',
  'deleted',
  'misfit',
  'refused',
] as const;
export const UndoStay = z.enum(UNDO_STAYS);
export type UndoStay = z.infer<typeof UndoStay>;

const Sample = z.object({
  personId: z.number().int(),
  personName: z.string().nullable(),
  field: z.string(),
  label: z.string(),
  /** As it is now, and as it would be. */
  now: FieldValue,
  back: FieldValue,
});

/** What an undo would do now; 20 samples of what goes back and of what stays at most. */
export const UndoLook = z.object({
  /** People of whom something goes back. */
  people: z.number().int(),
  fields: z.array(z.object({ object: z.string(), field: z.string(), label: z.string(), people: z.number().int() })),
  samples: z.array(Sample),
  stays: z.array(z.object({ why: UndoStay, fields: z.number().int(), people: z.number().int() })),
  staysSamples: z.array(Sample.extend({ why: UndoStay })),
  /** People of whom something would go back and who were deleted here since. */
  gone: z.number().int(),
  /** People that the run made; they stay. */
  made: z.number().int(),
  /** What follows in Salesforce: records, calls of the API and the time that takes. */
  there: z.object({
    records: z.number().int(),
    calls: z.number().int(),
    durationMs: z.object({ low: z.number().int(), high: z.number().int() }),
  }),
  /** Objects that the brake stops: how many records go before an administrator is asked. */
  brakes: z.array(z.object({ object: z.string(), records: z.number().int(), left: z.number().int() })),
  /** Of one person's edit: how many people the same statement edited, this one with them; null: it edited nobody else, or nobody knows. */
  massPeople: z.number().int().nullable(),
});
export type UndoLook = z.infer<typeof UndoLook>;

export const Undo = z.object({
  undoId: z.number().int(),
  kind: UndoKind,
  /** The run, the line of the journal, or the undo that is put back. */
  target: z.number().int(),
  askedBy: z.string(),
  askedAt: Time,
  isEnded: z.boolean(),
  /** Of whom something was to be put back, how many of them were decided, and of how many something went back. */
  people: z.number().int(),
  decided: z.number().int(),
  changed: z.number().int(),
  stays: z.array(z.object({ why: UndoStay, fields: z.number().int(), people: z.number().int() })),
  gone: z.number().int(),
});
export type Undo = z.infer<typeof Undo>;

/** What stayed, person after person: what the field holds now, and what it would have gone back to. */
export const UndoStays = listOf(Sample.extend({ why: UndoStay }));
export type UndoStays = z.infer<typeof UndoStays>;
export const UndoStaysQuery = z.object({ cursor: z.string().max(500).optional() });
export type UndoStaysQuery = z.infer<typeof UndoStaysQuery>;
