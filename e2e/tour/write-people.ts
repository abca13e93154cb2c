/** Edits by SQL as the engineer's role, and edits in the org as its admin. */
import pg from 'pg';
import { type Edit, type EditField, wireValue } from './edits.ts';
import type { OrgClient } from './org-client.ts';

const TRIES = 10;
/** A deadlock and a failed serialization are repeated, as any client of Postgres must. */
const REPEATED = new Set(['40P01', '40001']);

export const queryAgain = async (
  db: pg.ClientBase,
  sql: string,
  params: readonly unknown[],
): Promise<pg.QueryResult> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.query(sql, [...params]);
    } catch (error) {
      const isRepeated = error instanceof pg.DatabaseError && REPEATED.has(error.code ?? '');
      if (!isRepeated || tries >= TRIES) throw error;
    }
  }
};

/** One statement, one person. */
export const editHere = async (engineer: pg.ClientBase, edit: Edit): Promise<void> => {
  const { rowCount } = await queryAgain(
    engineer,
    `update marketing.person set ${pg.escapeIdentifier(edit.field.column)} = $1::text::${edit.field.columnType} where id = $2`,
    [edit.value, edit.subject.personId],
  );
  if (rowCount !== 1) throw new Error(`an edit of person ${edit.subject.personId} met ${rowCount} rows`);
};

/** The same of somebody who may be another one by now. */
export const editWhoIsThere = async (engineer: pg.ClientBase, edit: Edit): Promise<void> => {
  await queryAgain(
    engineer,
    `update marketing.person set ${pg.escapeIdentifier(edit.field.column)} = $1::text::${edit.field.columnType} where id = $2`,
    [edit.value, edit.subject.personId],
  );
};

/** One statement a column, many people. */
export const editManyHere = async (engineer: pg.ClientBase, edits: readonly Edit[]): Promise<void> => {
  const byColumn = Map.groupBy(edits, (edit) => edit.field.column);
  for (const [column, group] of byColumn) {
    const { columnType } = (group[0] as Edit).field satisfies EditField;
    const { rowCount } = await queryAgain(
      engineer,
      `update marketing.person p set ${pg.escapeIdentifier(column)} = e.value::${columnType}
         from unnest($1::bigint[], $2::text[]) as e (id, value) where p.id = e.id`,
      [group.map((edit) => edit.subject.personId), group.map((edit) => edit.value)],
    );
    if (rowCount !== group.length) throw new Error(`an edit of ${group.length} people met ${rowCount} rows`);
  }
};

export const editThere = async (org: OrgClient, edits: readonly Edit[]): Promise<void> => {
  for (const [object, group] of Map.groupBy(edits, (edit) => edit.subject.object)) {
    await org.update(
      object,
      group.map((edit) => ({ Id: edit.subject.salesforceId, [edit.field.name]: wireValue(edit) })),
    );
  }
};
