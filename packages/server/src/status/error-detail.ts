/** One refused record: what would be sent, beside what Salesforce has. */
import type { Duplicate, ErrorDetail, ErrorRow } from '@syncline/contract/errors';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { type ErrorFacts, errorOf } from './error-lists.ts';
import { readPerson } from './person-page.ts';

const FACTS = `
select e.error_id, e.at, e.level, e.object, e.person_id, e.sf_id, e.code, e.fields, e.message, e.disposition, e.resolved_at,
       coalesce(x.lock_tries + x.fault_tries, 0) as attempts, coalesce(x.parked, '{}') <> '{}' as is_parked,
       case when isfinite(x.due_at) then x.due_at end as due_at, array(select jsonb_object_keys(x.edits)) as edited, e.duplicate, e.value
  from sync.error e left join sync.outbox x on x.person_id = e.person_id
 where e.error_id = $1`;

interface DetailFacts extends Omit<ErrorFacts, 'person_name'> {
  readonly attempts: number;
  readonly is_parked: boolean;
  readonly due_at: Date | null;
  readonly edited: readonly string[];
  readonly duplicate: StoredDuplicate | null;
  readonly value: string | null;
}

/** As the sender wrote it down. */
interface StoredDuplicate {
  readonly rule: string;
  readonly allowSave: boolean;
  readonly matches: readonly {
    readonly object: string;
    readonly id: string;
    readonly name: string | null;
    readonly email: string | null;
    readonly company: string | null;
  }[];
}

/** Errors: `not-found`. */
export const readErrorDetail = async (db: Database, map: FieldMap, errorId: number): Promise<ErrorDetail> => {
  const [facts] = await db.query<DetailFacts>(FACTS, [errorId]);
  if (!facts) throw new Problem('not-found');
  const person = facts.person_id === null ? null : await readPersonOrNull(db, map, facts.person_id);
  const row = errorOf({ ...facts, person_name: person?.person.name ?? null });
  return {
    ...row,
    arrived: facts.value,
    attempts: facts.attempts,
    isParked: facts.is_parked,
    nextRetryAt: facts.due_at?.toISOString() ?? null,
    recordUrl: person?.person.recordUrl ?? null,
    duplicate:
      facts.duplicate && (await duplicateOf(db, facts.code, facts.duplicate, person?.person.salesforceId == null)),
    values: (person?.fields ?? [])
      .filter(({ field, salesforceName }) => facts.edited.includes(field) || isNamed(row, salesforceName))
      .map(({ field, label, salesforceName, ours, theirs }) => ({
        field,
        label,
        salesforceName,
        ours,
        theirs,
        isNamed: isNamed(row, salesforceName),
      })),
  };
};

const isNamed = ({ fields }: Pick<ErrorRow, 'fields'>, name: string | null): boolean =>
  name !== null && fields.some((field) => field.toLowerCase() === name.toLowerCase());

/** A person who is gone meanwhile leaves the error, with what Salesforce said. */
const readPersonOrNull = async (db: Database, map: FieldMap, personId: number) => {
  try {
    return await readPerson(db, map, personId);
  } catch (error) {
    if (error instanceof Problem && error.code === 'person-not-found') return null;
    throw error;
  }
};

/** OUT32: what is known here of the matches, and which ways out there are. `isFree`: the person is no record yet. */
const duplicateOf = async (
  db: Database,
  code: string,
  { rule, allowSave, matches }: StoredDuplicate,
  isFree: boolean,
): Promise<Duplicate> => {
  const ids = matches.map(({ id }) => id);
  const known = await db.query<{ sf_id: string; person_id: number | null }>(
    `select l.sf_id, p.id as person_id from sync.link l left join marketing.person p on p.id = l.person_id where l.sf_id = any($1)`,
    [ids],
  );
  const [facts] = await db.query<{ host: string | null; saves: boolean }>(
    `select (select host from sync.connection where method = 'client_credentials') as host,
            exists (select from sync.setting where name = 'saveDuplicates' and value = 'true') as saves`,
  );
  const links = new Map(known.map((row) => [row.sf_id, row.person_id]));
  return {
    rule,
    canLink: isFree,
    isByEmail: code === 'email-matches',
    save: allowSave ? (facts?.saves || code === 'email-matches' ? 'allowed' : 'switched_off') : 'rule_blocks',
    matches: matches.map(({ object, id, name, email, company }) => ({
      object,
      salesforceId: id,
      name,
      email,
      company,
      personId: links.get(id) ?? null,
      canLink: !links.has(id) && (object === 'Lead' || object === 'Contact'),
      recordUrl: facts?.host ? `${facts.host}/${id}` : null,
    })),
  };
};
