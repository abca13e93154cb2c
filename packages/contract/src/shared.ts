/** Shapes that several topics share. Times are ISO 8601 in UTC, `2026-05-04T14:03:10.000Z`. */
import { z } from 'zod';

export const Time = z.iso.datetime();

export const SYNC_OBJECT_NAMES = [
  'User',
  'Account',
  'Lead',
  'Contact',
  'Opportunity',
  'OpportunityContactRole',
] as const;
export const SyncObjectName = z.enum(SYNC_OBJECT_NAMES);
export type SyncObjectName = z.infer<typeof SyncObjectName>;

/** A page of a list. `nextCursor` is opaque; null on the last page. `total` counts all rows that match. */
export const listOf = <Row extends z.ZodType>(row: Row) =>
  z.object({
    rows: z.array(row),
    nextCursor: z.string().nullable(),
    total: z.number().int(),
    totalIsExact: z.boolean(),
  });

export interface List<Row> {
  readonly rows: readonly Row[];
  readonly nextCursor: string | null;
  readonly total: number;
  readonly totalIsExact: boolean;
}

/** A range in which the truth most likely lies; both ends in milliseconds. */
export const RangeMs = z.object({ low: z.number(), high: z.number() });
export type RangeMs = z.infer<typeof RangeMs>;

/** A value of a field. Numbers and times travel as text, exactly as the database writes them. */
export const FieldValue = z.union([z.string(), z.boolean(), z.null()]);
export type FieldValue = z.infer<typeof FieldValue>;

export const Done = z.object({ done: z.literal(true) });
