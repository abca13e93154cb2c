/** Fields that Salesforce does not know, does not let the sync user write, or has as another type now (OUT24, OUT28, MAP6: describe, send without them). */
import { columnTypeOf } from '../mapping/compile-types.ts';
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
  if (!decided.some((one) => one.outcome.kind === 'describe' || isMistyped(one)))
    return { decided, isKeyGone: false, calls: 0 };
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
      if (isMistyped(one)) return parkRetyped(one, object, describe);
      if (one.outcome.kind !== 'describe') return one;
      if (isKeyGone) return { ...one, outcome: { kind: 'pause_creates' } };
      const columns = one.sending.columns.filter(isGone);
      if (columns.length > 0)
        return {
          ...one,
          outcome: { kind: 'parked', columns, isLost: false },
          fault: one.fault && { ...one.fault, fields: columns.flatMap((column) => object.nameOf(column) ?? []) },
        };
      const isAlone = !one.isWhole || one.sending.lockTries + 1 >= bounds.lockTries;
      return isAlone
        ? { ...one, outcome: { kind: 'parked', columns: null, isLost: false } }
        : { ...one, outcome: { kind: 'retry', tries: 'lock', isLost: false, waitMs: 0 } };
    }),
    isKeyGone,
    calls: 1,
  };
};

/** Of columns that a job sent, those that the org does not let anybody write now. None where it cannot be asked. */
export const columnsGone = async (
  salesforce: Pick<Salesforce, 'describe'>,
  object: SendableObject,
  columns: readonly string[],
): Promise<readonly string[]> => {
  const describe = await salesforce.describe(object.object).catch(() => null);
  if (describe === null) return [];
  const writable = new Set(describe.fields.filter((field) => field.updateable).map((field) => field.name));
  return columns.filter((column) => !writable.has(object.nameOf(column) ?? ''));
};

const RELEASED = { kind: 'released' } as const;

/** The text is no value of its field's type, and the refusal names no field. */
const isMistyped = ({ outcome, fault, sending }: Decided): boolean =>
  outcome.kind === 'parked' && outcome.columns === null && sending.sfId !== null && fault?.code === 'JSON_PARSER_ERROR';

/** OUT30: the fields that are of another type now wait, and the rest goes. Where none is, the record waits. */
const parkRetyped = (one: Decided, object: SendableObject, describe: ObjectDescribe): Decided => {
  const types = new Map(describe.fields.map((field) => [field.name, columnTypeOf(field)]));
  const retyped = object.columns.filter(
    ({ column, name, mirrorType }) => one.sending.columns.includes(column) && types.get(name) !== mirrorType,
  );
  if (retyped.length === 0 || one.fault === null) return one;
  return {
    ...one,
    outcome: { kind: 'parked', columns: retyped.map(({ column }) => column), isLost: false },
    fault: { ...one.fault, fields: retyped.map(({ name }) => name) },
  };
};
