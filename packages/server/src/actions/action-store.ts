/** Actions and their people, as they are written down. */
import { randomUUID } from 'node:crypto';
import type { Action, ActionStep, PersonAction } from '@syncline/contract/actions';
import { type ProblemCode, problemShape } from '@syncline/contract/problems';
import type { Database, Transaction } from '../db/db.ts';
import { Problem, readStoredProblem } from '../errors/errors.ts';
import { ACTION_CHANNEL, type Asked } from './actions.ts';
import type { Made, PersonFacts, RecordRead, Refusal } from './kind.ts';

/**
 * The same key with the same wish is the same action; with another wish it is refused. `people`: whom it is for, each once. `prepare` writes
 * down what belongs to them.
 */
export const insertAction = (
  db: Database,
  wish: PersonAction,
  people: readonly number[],
  { by, key }: Asked,
  prepare: (tx: Transaction, actionId: number) => Promise<void>,
): Promise<number> =>
  db.transaction(async (tx) => {
    const [made] = await tx.query<{ action_id: number }>(
      `insert into sync.action (kind, asked_by, request_key, wish) values ($1, $2, $3, $4)
           on conflict (asked_by, request_key) do nothing returning action_id`,
      [wish.kind, by, key ?? randomUUID(), JSON.stringify(wish)],
    );
    if (!made) return repeated(tx, wish, by, key ?? '');
    await tx.run(
      `insert into sync.action_person (action_id, person_id, place)
       select $1, person_id, place from unnest($2::bigint[]) with ordinality w (person_id, place)`,
      [made.action_id, people],
    );
    await prepare(tx, made.action_id);
    await tx.query('select pg_notify($1, $2)', [ACTION_CHANNEL, '']);
    return made.action_id;
  });

/** The action that this key stands for; null: it is a new one. Errors: `request-key-used`. */
export const findRepeated = async (db: Database, wish: PersonAction, { by, key }: Asked): Promise<number | null> => {
  if (key === null) return null;
  const [known] = await db.query('select from sync.action where asked_by = $1 and request_key = $2', [by, key]);
  return known ? repeated(db, wish, by, key) : null;
};

const repeated = async (
  tx: Pick<Transaction, 'query'>,
  wish: PersonAction,
  by: string,
  key: string,
): Promise<number> => {
  const [known] = await tx.query<{ action_id: number; same: boolean }>(
    'select action_id, wish = $3::jsonb as same from sync.action where asked_by = $1 and request_key = $2',
    [by, key, JSON.stringify(wish)],
  );
  if (!known?.same) throw new Problem('request-key-used');
  return known.action_id;
};

const PEOPLE_SHOWN = 200;

/** Without names: whose they are is known to the list of people. */
export const readAction = async (db: Database, actionId: number): Promise<Action> => {
  const [row] = await db.query<{
    kind: string;
    asked_by: string;
    asked_at: Date;
    is_ended: boolean;
    total: number;
    done: number;
    refused: number;
  }>(
    `select a.kind, a.asked_by, a.asked_at, a.ended_at is not null as is_ended, count(*)::int as total,
            (count(*) filter (where p.step = 'done'))::int as done, (count(*) filter (where p.step = 'refused'))::int as refused
       from sync.action a join sync.action_person p using (action_id) where a.action_id = $1 group by a.action_id`,
    [actionId],
  );
  if (!row) throw new Problem('action-not-found', { id: actionId });
  const refusals = await db.query<{ code: ProblemCode; people: number }>(
    `select problem ->> 'code' as code, count(*)::int as people from sync.action_person
      where action_id = $1 and step = 'refused' group by 1 order by 2, 1`,
    [actionId],
  );
  const people = await db.query<{ person_id: number; step: ActionStep; problem: unknown; made: Made | null }>(
    `select person_id, step, problem, made from sync.action_person where action_id = $1 order by step <> 'refused', place limit $2`,
    [actionId, PEOPLE_SHOWN],
  );
  const { kind, total, done, refused } = row;
  return {
    actionId,
    kind,
    askedBy: row.asked_by,
    askedAt: row.asked_at.toISOString(),
    isEnded: row.is_ended,
    total,
    done,
    refused,
    refusals: [...refusals],
    people: people.map(({ person_id: personId, step, problem, made }) => {
      const stored = readStoredProblem(problem);
      return { personId, name: null, step, problem: stored && problemShape(stored.code, stored.detail), made };
    }),
  };
};

export interface TakenAction {
  readonly actionId: number;
  readonly kind: string;
  readonly wish: unknown;
  /** How many people it is for. */
  readonly people: number;
}

