/** What an undo would do, by the statement that would decide it. Writes nothing that outlives its transaction. */
import type { FieldValue } from '@syncline/contract/shared';
import type { UndoLook, UndoStay } from '@syncline/contract/undo';
import { type BrakeBounds, readMeter } from '../brake/brake.ts';
import type { Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { priceOf } from '../lib/send-price.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { judgePlan, keepPlan, LOOK_TABLES, MASS_PLAN, PLANNED_COLUMNS } from './compile-undo.ts';
import type { Plan } from './find-plan.ts';
import { placesOf, planUndoFields } from './plan-fields.ts';

const SAMPLES = 20;

/** Leaves the plan in `pg_temp.undo_plan` for the rest of the transaction. Errors: `undo-nothing`. */
export const lookAt = async (tx: Transaction, plan: Plan, map: FieldMap, bounds: BrakeBounds): Promise<UndoLook> => {
  for (const statement of LOOK_TABLES) await tx.run(statement);
  await tx.run(keepPlan(plan.sql), [null, ...plan.params]);
  await tx.run('analyze pg_temp.undo_plan'); // else a plan of three people would be joined with everybody
  const planned = await tx.query<{ field: string }>(PLANNED_COLUMNS);
  const fields = planUndoFields(map);
  const columns = placesOf(
    fields,
    planned.map(({ field }) => field),
  );
  await tx.run(judgePlan(columns), [JSON.stringify(fields)]);
  await tx.run('analyze pg_temp.undo_look');
  const [totals] = await tx.query<{ planned: number; people: number; gone: number; records: number }>(TOTALS);
  if (!totals || totals.planned === 0) throw new Problem('undo-nothing');
  const byObject = await tx.query<{ object: string; records: number }>(RECORDS);
  const records = byObject.reduce((sum, row) => sum + row.records, 0);
  return {
    people: totals.people,
    fields: await tx.query(FIELDS),
    samples: await readSamples(tx, map, 'why is null'),
    stays: await tx.query(STAYS),
    staysSamples: (await readSamples(tx, map, 'why is not null')).flatMap(({ why, ...sample }) =>
      why === null ? [] : [{ ...sample, why }],
    ),
    gone: totals.gone,
    made: plan.made,
    there: { records, ...priceOf(records, 0, totals.people) },
    brakes: await readBrakes(tx, byObject, bounds),
    massPeople: await countMass(tx, plan),
  };
};

const TOTALS = `
select (select count(*) from pg_temp.undo_plan)::int as planned,
       (select count(distinct person_id) from pg_temp.undo_look where why is null)::int as people,
       (select count(*) from pg_temp.undo_plan w where not exists (select from marketing.person p where p.id = w.person_id))::int as gone`;

/** Records that an edit goes to: a field without a place on its record, and a record outside the filter, keep theirs here. */
const RECORDS = `
select l.kind as object, count(distinct l.person_id)::int as records
  from pg_temp.undo_look l
  join sync.link k on k.sf_id = l.sf_id and k.state = 'live'
 where l.why is null and (l.info -> 'isSent')::boolean
 group by l.kind order by l.kind`;

const FIELDS = `
select kind as object, field, min(info ->> 'label') as label, count(*)::int as people
  from pg_temp.undo_look where why is null group by kind, field order by count(*) desc, kind, field`;

const STAYS = `
select why, count(*)::int as fields, count(distinct person_id)::int as people
  from pg_temp.undo_look where why is not null group by why order by count(*) desc, why`;

/** Numbers leave as text (MAP16). */
const asText = (json: string): string =>
  `case when jsonb_typeof(${json}) in ('boolean', 'null') then ${json} else to_jsonb(${json} #>> '{}') end`;

interface SampleRow {
  readonly person_id: number;
  readonly person_name: string | null;
  readonly field: string;
  readonly label: string;
  readonly now: FieldValue;
  readonly back: FieldValue;
  readonly why: UndoStay | null;
}
type Sample = UndoLook['samples'][number] & { readonly why: UndoStay | null };

const readSamples = async (tx: Transaction, map: FieldMap, where: string): Promise<Sample[]> => {
  const nameColumn = map.objects.Lead.fields.find(({ name }) => name === 'Name')?.column;
  const rows = await tx.query<SampleRow>(
    `select l.person_id, to_jsonb(p) ->> $1 as person_name, l.field, coalesce(l.info ->> 'label', l.field) as label,
            ${asText('l.now')} as now, ${asText('l.back')} as back, l.why
       from (select * from pg_temp.undo_look where ${where} order by person_id, field limit ${SAMPLES}) l
       join marketing.person p on p.id = l.person_id order by l.person_id, l.field`,
    [nameColumn ?? ''],
  );
  return rows.map((row) => ({
    personId: row.person_id,
    personName: row.person_name,
    field: row.field,
    label: row.label,
    now: row.now,
    back: row.back,
    why: row.why,
  }));
};

/** SAFE1: more than so many are sent only when an administrator says so. */
const readBrakes = async (
  tx: Transaction,
  objects: readonly { readonly object: string; readonly records: number }[],
  bounds: BrakeBounds,
): Promise<UndoLook['brakes']> => {
  const stopped: UndoLook['brakes'] = [];
  for (const { object, records } of objects) {
    if (object !== 'Lead' && object !== 'Contact') continue;
    const { left } = await readMeter(tx, { object, direction: 'out' }, records, bounds);
    if (left < records) stopped.push({ object, records, left: Math.max(0, left) });
  }
  return stopped;
};

const countMass = async (tx: Transaction, { mass }: Plan): Promise<number | null> => {
  if (mass === null) return null;
  const [row] = await tx.query<{ people: number }>(
    `select count(*)::int as people from (${MASS_PLAN}) w where $1::text is null`,
    [null, ...mass],
  );
  return row && row.people > 1 ? row.people : null;
};
