/** What sends and reads cost, said before they are made: a range, from how they went when they were measured. Pure. */

/** Records of one REST request, from how many on a send goes by Bulk, and the calls of one bulk job (OUT16). */
const COLLECTION = 200;
const BULK_FROM = 2_000;
const BULK_CALLS = 8;
const BULK_RECORDS = 100_000;
/** Records a second: by REST, by Bulk, and compared here. */
const PACE = { rest: 150, bulk: 1_500, here: 3_000 } as const;

export interface SendPrice {
  readonly calls: number;
  readonly durationMs: { readonly low: number; readonly high: number };
}

/** `sent` records go there, `reads` are read by id, `here` people are compared or changed here. */
export const priceOf = (sent: number, reads: number, here: number): SendPrice => {
  const isBulk = sent >= BULK_FROM;
  const calls =
    (isBulk ? BULK_CALLS * Math.ceil(sent / BULK_RECORDS) : Math.ceil(sent / COLLECTION)) +
    Math.ceil(reads / COLLECTION);
  const seconds = sent / (isBulk ? PACE.bulk : PACE.rest) + reads / PACE.rest + here / PACE.here;
  return { calls, durationMs: { low: Math.round(seconds * 500), high: Math.round(seconds * 2_000) } };
};
