/** One refused record: what would be sent, beside what Salesforce has. */
import { type ErrorDetail, type ErrorRow } from '@syncline/contract/errors';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { type ErrorFacts, errorOf } from './error-lists.ts';
import { readPerson } from './person-page.ts';

const FACTS = `
select e.error_id, e.at, e.level, e.object, e.person_id, e.sf_id, e.code, e.fields, e.message, e.disposition, e.resolved_at,
       coalesce(x.lock_tries + x.fault_tries, 0) as attempts, coalesce(x.parked, '{}') <> '{}' as is_parked,
       case when isfinite(x.due_at) then x.due_at end as due_at, array(select jsonb_object_keys(x.edits)) as edited
  from sync.error e left join sync.outbox x on x.person_id = e.person_id
 where e.error_id = $1`;

interface DetailFacts extends Omit<ErrorFacts, 'person_name'> {
  readonly attempts: number;
  readonly is_parked: boolean;
  readonly due_at: Date | null;
  readonly edited: readonly string[];
}

/** Errors: `not-found`. */
export const readErrorDetail = async (db: Database, map: FieldMap, errorId: number): Promise<ErrorDetail> => {
  const [facts] = await db.query<DetailFacts>(FACTS, [errorId]);
  if (!facts) throw new Problem('not-found');
  const person = facts.person_id === null ? null : await readPersonOrNull(db, map, facts.person_id);
  const row = errorOf({ ...facts, person_name: person?.person.name ?? null });
  return {
    ...row,
    attempts: facts.attempts,
    isParked: facts.is_parked,
    nextRetryAt: facts.due_at?.toISOString() ?? null,
    recordUrl: person?.person.recordUrl ?? null,
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