const OPEN = `step not in ('done', 'refused')`;

/** The action that waited longest for its turn and has somebody due; leased, like a claim: whose holder is dead is taken over at once. */
export const takeAction = async (db: Database, holder: number, leaseMs: number): Promise<TakenAction | null> => {
  const [row] = await db.query<{ action_id: number; kind: string; wish: unknown; people: number }>(
    `with chosen as (
       select a.action_id from sync.action a
        where a.ended_at is null
          and (a.holder is null or a.leased_until < clock_timestamp()
               or not exists (
                 select from pg_locks l
                  where l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.classid = 7201 and l.objid = a.holder::oid
                    and l.database = (select d.oid from pg_database d where d.datname = current_database())))
          and exists (select from sync.action_person p where p.action_id = a.action_id and p.${OPEN} and p.due_at <= clock_timestamp())
        order by a.worked_at nulls first, a.action_id limit 1
        for update skip locked)
     update sync.action a set holder = $1, leased_until = clock_timestamp() + $2 * interval '1 ms', worked_at = clock_timestamp()
       from chosen where a.action_id = chosen.action_id
     returning a.action_id, a.kind, a.wish,
       (select count(*)::int from sync.action_person p where p.action_id = a.action_id) as people`,
    [holder, leaseMs],
  );
  return row ? { actionId: row.action_id, kind: row.kind, wish: row.wish, people: row.people } : null;
};

/** Gives it back; an action without open people has ended. */
export const leaveAction = async (db: Database, actionId: number, holder: number): Promise<void> => {
  await db.run(
    `update sync.action a
        set holder = null, leased_until = null,
            ended_at = case when not exists (select from sync.action_person p where p.action_id = a.action_id and p.${OPEN}) then clock_timestamp() end
      where a.action_id = $1 and a.holder = $2`,
    [actionId, holder],
  );
};

export const untilDueMs = async (db: Database): Promise<number | null> => {
  const [row] = await db.query<{ wait_ms: number | null }>(
    `select extract(epoch from min(p.due_at) - clock_timestamp()) * 1000 as wait_ms
       from sync.action a join sync.action_person p using (action_id) where a.ended_at is null and p.${OPEN}`,
  );
  return row?.wait_ms ?? null;
};

interface FactsRow {
  readonly person_id: number;
  readonly step: ActionStep;
  readonly tries: number;
  readonly is_here: boolean;
  readonly now_id: number;
  readonly object: 'Lead' | 'Contact' | null;
  readonly sf_id: string | null;
  readonly is_deleted: boolean;
  readonly link_state: string | null;
  readonly passing: 'moving' | 'unseen' | null;
  readonly is_asked: boolean;
  readonly is_being_made: boolean;
  readonly parked: string | null;
  readonly message: string | null;
  readonly fields: readonly string[] | null;
}

/** What is known of a person now; `a` has the `person_id`, `step` and `tries`. */
const FACTS = `
select a.person_id, a.step, a.tries, p.id is not null as is_here, coalesce(w.survivor_id, a.person_id) as now_id, p.salesforce_type as object, p.salesforce_id as sf_id,
       coalesce(p.is_deleted, false) as is_deleted, l.state as link_state,
       case when h.sf_id is not null then case when exists (select from sync.reread r where r.sf_id = h.heir_id) then 'moving' else 'unseen' end end as passing, coalesce(o.create_lead, false) as is_asked,
       coalesce(s.sf_id is null and (s.in_flight <> '{}' or s.unanswered <> '{}'), false) as is_being_made,
       case when o.create_lead then coalesce(o.parked ->> '*', (select min(value) from jsonb_each_text(o.parked))) end as parked,
       e.message, e.fields
  from a
  left join sync.person_redirect w on w.person_id = a.person_id
  left join marketing.person p on p.id = a.person_id
  left join sync.link l on l.sf_id = p.salesforce_id
  left join sync.heir h on h.sf_id = p.salesforce_id
  left join sync.outbox o on o.person_id = a.person_id
  left join sync.sent s on s.person_id = a.person_id
  left join lateral (
    select message, fields from sync.error e where e.person_id = a.person_id and e.resolved_at is null order by e.at desc limit 1) e on o.parked <> '{}'`;

