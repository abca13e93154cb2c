/**
 * Creates whose earlier answer was lost, or whose external id is taken: Salesforce is asked what became of them before anything is sent again
 * (OUT23, OUT25), deleted and merged records included.
 */
import type { Database, Transaction } from '../db/db.ts';
import { EXTERNAL_ID_FIELD } from '../mapping/mapping.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import { isOneOf, select } from '../salesforce/soql.ts';
import { FAILED } from './answers.ts';
import type { Sending } from './fill.ts';
import { type ClaimKey, closeClaim, holdClaim, type Settlement, settleHeld } from './settle.ts';

/** What a lead that carries our external id is now. */
export interface FoundLead {
  readonly personId: number;
  readonly leadId: string;
  readonly state: 'live' | 'deleted' | 'merged' | 'converted';
  /** The record that lives on, of a merge or a conversion; null where Salesforce names none. */
  readonly heir: { readonly object: 'Lead' | 'Contact'; readonly id: string } | null;
}

interface LeadRow {
  readonly Id: string;
  readonly IsDeleted: boolean;
  readonly MasterRecordId: string | null;
  readonly IsConverted: boolean;
  readonly ConvertedContactId: string | null;
  readonly [EXTERNAL_ID_FIELD]: string;
}

/** Leads that `sync.link` knows as ended are no answer: they are what the person was before. */
export const lookUpLeads = async (
  db: Database,
  salesforce: Salesforce,
  sendings: readonly Sending[],
): Promise<readonly FoundLead[]> => {
  if (sendings.length === 0) return [];
  const soql = select({
    fields: ['Id', 'IsDeleted', 'MasterRecordId', 'IsConverted', 'ConvertedContactId', EXTERNAL_ID_FIELD],
    from: 'Lead',
    where: isOneOf(
      EXTERNAL_ID_FIELD,
      sendings.map((sending) => sending.externalId),
    ),
  });
  const rows = await salesforce.records<LeadRow>(soql, { all: true });
  const ended = await db.query<{ sf_id: string }>(
    `select sf_id from sync.link where sf_id = any($1) and state <> 'live'`,
    [rows.map((row) => row.Id)],
  );
  const known = new Set(ended.map((row) => row.sf_id));
  return sendings.flatMap((sending) => {
    const found = rows
      .filter((row) => row[EXTERNAL_ID_FIELD] === sending.externalId && !known.has(row.Id))
      .map((row) => foundLead(sending.personId, row));
    return found.find((lead) => lead.state === 'live') ?? found[0] ?? [];
  });
};

const foundLead = (personId: number, row: LeadRow): FoundLead => {
  const found = { personId, leadId: row.Id };
  if (row.MasterRecordId !== null)
    return { ...found, state: 'merged', heir: { object: 'Lead', id: row.MasterRecordId } };
  if (row.IsDeleted) return { ...found, state: 'deleted', heir: null };
  if (!row.IsConverted) return { ...found, state: 'live', heir: null };
  return {
    ...found,
    state: 'converted',
    heir: row.ConvertedContactId === null ? null : { object: 'Contact', id: row.ConvertedContactId },
  };
};

/**
 * Links the persons to what was found. Live: the record, whose edits follow as an update. Gone with an heir: the person was that lead, and becomes or is
 * folded into the heir's person when that is read (RACE20). Gone without: deleted in Salesforce. No second lead in any case.
 */
export const adoptFound = (
  db: Database,
  claim: ClaimKey,
  found: readonly FoundLead[],
  options: { readonly closes: boolean },
): Promise<boolean> =>
  db.ownTransaction(async (tx) => {
    if (!(await holdClaim(tx, claim))) return false;
    await tx.run('select from marketing.person where id = any($1) order by id for no key update', [
      found.map((lead) => lead.personId),
    ]);
    await endLost(tx, claim, found);
    await settleHeld(tx, { ...claim, isCreate: true }, found.map(linkedSettlement));
    await tx.run(WAIT_FOR_HEIR, [found.filter((lead) => lead.heir !== null).map((lead) => lead.personId)]);
    if (options.closes) await closeClaim(tx, claim);
    return true;
  });

const linkedSettlement = ({ personId, leadId, state }: FoundLead): Settlement => ({
  ...FAILED,
  personId,
  what: 'linked',
  sfId: state === 'live' ? leadId : null,
  isReread: state === 'live',
});

const WAIT_FOR_HEIR = `update sync.outbox set due_at = 'infinity' where person_id = any($1) and claim_id is null`;

/** Links of leads that are not live, their heirs, and the entries of persons whom nobody in Salesforce is any more (ID16). */
const endLost = async (tx: Transaction, { claimId, runId }: ClaimKey, found: readonly FoundLead[]): Promise<void> => {
  const gone = found.filter((lead) => lead.state !== 'live');
  if (gone.length === 0) return;
  const json = JSON.stringify(
    gone.map(({ personId, leadId, state, heir }) => ({
      personId,
      leadId,
      state,
      object: heir?.object ?? null,
      heir: heir?.id ?? null,
    })),
  );
  const rows = `gone as (select * from jsonb_to_recordset($1::jsonb) as g ("personId" bigint, "leadId" text, state text, object text, heir text))`;
  await tx.run(
    `with ${rows}
     insert into sync.link (sf_id, object, person_id, state, ended_at) select "leadId", 'Lead', "personId", state, now() from gone
     on conflict do nothing`,
    [json],
  );
  await tx.run(
    `with ${rows}
     insert into sync.heir (sf_id, object, heir_id, heir_object, reason, passed_at, asked_id)
     select "leadId", 'Lead', heir, object, case state when 'merged' then 'merge' else 'conversion' end, now(), heir from gone where heir is not null order by "leadId"
     on conflict do nothing`,
    [json],
  );
  await tx.run(
    `with ${rows}
     insert into sync.reread as x (object, sf_id, reason) select distinct object, heir, 'heir' from gone where heir is not null order by 1, 2
     on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(x.due_at, excluded.due_at)`,
    [json],
  );
  await tx.run(
    `with ${rows}
     update marketing.person p set salesforce_id = g."leadId", salesforce_type = 'Lead', is_deleted = g.state = 'merged'
       from gone g where p.id = g."personId" and g.heir is not null`,
    [json],
  );
  await tx.run(
    `with ${rows},
     orphan as (
       select g.* from gone g where g.heir is null),
     note as (
       insert into sync.journal (object, row_id, sf_id, cause, run_id) select 'Lead', "personId", "leadId", 'deleted', $3 from orphan),
     entry as (
       delete from sync.outbox o using orphan where o.person_id = orphan."personId" and o.claim_id = $2),
     sent as (
       delete from sync.sent s using orphan where s.person_id = orphan."personId" and s.claim_id = $2)
     update marketing.person p set salesforce_id = orphan."leadId", salesforce_type = 'Lead', is_deleted = true
       from orphan where p.id = orphan."personId"`,
    [json, claimId, runId],
  );
};
