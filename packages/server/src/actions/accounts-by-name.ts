/** The accounts that have the name of a lead's company. */
import pg from 'pg';
import type { Database } from '../db/db.ts';
import { loadFieldMap } from '../mapping/open-field-store.ts';

export interface AccountsOfName {
  /** The company's name as it is compared: without case and outer blanks. */
  readonly key: string;
  readonly accountIds: readonly string[];
}

/**
 * By person; nobody without a company. Accounts are those that are here, and those that the action made for others of its people and that were not
 * read home yet.
 */
export const findAccountsByName = async (
  db: Database,
  actionId: number,
  persons: readonly number[],
): Promise<ReadonlyMap<number, AccountsOfName>> => {
  const map = await loadFieldMap(db);
  const company = map.objects.Lead.fields.find(({ name }) => name === 'Company')?.column;
  const name = map.objects.Account.fields.find((field) => field.name === 'Name')?.column;
  if (!company || !name) return new Map();
  const keyOf = (alias: string, column: string): string => `lower(btrim(${alias}.${pg.escapeIdentifier(column)}))`;
  const rows = await db.query<AccountsOfName & { readonly person_id: number }>(
    `with wanted as (
       select p.id, ${keyOf('p', company)} as key from marketing.person p where p.id = any($2)),
     known as (
       select ${keyOf('c', name)} as key, c.salesforce_id as account_id from marketing.company c where not c.is_deleted
       union
       select ${keyOf('p', company)}, a.made ->> 'accountId'
         from sync.action_person a join marketing.person p on p.id = a.person_id where a.action_id = $1 and a.made is not null)
     select w.id as person_id, w.key, array_agg(k.account_id) filter (where k.account_id is not null) as "accountIds"
       from wanted w left join known k using (key) where w.key <> '' group by w.id, w.key`,
    [actionId, persons],
  );
  return new Map(rows.map(({ person_id, key, accountIds }) => [person_id, { key, accountIds: accountIds ?? [] }]));
};
