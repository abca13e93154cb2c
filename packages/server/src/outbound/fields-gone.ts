/** Fields that Salesforce does not know, or does not let the sync user write, any more (OUT24, OUT28: describe, send without what is gone). */
import { EXTERNAL_ID_FIELD } from '../mapping/mapping.ts';
import type { ObjectDescribe, Salesforce } from '../salesforce/salesforce.ts';
import type { Decided } from './answers.ts';
import type { TryBounds } from './outcomes.ts';
import type { SendableObject } from './sendable.ts';

/** Whether leads can be made safely: the external id is there, an external id, and ours to write. */
export const hasKeyField = (describe: ObjectDescribe): boolean =>
  describe.createable &&
  describe.fields.some(
    (field) => field.name === EXTERNAL_ID_FIELD && field.externalId && field.createable && field.updateable,
  );

export interface Described {
  readonly decided: readonly Decided[];
  readonly isKeyGone: boolean;
  readonly calls: number;
}

/** Turns each `describe` outcome into parked columns, where the describe shows which are gone; else into a retry of a smaller batch. */
export const parkFieldsGone = async (
  salesforce: Salesforce,
  object: SendableObject,
  decided: readonly Decided[],
  bounds: TryBounds,
): Promise<Described> => {
  if (!decided.some(({ outcome }) => outcome.kind === 'describe')) return { decided, isKeyGone: false, calls: 0 };
  const describe = await salesforce.describe(object.object).catch(() => null);
  // The records were refused and nothing of them was done: unasked, they are tried again.
  if (describe === null)
    return {
      decided: decided.map((one) => (one.outcome.kind === 'describe' ? { ...one, outcome: RELEASED } : one)),
      isKeyGone: false,
      calls: 1,
    };
  const isCreate = decided.some(({ sending }) => sending.sfId === null);
  const isKeyGone = isCreate && !hasKeyField(describe);
  const writable = new Set(
    describe.fields.filter((field) => (isCreate ? field.createable : field.updateable)).map((field) => field.name),
  );
  const isGone = (column: string): boolean => {
    const name = object.nameOf(column);
    return name === undefined || !writable.has(name);
  };
  return {
    decided: decided.map((one): Decided => {
      if (one.outcome.kind !== 'describe') return one;
      if (isKeyGone) return { ...one, outcome: { kind: 'pause_creates' } };
      const columns = one.sending.columns.filter(isGone);
      if (columns.length > 0) return { ...one, outcome: { kind: 'parked', columns, isLost: false } };
      const isAlone = !one.isWhole || one.sending.lockTries + 1 >= bounds.lockTries;
      return isAlone
        ? { ...one, outcome: { kind: 'parked', columns: null, isLost: false } }
        : { ...one, outcome: { kind: 'retry', tries: 'lock', isLost: false, waitMs: 0 } };
    }),
    isKeyGone,
    calls: 1,
  };
};

const RELEASED = { kind: 'released' } as const;
