/** Sync person for everybody who matches a list (ACT3): a set, taken in slices, each a transaction of its own. */
import type { PeopleChoice, SyncMatchingOutcome } from '@syncline/contract/people';
import type { ProblemCode } from '@syncline/contract/problems';
import type { Database } from '../db/db.ts';
import type { Status } from '../status/status.ts';

/** A slice holds its people still for some ten milliseconds, in which nobody else may edit them. */
const SLICE_PEOPLE = 1_000;
/** As many as can be picked by hand go as urgently as they would one by one; a greater set goes in the normal lane, and delays nobody who is urgent. */
const URGENT_PEOPLE_MAX = 200;
/** So many of those who are skipped for one reason are named; all are counted. */
const NAMED_MAX = 50;

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
  const named: Skipped[] = [];
  for (let afterId = 0, isFirst = true; ; isFirst = false) {
    const ids = await status.matchingIds(choice, afterId, SLICE_PEOPLE);
    const isSmall = isFirst && ids.length <= URGENT_PEOPLE_MAX;
    const skipped = await askForLeads(db, ids, isSmall ? LANE.urgent : LANE.normal);
    asked += ids.length - skipped.length;
    for (const each of skipped) {
      const before = counts.get(each.code) ?? 0;
      if (before < NAMED_MAX) named.push(each);
      counts.set(each.code, before + 1);
    }
    if (ids.length < SLICE_PEOPLE) break;
    afterId = ids.at(-1) ?? afterId;
  }
  const people = new Map(
    (await status.peopleNamed(named.map(({ personId }) => personId))).map((row) => [row.personId, row]),
  );
  // The rarest reason first: most are skipped because there is nothing to do.
  const rareFirst = (one: ProblemCode, other: ProblemCode): number => (counts.get(one) ?? 0) - (counts.get(other) ?? 0);
  return {
    asked,
    skipped: [...counts].map(([code, n]) => ({ code, people: n })).sort((a, b) => rareFirst(a.code, b.code)),
    named: named
      .map(({ personId, code }) => ({ personId, code, name: people.get(personId)?.name ?? null }))
      .sort((a, b) => rareFirst(a.code, b.code)),
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
         select id, true, $2, now() from wanted where salesforce_id is null or is_deleted order by id
         on conflict (person_id) do update
           set create_lead = true, lane = least(x.lane, excluded.lane), parked = '{}', lock_tries = 0, fault_tries = 0,
               due_at = case when x.claim_id is null then now() else x.due_at end
         returning person_id)
       select w.id, 'already-in-salesforce' as code from wanted w where w.salesforce_id is not null and not w.is_deleted
       union all
       select gone.id, 'person-not-found' from unnest($1::bigint[]) as gone (id) where gone.id not in (select id from wanted)
       order by id`,
      [ids, lane],
    );
    await tx.run(`select pg_notify('syncline_outbox', '')`);
    return rows.map(({ id, code }) => ({ personId: id, code }));
  });
