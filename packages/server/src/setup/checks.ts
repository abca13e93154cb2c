/** The questions of steps 1 and 2, answered from what the org says now (SET1). Pure. */
import { type ProblemShape, problemShape } from '@syncline/contract/problems';
import type { SetupStep } from '@syncline/contract/setup';
import type { Problem } from '../errors/errors.ts';
import { EXTERNAL_ID_FIELD } from '../mapping/mapping.ts';
import type { Described } from './describes.ts';
import { countFound, fieldRows } from './field-rows.ts';

const EXTERNAL_ID_LENGTH = 32;
const KEYED_OBJECTS = ['Lead', 'Contact'] as const;

/** Objects on which the external id is not as creates need it (OUT21, OUT24): text of 32, unique, external id, writable. */
export const objectsWithoutExternalId = (described: readonly Described[]): readonly string[] =>
  KEYED_OBJECTS.filter((object) => {
    const describe = described.find((found) => found.object === object)?.describe;
    if (!describe) return false;
    const field = describe.fields.find(({ name }) => name === EXTERNAL_ID_FIELD);
    const fits =
      field !== undefined &&
      field.type === 'string' &&
      field.length >= EXTERNAL_ID_LENGTH &&
      field.unique &&
      field.externalId;
    return !fits || !field.createable || !field.updateable;
  });

/** Step 1. The external id alone is needed; the other fields count, and are in nobody's way. */
export const fieldsStep = (described: readonly Described[]): SetupStep => {
  const missing = objectsWithoutExternalId(described);
  const seen = (object: (typeof KEYED_OBJECTS)[number]) =>
    described.find((found) => found.object === object)?.describe ?? null;
  const isUnknown = KEYED_OBJECTS.some((object) => seen(object) === null);
  const rows = fieldRows({ seen: { Lead: seen('Lead'), Contact: seen('Contact') }, isSeenByAdmin: false, admin: null });
  return {
    step: 'fields',
    state: missing.length > 0 ? 'to_fix' : isUnknown ? 'cannot_tell' : 'done',
    ...countFound(rows),
    blockers: missing.map((object) => problemShape('external-id-missing', { object, field: EXTERNAL_ID_FIELD })),
  };
};

/** Step 2, as far as it is asked today: the six objects can be read, and of each the fields without which it cannot sync (N29). */
export const syncUserStep = (described: readonly Described[], missing: readonly string[]): SetupStep => {
  const readable = described.filter(({ describe }) => describe !== null);
  const hidden = missing
    .map((path) => ({ object: path.slice(0, path.indexOf('.')), field: path.slice(path.indexOf('.') + 1) }))
    .filter(({ object, field }) => field !== EXTERNAL_ID_FIELD && readable.some((found) => found.object === object));
  const blockers: ProblemShape[] = [
    ...described.flatMap(({ problem }) => (problem ? [shapeOf(problem)] : [])),
    ...hidden.map((place) => problemShape('field-hidden', place)),
  ];
  const complete = readable.filter(({ object }) => !hidden.some((place) => place.object === object));
  return {
    step: 'sync_user',
    state: blockers.length > 0 ? 'to_fix' : 'done',
    // Two questions an object: may it be read, and are its needed fields seen.
    found: readable.length + complete.length,
    wanted: described.length * 2,
    blockers,
  };
};

export const shapeOf = (problem: Problem): ProblemShape => problemShape(problem.code, problem.detail);

/** A step that nobody can ask: without a sign-in Salesforce says nothing. */
export const unknownStep = (step: SetupStep['step'], wanted: number, why: readonly ProblemShape[]): SetupStep => ({
  step,
  state: 'cannot_tell',
  found: 0,
  wanted,
  blockers: [...why],
});
