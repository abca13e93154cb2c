/**
 * What must have become of each edit. That both sides are equal does not show that an edit survived: it may be lost on both. So each
 * edit whose end the rules decide is remembered and looked up after quiet.
 */
import pg from 'pg';
import type { Difference } from './compare.ts';
import type { Edit } from './edits.ts';
import { plainOf, type ReadValue } from './same.ts';

interface Expected {
  readonly edit: Edit;
  readonly oneOf: readonly (string | null)[];
  /** Values that may stand only where a conflict says that they won for Salesforce. */
  readonly ifWritten: readonly (string | null)[];
}

export class Expectations {
  readonly #values = new Map<string, Expected>();
  readonly #conflicts: Edit[] = [];
  readonly #leads: number[] = [];

  /** The field ends with this value, on both sides. */
  value(edit: Edit): void {
    this.#expect({ edit, oneOf: [edit.value], ifWritten: [] });
  }

  /**
   * Both sides changed the field again and again. It ends with the last value of one of them. Where Salesforce wins (a contact), an
   * earlier value of Salesforce may be what is sent back over later ones that were never read (MRG10); then that conflict was written down.
   */
  race(rounds: readonly { readonly here: Edit; readonly there: Edit }[]): void {
    const last = rounds.at(-1);
    if (!last) return;
    const ifWritten = last.here.subject.object === 'Contact' ? rounds.slice(0, -1).map(({ there }) => there.value) : [];
    this.#expect({ edit: last.here, oneOf: [last.here.value, last.there.value], ifWritten });
  }

  /** Exactly one conflict is written down for the field (MRG12). */
  conflict(edit: Edit): void {
    this.#conflicts.push(edit);
  }

  /** The person is a lead in Salesforce. */
  lead(personId: number): void {
    this.#leads.push(personId);
  }

  #expect(expected: Expected): void {
    this.#values.set(`${expected.edit.subject.personId} ${expected.edit.field.column}`, expected);
  }

  /** What did not happen as it must, as differences. */
  async unmet(db: pg.ClientBase): Promise<readonly Difference[]> {
    return [...(await this.#unmetValues(db)), ...(await this.#unmetConflicts(db)), ...(await this.#unmetLeads(db))];
  }

  async #unmetValues(db: pg.ClientBase): Promise<readonly Difference[]> {
    const out: Difference[] = [];
    const won = await readWon(db);
    for (const [column, group] of Map.groupBy(this.#values.values(), ({ edit }) => edit.field.column)) {
      const { rows } = await db.query<{ id: number; value: string | null }>(
        `select id::int as id, ${pg.escapeIdentifier(column)}::text as value from marketing.person where id = any ($1::bigint[])`,
        [group.map(({ edit }) => edit.subject.personId)],
      );
      const found = new Map(rows.map((row) => [row.id, row.value]));
      for (const { edit, oneOf, ifWritten } of group) {
        const { personId } = edit.subject;
        const value: ReadValue = found.get(personId) ?? null;
        const isValue = (text: string | null): boolean =>
          plainOf(edit.field.type, text) === plainOf(edit.field.type, value);
        const written = won.get(`${personId} ${column}`) ?? [];
        const isMet = oneOf.some(isValue) || (ifWritten.some(isValue) && written.some(isValue));
        if (found.has(personId) && isMet) continue;
        out.push(unmet(`person ${personId}`, column, oneOf.map((text) => text ?? 'null').join(' or '), value));
      }
    }
    return out;
  }

  async #unmetConflicts(db: pg.ClientBase): Promise<readonly Difference[]> {
    const { rows } = await db.query<{ person: number; field: string; many: number }>(
      'select person_id::int as person, field, count(*)::int as many from sync.conflict group by person_id, field',
    );
    const found = new Map(rows.map((row) => [`${row.person} ${row.field}`, row.many]));
    return this.#conflicts.flatMap(({ subject, field }) => {
      const many = found.get(`${subject.personId} ${field.column}`) ?? 0;
      return many === 1
        ? []
        : [unmet(`person ${subject.personId}`, field.column, 'one conflict written down', `${many} of them`)];
    });
  }

  async #unmetLeads(db: pg.ClientBase): Promise<readonly Difference[]> {
    const { rows } = await db.query<{ id: number }>(
      `select wanted.id::int as id from unnest($1::bigint[]) as wanted (id)
        where not exists (select from marketing.person p where p.id = wanted.id and p.salesforce_type = 'Lead' and p.salesforce_id is not null)`,
      [this.#leads],
    );
    return rows.map((row) => unmet(`person ${row.id}`, '(row)', 'a lead, asked for by Sync person', 'no lead'));
  }
}

/** Theirs of every conflict that Salesforce won, by person and field. */
const readWon = async (db: pg.ClientBase): Promise<ReadonlyMap<string, readonly (string | null)[]>> => {
  const { rows } = await db.query<{ person: number; field: string; theirs: string | null }>(
    `select person_id::int as person, field, theirs #>> '{}' as theirs from sync.conflict where winner = 'salesforce'`,
  );
  const byField = Map.groupBy(rows, (row) => `${row.person} ${row.field}`);
  return new Map([...byField].map(([key, group]) => [key, group.map((row) => row.theirs)]));
};

const unmet = (record: string, field: string, wanted: string, here: ReadValue): Difference => ({
  where: 'expected',
  record,
  field,
  salesforce: wanted,
  here,
});
