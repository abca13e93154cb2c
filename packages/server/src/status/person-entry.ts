/** What stands between a person and Salesforce, and what became of Sync person: the person's entry in the outbox, read once for both. */
import type { Gate, SyncPersonOutcome } from '@syncline/contract/people';
import type { PersonGates } from '@syncline/contract/person-why';
import { problemShape } from '@syncline/contract/problems';
import type { Database } from '../db/db.ts';
import { Problem, readStoredProblem, type StoredProblem } from '../errors/errors.ts';
import { allGates, firstClosedGate, type GateFacts } from './gates.ts';

interface EntryRow {
  readonly create_lead: boolean | null;
  readonly is_claimed: boolean;
  readonly parked: string | null;
  readonly is_held: boolean;
  readonly tries: number;
  readonly due_at: Date | null;
  readonly place: number;
  readonly link_state: string | null;
  readonly ended_in: string | null;
  readonly message: string | null;
  readonly enabled: boolean | null;
  readonly paused: unknown;
}

/** The place in the queue is counted as far as 10,000: beyond that nobody reads it as a number. */
const ENTRY = `
select x.create_lead, x.claim_id is not null as is_claimed, coalesce(x.lock_tries + x.fault_tries, 0) as tries,
       coalesce(x.parked ->> '*', (select min(value) from jsonb_each_text(x.parked))) as parked,
       exists (select from sync.conflict k where k.person_id = $1 and k.winner is null) as is_held,
       case when isfinite(x.due_at) then x.due_at end as due_at,
       (select count(*) from (select from sync.outbox before
          where before.claim_id is null and before.parked = '{}' and before.due_at < 'infinity'
            and (before.lane, before.due_at) < (x.lane, x.due_at) limit 10000) as earlier) as place,
       coalesce((select l.state from sync.link l where l.person_id = $1 and l.state = 'live'),
                (select l.state from sync.link l where l.person_id = $1 and l.state <> 'live' order by l.since desc limit 1)) as link_state,
       (select h.heir_id from sync.heir h join marketing.person p on p.salesforce_id = h.sf_id where p.id = $1) as ended_in,
       (select e.message from sync.error e where e.person_id = $1 and e.resolved_at is null order by e.at desc limit 1) as message,
       c.enabled, c.paused
  from (select) as one
  left join sync.outbox x on x.person_id = $1
  left join sync.connection c on true`;

const readEntry = async (db: Database, personId: number): Promise<EntryRow | undefined> =>
  (await db.query<EntryRow>(ENTRY, [personId]))[0];

interface GatedPerson {
  readonly salesforce_id: string | null;
  readonly is_deleted: boolean;
}

const readGateFacts = async (db: Database, personId: number, core: GatedPerson): Promise<GateFacts> => {
  const row = await readEntry(db, personId);
  return {
    isInSalesforce: core.salesforce_id !== null,
    isDeleted: core.is_deleted,
    endedIn: row?.ended_in ?? null,
    linkState: row?.link_state ?? null,
    isEnabled: row?.enabled ?? true,
    paused: readStoredProblem(row?.paused),
    entry:
      row && row.create_lead !== null
        ? {
            isCreate: row.create_lead,
            isClaimed: row.is_claimed,
            isHeld: row.is_held,
            parkedCode: row.parked,
            parkedMessage: row.message,
            dueAt: row.due_at?.toISOString() ?? null,
            place: row.place,
          }
        : null,
  };
};

type Said = NonNullable<ReturnType<typeof firstClosedGate>>;

const detailOf = (said: Said | null): Omit<Gate, 'gate'> => ({
  place: said?.place ?? null,
  dueAt: said?.dueAt ?? null,
  code: said?.code ?? null,
  message: said?.message ?? null,
  problem: said?.paused ? shapeOf(said.paused) : null,
});

export const readGate = async (db: Database, personId: number, core: GatedPerson): Promise<Gate | null> => {
  const found = firstClosedGate(await readGateFacts(db, personId, core));
  return found && { gate: found.gate, ...detailOf(found) };
};

/** Errors: `person-not-found`. */
export const readGates = async (db: Database, personId: number): Promise<PersonGates> => {
  const [core] = await db.query<GatedPerson>('select salesforce_id, is_deleted from marketing.person where id = $1', [
    personId,
  ]);
  if (!core) throw new Problem('person-not-found', { id: personId });
  const gates = allGates(await readGateFacts(db, personId, core));
  return {
    isInSalesforce: core.salesforce_id !== null && !core.is_deleted,
    gates: gates.map(({ gate, state, said }) => ({ gate, state, ...detailOf(said) })),
    closed: gates.find(({ state }) => state === 'closed')?.gate ?? null,
  };
};

const shapeOf = (problem: StoredProblem): ReturnType<typeof problemShape> => problemShape(problem.code, problem.detail);

export const readSyncPersonOutcome = async (db: Database, personId: number): Promise<SyncPersonOutcome> => {
  const [person] = await db.query<{ salesforce_id: string | null }>(
    'select salesforce_id from marketing.person where id = $1',
    [personId],
  );
  if (!person) throw new Problem('person-not-found', { id: personId });
  const row = await readEntry(db, personId);
  const dueAt = row?.due_at?.toISOString() ?? null;
  const none = { salesforceId: person.salesforce_id, code: null, message: null, dueAt: null };
  if (!row?.create_lead) return { ...none, state: person.salesforce_id ? 'done' : 'none' };
  if (row.parked) return { ...none, state: 'parked', code: row.parked, message: row.message };
  if (row.is_claimed) return { ...none, state: 'sending' };
  return row.tries > 0
    ? { ...none, state: 'will_retry', code: null, message: row.message, dueAt }
    : { ...none, state: 'waiting', dueAt };
};
