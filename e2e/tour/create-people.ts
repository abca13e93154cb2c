/** People made here by SQL, and Sync person for each: one half through the app, the other by `marketing.sync_person`. */
import pg from 'pg';
import type { Draw } from './draw.ts';
import type { EditField } from './edits.ts';
import type { Expectations } from './expectations.ts';
import type { Stage } from './stage.ts';
import { editHere, queryAgain } from './write-people.ts';

export interface Created {
  readonly ids: readonly number[];
  readonly emails: readonly string[];
}

export interface CreateOptions {
  readonly stage: Stage;
  readonly engineer: pg.Client;
  readonly draw: Draw;
  readonly expected: Expectations;
  readonly fields: readonly EditField[];
  readonly many: number;
}

/** Every so many of them is edited again right after it was asked for, while its lead is being made. */
const EDITED_AGAIN = 4;

export const createPeople = async (options: CreateOptions): Promise<Created> => {
  const { stage, engineer, many } = options;
  const columns = await leadColumns(stage.look, ['FirstName', 'LastName', 'Company', 'Email']);
  const emails = Array.from({ length: many }, (_, index) => `tour-${index + 1}@example.com`);
  const ids: number[] = [];
  for (const [index, email] of emails.entries()) {
    const { rows } = await engineer.query<{ id: number }>(
      `insert into marketing.person (${columns.map((column) => pg.escapeIdentifier(column)).join(', ')}) values ($1, $2, $3, $4) returning id::int as id`,
      [`Añadida ${index + 1}`, `O'Tour "${index + 1}"`, 'Tour & Söhne', email],
    );
    ids.push(rows[0]?.id ?? 0);
  }
  const byApp = ids.filter((_, index) => index % 2 === 0);
  const bySql = ids.filter((_, index) => index % 2 === 1);
  await Promise.all([askByApp(options, byApp), askBySql(options, bySql)]);
  for (const id of ids) options.expected.lead(id);
  return { ids, emails };
};

const askByApp = async ({ stage }: CreateOptions, ids: readonly number[]): Promise<void> => {
  for (const id of ids)
    await stage.app.call('POST', `/api/people/${id}/sync`, undefined, { done: ['already-in-salesforce'] });
};

const askBySql = async (options: CreateOptions, ids: readonly number[]): Promise<void> => {
  const { engineer, draw, expected } = options;
  const fields = options.fields.filter((field) => field.object === 'Lead' && field.type === 'string');
  for (const [index, id] of ids.entries()) {
    await queryAgain(engineer, 'select marketing.sync_person($1)', [id]);
    if (index % EDITED_AGAIN !== 0 || fields.length === 0) continue;
    const edit = {
      subject: { personId: id, salesforceId: '', object: 'Lead' as const },
      field: draw.pick(fields),
      value: `edited again ${index}`,
    };
    await editHere(engineer, edit);
    expected.value(edit);
  }
};

const leadColumns = async (look: pg.ClientBase, names: readonly string[]): Promise<readonly string[]> => {
  const { rows } = await look.query<{ name: string; column: string }>(
    `select name, column_name as column from sync.field where object = 'Lead' and column_name is not null and name = any ($1)`,
    [names],
  );
  return names.map((name) => {
    const column = rows.find((row) => row.name === name)?.column;
    if (column === undefined) throw new Error(`Lead.${name} has no column in the map`);
    return column;
  });
};
