/** The list of Sync Fields: what would become columns, and what the admin dropped. Nothing is stored but the drops. */
import { createHash } from 'node:crypto';
import type { SyncField, SyncFields } from '@syncline/contract/setup';
import { Problem } from '../errors/errors.ts';
import { EXTERNAL_ID_FIELD } from '../mapping/mapping.ts';
import type { CandidateField } from '../mapping/plan-fields.ts';
import { shapeOf } from './checks.ts';
import type { Described } from './describes.ts';

export const pathOf = (field: { readonly object: string; readonly name: string }): string =>
  `${field.object}.${field.name}`;

/** Names a list of candidates: another field, type, length or column is another fingerprint. */
export const fingerprintOf = (fields: readonly CandidateField[]): string => {
  const lines = fields.map((field) =>
    [
      field.object,
      field.name,
      field.type,
      field.length,
      field.precision,
      field.scale,
      field.mirrorType,
      field.column,
      field.isNeeded,
      field.direction,
    ].join(' '),
  );
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
};

export interface SyncFieldsParts {
  readonly orgId: string;
  readonly orgName: string;
  readonly isConfirmed: boolean;
  readonly described: readonly Described[];
  readonly fields: readonly CandidateField[];
  readonly dropped: ReadonlySet<string>;
  /** Of `Lead.Fax` the share of a sample that has a value. */
  readonly shares: ReadonlyMap<string, number>;
}

export const syncFieldsOf = (parts: SyncFieldsParts): SyncFields => ({
  fingerprint: fingerprintOf(parts.fields),
  orgId: parts.orgId,
  orgName: parts.orgName,
  isConfirmed: parts.isConfirmed,
  objects: parts.described.map(({ object, describe, problem }) => ({
    object,
    label: describe?.label ?? object,
    problem: problem ? shapeOf(problem) : null,
  })),
  fields: parts.fields.map((field) => rowOf(field, parts)),
});

const rowOf = (field: CandidateField, { dropped, shares }: SyncFieldsParts): SyncField => ({
  object: field.object,
  apiName: field.name,
  label: field.label,
  salesforceType: field.type,
  column: field.column,
  columnType: field.mirrorType,
  filledShare: shares.get(pathOf(field)) ?? null,
  isNeeded: field.isNeeded,
  isCustom: field.isCustom,
  kept: field.isNeeded || !dropped.has(pathOf(field)),
});

/** The candidates without the dropped ones. Errors: `field-needed` where a needed one was dropped. */
export const keptFields = (
  fields: readonly CandidateField[],
  dropped: readonly string[],
): readonly CandidateField[] => {
  const names = new Set(dropped);
  const needed = fields.find((field) => field.isNeeded && names.has(pathOf(field)));
  if (needed) throw new Problem('field-needed', { field: pathOf(needed) });
  return fields.filter((field) => !names.has(pathOf(field)));
};

/** Refuses an org that is not as Confirm Credentials needs it. */
export const requireReady = (
  described: readonly Described[],
  missing: readonly string[],
  withoutKey: readonly string[],
): void => {
  for (const { problem } of described) if (problem) throw problem;
  const [object] = withoutKey;
  if (object) throw new Problem('external-id-missing', { object, field: EXTERNAL_ID_FIELD });
  const [path] = missing;
  if (path)
    throw new Problem('field-hidden', {
      object: path.slice(0, path.indexOf('.')),
      field: path.slice(path.indexOf('.') + 1),
    });
};
