/** ID23: who a person is now. An id, of ours or external, of somebody who was folded into another one is an id of that one, for ever. */
import type { Database } from '../db/db.ts';

/** The id itself where it was never folded, whether there is such a person or not. */
export const presentPersonId = async (db: Database, personId: number): Promise<number> => {
  const [row] = await db.query<{ survivor_id: number }>(
    'select survivor_id from sync.person_redirect where person_id = $1',
    [personId],
  );
  return row?.survivor_id ?? personId;
};

/** Null: nobody has it, nor had anybody. */
export const findByExternalId = async (db: Database, externalId: string): Promise<number | null> => {
  const [row] = await db.query<{ id: number }>(
    `select id from marketing.person where external_id = $1
      union all
     select survivor_id from sync.person_redirect where external_id = $1
      limit 1`,
    [externalId],
  );
  return row?.id ?? null;
};