/** The next people of an action that are due, with what is known of them now. */
export const readDuePeople = async (
  db: Database,
  actionId: number,
  peopleMax: number,
): Promise<readonly PersonFacts[]> => {
  const rows = await db.query<FactsRow>(
    `with a as materialized (
       select person_id, step, tries, due_at, place from sync.action_person
        where action_id = $1 and ${OPEN} and due_at <= clock_timestamp() order by due_at, place limit $2)
     ${FACTS} order by a.due_at, a.place`,
    [actionId, peopleMax],
  );
  return rows.map(factsOf);
};

/** What is known now of somebody who is none of an action's people, under the id that they have now. */
export const readPersonFacts = async (db: Database, personId: number): Promise<PersonFacts | null> => {
  const [row] = await db.query<FactsRow>(
    `with a as materialized (
       select coalesce((select survivor_id from sync.person_redirect where person_id = $1), $1::bigint) as person_id, 'waiting' as step, 0 as tries)
     ${FACTS}`,
    [personId],
  );
  return row ? factsOf(row) : null;
};

/** How many people there are of whom the same is known, before anything was done: one of each kind stands for them. */
export const countFacts = async (
  db: Database,
  ids: readonly number[],
): Promise<readonly { readonly person: PersonFacts; readonly people: number }[]> => {
  const rows = await db.query<FactsRow & { readonly people: number }>(
    `with a as materialized (select person_id, 'waiting' as step, 0 as tries from unnest($1::bigint[]) w (person_id)),
     known as (${FACTS})
     select min(person_id) as person_id, 'waiting' as step, 0 as tries, is_here, min(now_id) as now_id, object, min(sf_id) as sf_id, is_deleted,
            link_state, passing, is_asked, is_being_made, parked, count(*)::int as people
       from known
      group by is_here, now_id = person_id, object, sf_id is null, is_deleted, link_state, passing, is_asked, is_being_made, parked`,
    [ids],
  );
  return rows.map((row) => ({ person: factsOf({ ...row, message: null, fields: null }), people: row.people }));
};

const factsOf = (row: FactsRow): PersonFacts => ({
  personId: row.person_id,
  step: row.step,
  tries: row.tries,
  isHere: row.is_here,
  nowId: row.now_id,
  object: row.object,
  sfId: row.sf_id,
  isDeletedThere: row.is_deleted,
  linkState: row.link_state,
  passing: row.passing,
  isAsked: row.is_asked,
  isBeingMade: row.is_being_made,
  parked: row.parked === null ? null : { word: row.parked, message: row.message ?? '', fields: row.fields ?? [] },
});

/** Where a person goes next. What is left out stays as it is. */
export interface Move {
  readonly personId: number;
  readonly step: ActionStep;
  readonly object?: string;
  readonly sfId?: string;
  readonly waitMs?: number;
  readonly isTried?: boolean;
  readonly problem?: Refusal;
  readonly made?: Made;
}

/** False: somebody else has the action by now, and nothing was written. */
export const holdAction = async (tx: Transaction, actionId: number, holder: number): Promise<boolean> =>
  (await tx.run('select from sync.action where action_id = $1 and holder = $2 for update', [actionId, holder])) === 1;

export const movePeople = async (tx: Transaction, actionId: number, moves: readonly Move[]): Promise<void> => {
  if (moves.length === 0) return;
  await tx.run(
    `update sync.action_person a
        set step = m.step, object = coalesce(m.object, a.object), sf_id = coalesce(m."sfId", a.sf_id), problem = m.problem, made = coalesce(m.made, a.made),
            tries = case when m."isTried" then a.tries + 1 else a.tries end,
            due_at = clock_timestamp() + coalesce(m."waitMs", 0) * interval '1 ms'
       from jsonb_to_recordset($2::jsonb) as m (
              "personId" bigint, step text, object text, "sfId" text, "waitMs" float8, "isTried" boolean, problem jsonb, made jsonb)
      where a.action_id = $1 and a.person_id = m."personId" and a.${OPEN}`,
    [actionId, JSON.stringify(moves)],
  );
};

/** Records that are read by id at once, also while the sync is disabled (ACT1). `isIdentity`: after those that say whose it is. */
export const askReads = async (tx: Transaction, records: readonly RecordRead[]): Promise<void> => {
  if (records.length === 0) return;
  await tx.run(
    `insert into sync.reread as r (object, sf_id, reason, is_asked)
     select distinct on (object, "sfId") object, "sfId", case when "isIdentity" then 'identity' else 'action' end, true
       from jsonb_to_recordset($1::jsonb) as w (object text, "sfId" text, "isIdentity" boolean) order by 1, 2
         on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at), is_asked = true`,
    [JSON.stringify(records)],
  );
};
