/** Every id that a person ever had: of its records, and of the persons that are it now. */
import type { Person, PersonLink } from '@syncline/contract/people';
import type { Database } from '../db/db.ts';
import type { FieldMap } from '../mapping/mapping.ts';

/**
 * `sync.link` has one index for live links and one for the others, so each is asked by its own condition. Where a record ended is what its mirror
 * says.
 */
const linksSql = (map: FieldMap): string => {
  const ends = (['Lead', 'Contact'] as const).flatMap((object) => {
    const has = (name: string): boolean => map.objects[object].fields.some((field) => field.name === name);
    const ways = [
      ...(has('MasterRecordId') ? [`case when l.state = 'merged' then m."MasterRecordId" end`] : []),
      ...(has('ConvertedContactId') ? [`case when l.state = 'converted' then m."ConvertedContactId" end`] : []),
    ];
    return ways.length === 0
      ? []
      : [
          `(select coalesce(${ways.join(', ')}) from ${MIRROR[object]} m where l.object = '${object}' and m."Id" = l.sf_id)`,
        ];
  });
  return `
select l.sf_id, l.object, l.state, l.since, l.ended_at, null as ended_in from sync.link l where l.person_id = $1 and l.state = 'live'
union all
select l.sf_id, l.object, l.state, l.since, l.ended_at, ${ends.length === 0 ? 'null' : `coalesce(${ends.join(', ')})`} from sync.link l where l.person_id = $1 and l.state <> 'live'
 order by since, sf_id`;
};

const MIRROR = { Lead: 'salesforce."Lead"', Contact: 'salesforce."Contact"' } as const;

/** Who was folded into this person (ID23). */
export const readFolded = async (db: Database, personId: number): Promise<Person['folded']> => {
  const rows = await db.query<{ person_id: number; external_id: string; at: Date }>(
    'select person_id, external_id, at from sync.person_redirect where survivor_id = $1 order by at, person_id',
    [personId],
  );
  return rows.map((row) => ({ personId: row.person_id, externalId: row.external_id, at: row.at.toISOString() }));
};

export const readLinks = async (db: Database, map: FieldMap, personId: number): Promise<PersonLink[]> => {
  const rows = await db.query<{
    sf_id: string;
    object: string;
    state: PersonLink['state'];
    since: Date;
    ended_at: Date | null;
    ended_in: string | null;
  }>(linksSql(map), [personId]);
  return rows.map((row) => ({
    salesforceId: row.sf_id,
    object: row.object,
    state: row.state,
    from: row.since.toISOString(),
    to: row.ended_at?.toISOString() ?? null,
    endedIn: row.ended_in,
  }));
};
