/** Who may own a record: active users, as the mirror of users has them, and the org's queues of leads. */
import type { Owner } from '@syncline/contract/actions';
import type { Database } from '../db/db.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import { allOf, isEqual, isLike, select } from '../salesforce/soql.ts';

const OWNERS_MAX = 50;

export const findOwners = async (db: Database, salesforce: Salesforce, q: string): Promise<readonly Owner[]> => {
  const [users, queues] = await Promise.all([findUsers(db, q), findQueues(salesforce, q)]);
  return [...queues, ...users].slice(0, OWNERS_MAX);
};

interface UserRow {
  readonly Id: string;
  readonly Name: string | null;
  readonly Email: string | null;
}

/** The mirror is asked as JSON: which fields of a user are there is the map's choice. */
const findUsers = async (db: Database, q: string): Promise<readonly Owner[]> => {
  const [known] = await db.query<{ is_known: boolean }>(
    `select to_regclass('salesforce."User"') is not null as is_known`,
  );
  if (!known?.is_known) return [];
  const rows = await db.query<UserRow>(
    `select u.j ->> 'Id' as "Id", u.j ->> 'Name' as "Name", u.j ->> 'Email' as "Email"
       from (select to_jsonb(m) as j from salesforce."User" m) u
      where coalesce(u.j ->> 'IsActive', 'true') = 'true' and coalesce(u.j ->> 'UserType', 'Standard') = 'Standard'
        and ($1 = '' or strpos(lower(u.j ->> 'Name'), lower($1)) > 0 or strpos(lower(u.j ->> 'Email'), lower($1)) = 1)
      order by 2, 1 limit $2`,
    [q, OWNERS_MAX],
  );
  return rows.map((row) => ({ ownerId: row.Id, name: row.Name ?? row.Id, kind: 'user', email: row.Email }));
};

interface QueueRow {
  readonly QueueId: string;
  readonly Queue: { readonly Name: string } | null;
}

const findQueues = async (salesforce: Salesforce, q: string): Promise<readonly Owner[]> => {
  const ofLeads = isEqual('SobjectType', 'Lead');
  const rows = await salesforce.records<QueueRow>(
    select({
      fields: ['QueueId', 'Queue.Name'],
      from: 'QueueSobject',
      where: q === '' ? ofLeads : allOf(ofLeads, isLike('Queue.Name', q)),
      orderBy: ['Queue.Name'],
      limit: OWNERS_MAX,
    }),
  );
  return rows.map(({ QueueId, Queue }) => ({
    ownerId: QueueId,
    name: Queue?.Name ?? QueueId,
    kind: 'queue',
    email: null,
  }));
};
