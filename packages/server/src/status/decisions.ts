/** Why is this value here? Every line that moved one field of one person, newest first, from what was written down when it happened. */
import type { ConflictRow } from '@syncline/contract/conflicts';
import type { Decision, FieldDecisions } from '@syncline/contract/person-why';
import type { FieldValue } from '@syncline/contract/shared';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { companyPlaces } from '../mapping/compile-company.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { readConflicts } from './activity.ts';
import { readPerson } from './person-page.ts';
import { columnSql } from './record-columns.ts';

const LINES_MAX = 100;

interface Line {
  readonly at: Date;
  readonly cause: string;
  readonly run_id: number | null;
  readonly before: unknown;
  readonly after: unknown;
  /** Of the newest read of the record alone, whose user the mirror still names. */
  readonly by: string | null;
}

/** Numbers leave as text (MAP16). */
const asText = (json: string): string =>
  `case when jsonb_typeof(${json}) = 'number' then to_jsonb(${json} #>> '{}') else ${json} end`;

/**
 * A user of Salesforce is named only where the mirror's row is still the one that this line came with: a later read of the record would name whoever
 * changed something else.
 */
const linesSql = (map: FieldMap, objects: readonly string[]): string => {
  const owner = columnSql(map, 'User', 'Name');
  const named = (['Lead', 'Contact'] as const).filter((object) =>
    map.objects[object].fields.some(({ name }) => name === 'LastModifiedById'),
  );
  const by =
    owner === null || named.length === 0
      ? 'null::text'
      : `case when j.cause in ('salesforce', 'conflict') then (
           select o.${owner} from (${named
             .map(
               (object) =>
                 `select "LastModifiedById" as user_id, "_began_at" from salesforce."${object}" where "Id" = j.sf_id`,
             )
             .join(' union all ')}) as m
             join marketing.owner o on o.salesforce_id = m.user_id collate "C"
            where m."_began_at" <= j.at) end`;
  return `
select j.at, j.cause, j.run_id, ${asText('(j.fields -> $2 -> 0)')} as before, ${asText('(j.fields -> $2 -> 1)')} as after, ${by} as by
  from sync.journal j
 where j.row_id = $1 and j.cause <> 'load' and j.object in (${objects.map((object) => `'${object}'`).join(', ')}) and jsonb_typeof(j.fields) = 'object' and j.fields ? $2
 order by j.at desc, j.journal_id desc limit ${LINES_MAX}`;
};

/** Errors: `person-not-found`, `field-unknown`. */
export const readDecisions = async (
  db: Database,
  map: FieldMap,
  personId: number,
  column: string,
): Promise<FieldDecisions> => {
  const { person, fields, company } = await readPerson(db, map, personId);
  const field = fields.find((each) => each.field === column);
  if (!field) throw new Problem('field-unknown', { field: column });
  const [lines, conflicts, [entry]] = await Promise.all([
    field.state === 'of_company' && company
      ? db.query<Line>(linesSql(map, ['Account']), [company.companyId, companyColumn(map, column)])
      : db.query<Line>(linesSql(map, ['Lead', 'Contact', 'Person']), [personId, column]),
    readConflicts(db, map, { person: personId }),
    db.query<{ edited_at: string }>(
      'select edited_at ->> $2 as edited_at from sync.outbox where person_id = $1 and edits ? $2',
      [personId, column],
    ),
  ]);
  const waiting: Decision[] = entry
    ? [
        decision({
          at: new Date(entry.edited_at).toISOString(),
          kind: 'waiting',
          cause: 'edited',
          before: field.base,
          after: field.ours,
        }),
      ]
    : [];
  const decided = joinConflicts(
    lines.map(lineOf),
    conflicts.rows.filter((conflict) => conflict.field === column),
  );
  const oldest = decided.at(-1);
  // A load writes no line a field; what came before the oldest one did come with it.
  const loaded: Decision[] =
    person.salesforceId === null && decided.length === 0
      ? []
      : [
          decision({
            at: person.createdAt,
            kind: 'load',
            cause: 'load',
            before: null,
            after: oldest ? oldest.before : waiting.length > 0 ? field.base : field.ours,
          }),
        ];
  return {
    field: field.field,
    label: field.label,
    salesforceName: field.salesforceName,
    ours: field.ours,
    theirs: field.theirs,
    decisions: [...waiting, ...decided, ...loaded],
  };
};

/** MRG20: why a contact shows a company's value is why the company has it. */
const companyColumn = (map: FieldMap, column: string): string | undefined =>
  companyPlaces(map).find((place) => place.column === column)?.companyColumn;

const decision = (
  given: Pick<Decision, 'at' | 'kind' | 'cause' | 'before' | 'after'> & Partial<Decision>,
): Decision => ({
  by: null,
  runId: null,
  conflict: null,
  ...given,
});

const KIND_OF: Readonly<Record<string, Decision['kind']>> = {
  load: 'load',
  salesforce: 'salesforce',
  conflict: 'conflict',
  sent: 'sent',
  withdrawn: 'withdrawn',
};

const lineOf = (line: Line): Decision =>
  decision({
    at: line.at.toISOString(),
    kind: KIND_OF[line.cause] ?? 'other',
    cause: line.cause,
    before: plain(line.before),
    after: plain(line.after),
    by: line.by,
    runId: line.run_id,
  });

/** A conflict and the line that it wrote have the time of one transaction; one that our side won wrote none. Pure. */
const joinConflicts = (lines: readonly Decision[], conflicts: readonly ConflictRow[]): readonly Decision[] => {
  const left = [...conflicts];
  const joined = lines.map((line): Decision => {
    const at = left.findIndex((conflict) => conflict.at === line.at);
    const [conflict] = at === -1 ? [] : left.splice(at, 1);
    return conflict ? { ...line, kind: 'conflict', conflict } : line;
  });
  const alone = left.map((conflict) =>
    decision({
      at: conflict.at,
      kind: 'conflict',
      cause: 'conflict',
      before: conflict.ours,
      after: conflict.winner === 'salesforce' ? conflict.theirs : conflict.ours,
      conflict,
    }),
  );
  return [...joined, ...alone].sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));
};

const plain = (value: unknown): FieldValue =>
  value === null || value === undefined
    ? null
    : typeof value === 'string' || typeof value === 'boolean'
      ? value
      : JSON.stringify(value);
