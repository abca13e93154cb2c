/**
 * `GET /api/differences?object=&cursor=`, `POST /api/objects/:object/check`, `POST /api/objects/:object/repair`: whether both sides say the
 * same (SAFE3), and what is done where they do not (SAFE4).
 */
import { z } from 'zod';
import { ProblemShape } from './problems.ts';
import { listOf, SyncObjectName, Time } from './shared.ts';

export const SamenessState = z.enum(['equal', 'differ', 'checking', 'repairing', 'unknown']);
export type SamenessState = z.infer<typeof SamenessState>;

/** Of one object. `compared`, `waiting` and `young` are of the last whole check: records compared, and left out because an edit waits or they are too young. */
export const Sameness = z.object({
  state: SamenessState,
  checkedAt: Time.nullable(),
  /** When it was last found equal. */
  equalAt: Time.nullable(),
  differing: z.number().int(),
  compared: z.number().int(),
  waiting: z.number().int(),
  young: z.number().int(),
  /** Why the last check did not come to its end. */
  problem: ProblemShape.nullable(),
});
export type Sameness = z.infer<typeof Sameness>;

export const DIFFERENCE_KINDS = ['values', 'not_here', 'not_there'] as const;

/** `values`: the fields differ; `not_here`: Salesforce has a record that we lack; `not_there`: we have one that Salesforce does not show. */
export const DifferenceRow = z.object({
  object: SyncObjectName,
  salesforceId: z.string(),
  kind: z.enum(DIFFERENCE_KINDS),
  /** Of leads and contacts that are here. */
  personId: z.number().int().nullable(),
  name: z.string().nullable(),
  fields: z.array(z.object({ field: z.string(), label: z.string() })),
  foundAt: Time,
});
export type DifferenceRow = z.infer<typeof DifferenceRow>;

export const Differences = listOf(DifferenceRow);
export type Differences = z.infer<typeof Differences>;

export const DifferencesQuery = z.object({ object: SyncObjectName, cursor: z.string().max(500).optional() });
export type DifferencesQuery = z.infer<typeof DifferencesQuery>;

/** How many records are read again. */
export const Repaired = z.object({ asked: z.number().int() });
export type Repaired = z.infer<typeof Repaired>;
