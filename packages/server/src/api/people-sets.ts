/** Sync person for everybody who matches a list (ACT3): a set, taken in slices, each a transaction of its own. */
import type { PeopleChoice, SyncMatchingOutcome } from '@syncline/contract/people';
import type { ProblemCode } from '@syncline/contract/problems';
import type { Database } from '../db/db.ts';
import type { Status } from '../status/status.ts';

/** A slice holds its people still for some ten milliseconds, in which nobody else may edit them. */
const SLICE_PEOPLE = 1_000;
/** As many as can be picked by hand go as urgently as they would one by one; a greater set goes in the normal lane, and delays nobody who is urgent. */
const URGENT_PEOPLE_MAX = 200;
/** Of those who are skipped so many are named; all are counted. */
const NAMED_MAX = 100;

const LANE = { urgent: 0, normal: 1 } as const;

interface Skipped {
  readonly personId: number;
  readonly code: ProblemCode;
}

/**
 * Each person is decided as they are when their slice is taken; a person who comes meanwhile with a greater id is taken too. Halfway, whoever was
 * asked for stays asked for; again asks nobody twice. Errors: `list-too-slow`, `field-unknown`, `filter-wrong`, `bad-request`.
 */
export const syncMatching = async (
  { db, status }: { readonly db: Database; readonly status: Status },
  choice: PeopleChoice,
): Promise<SyncMatchingOutcome> => {
  let asked = 0;
  const counts = new Map<ProblemCode, number>();
  const first: Skipped[] = [];
  for (let afterId = 0, isFirst = true; ; isFirst = false) {
    const ids = await status.matchingIds(choice, afterId, SLICE_PEOPLE);
    const isSmall = isFirst && ids.length <= URGENT_PEOPLE_MAX;
    const skipped = await askForLeads(db, ids, isSmall ? LANE.urgent : LANE.normal);
    asked += ids.length - skipped.length;
    for (const { code } of skipped) counts.set(code, (counts.get(code) ?? 0) + 1);
    first.push(...skipped.slice(0, NAMED_MAX - first.length));
    if (ids.length < SLICE_PEOPLE) break;
    afterId = ids.at(-1) ?? afterId;
  }
  const names = new Map(
    (await status.peopleNamed(first.map(({ personId }) => personId))).map((row) => [row.personId, row]),
  );
  return {
    asked,
    skipped: [...counts].map(([code, people]) => ({ code, people })),
    named: first.map(({ personId, code }) => ({ personId, code, name: names.get(personId)?.name ?? null })),
  };
};

/** What `marketing.sync_person` does to one, done to many; who is skipped, and why. */
const askForLeads = (db: Database, ids: readonly number[], lane: number): Promise<readonly Skipped[]> =>
  db.transaction(async (tx) => {
    const rows = await tx.query<{ id: number; code: ProblemCode }>(
      `with wanted as materialized (
         select p.id, p.salesforce_id, p.is_deleted from marketing.person p where p.id = any($1) order by p.id for no key update),
       asked as (
         insert into sync.outbox as x (person_id, create_lead, lane, due_at)
         select id, true, $2, now() from wanted where salesforce_id is null and not is_deleted order by id
         on conflict (person_id) do update
           set create_lead = true, lane = least(x.lane, excluded.lane), parked = '{}', lock_tries = 0, fault_tries = 0,
               due_at = case when x.claim_id is null then now() else x.due_at end
         returning person_id)
       select w.id, case when w.is_deleted then 'deleted-in-salesforce' else 'already-in-salesforce' end as code
         from wanted w where w.is_deleted or w.salesforce_id is not null
       union all
       select gone.id, 'person-not-found' from unnest($1::bigint[]) as gone (id) where gone.id not in (select id from wanted)
       order by id`,
      [ids, lane],
    );
    await tx.run(`select pg_notify('syncline_outbox', '')`);
    return rows.map(({ id, code }) => ({ personId: id, code }));
  });
