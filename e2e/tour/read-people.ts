/** Whom and what the tour may edit, read by SQL and from the org. */
import type pg from 'pg';
import { type EditField, isEditable, type Subject } from './edits.ts';
import type { Stage } from './stage.ts';

/** Fields of Lead and Contact that both sides may write freely and into which the tour's values fit. */
export const readEditFields = async (stage: Stage): Promise<readonly EditField[]> => {
  const { rows } = await stage.look.query<{
    object: 'Lead' | 'Contact';
    name: string;
    column: string;
    columnType: string;
  }>(
    `select object, name, column_name as column, mirror_type as "columnType"
       from sync.field
      where object in ('Lead', 'Contact') and direction = 'both' and column_name is not null and not is_opt_out
      order by object, position, name`,
  );
  const described = {
    Lead: new Map((await stage.org.fields('Lead')).map((field) => [field.name, field])),
    Contact: new Map((await stage.org.fields('Contact')).map((field) => [field.name, field])),
  };
  return rows.flatMap((row) => {
    const field = described[row.object].get(row.name);
    if (!field?.isUpdateable || !field.isNillable || field.isUnique) return [];
    const edit = { ...row, type: field.type, length: field.length, precision: field.precision, scale: field.scale };
    return isEditable(edit) ? [edit] : [];
  });
};

/** Linked people in a fixed order, without those the tour made. */
export const readSubjects = async (look: pg.ClientBase, without: readonly number[]): Promise<readonly Subject[]> => {
  const { rows } = await look.query<Subject>(
    `select id::int as "personId", salesforce_id as "salesforceId", salesforce_type as object
       from marketing.person
      where salesforce_id is not null and not is_deleted and id <> all ($1::bigint[])
      order by salesforce_id`,
    [without],
  );
  return rows;
};
