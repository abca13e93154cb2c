/** The org's own rules at work on a row that is written: numbers, field updates, assignments, validations. */
import { evaluate, FormulaError, parseFormula } from '../formula/formula.ts';
import { storedOf } from '../formula/values.ts';
import { holds } from '../rules/criteria.ts';
import { contextOf } from '../rules/row-context.ts';
import type { FieldUpdate } from '../rules/rules.ts';
import type { RowError } from '../salesforce-error.ts';
import type { SchemaObject } from '../schema/schema.ts';
import { canonicalId } from '../store/ids.ts';
import type { Stored, StoredRow } from '../store/store.ts';
import { storedText } from './values.ts';
import type { Writing } from './writing.ts';

/** The next number of each auto-number field of an object. */
export function numbered(writing: Writing, object: SchemaObject): StoredRow {
  const { store, rules } = writing.parts;
  const values = rules.autoNumbers(object.name).map(({ field, format, start }) => {
    const setting = `autoNumber:${object.name}.${field}`;
    const number = Number(store.setting(setting) ?? start);
    store.setSetting(setting, String(number + 1));
    return [field, formatted(format, number, writing.today)] as const;
  });
  return Object.fromEntries(values);
}

/** `A-{YYYY}-{0000}`: the number takes the place of the zeros, and dates of their letters. */
function formatted(format: string, number: number, today: string): string {
  const [year = '', month = '', day = ''] = today.split('-');
  const dates: Readonly<Record<string, string>> = { YYYY: year, YY: year.slice(2), MM: month, DD: day };
  return format.replace(
    /\{(0+|YYYY|YY|MM|DD)\}/g,
    (_, part: string) => dates[part] ?? String(number).padStart(part.length, '0'),
  );
}

function contextFor(
  writing: Writing,
  object: SchemaObject,
  row: StoredRow,
  before: StoredRow | undefined,
): ReturnType<typeof contextOf> {
  const { store, schema } = writing.parts;
  return contextOf({ store, schema, object, row, before, userId: writing.user.id });
}

/** What the field updates of workflows, and the switch `automations`, make of a row that is about to be saved. */
export function automated(
  writing: Writing,
  object: SchemaObject,
  row: StoredRow,
  before: StoredRow | undefined,
): StoredRow {
  let values: StoredRow = {};
  for (const update of writing.parts.rules.updates(object.name)) {
    const now = { ...row, ...values };
    if (fires(update, writing, object, now, before))
      values = { ...values, ...updated(update, writing, object, now, before) };
  }
  for (const automation of writing.parts.access.switches.state.automations) {
    if (automation.object !== object.name) continue;
    const now = { ...row, ...values };
    const context = contextFor(writing, object, now, before);
    if (automation.when !== undefined && evaluated(automation.when, context) !== true) continue;
    for (const [name, formula] of Object.entries(automation.set)) {
      const field = object.field(name);
      if (field !== undefined) values = { ...values, [field.name]: storedOf(field, evaluated(formula, context)) };
    }
  }
  return values;
}

function evaluated(text: string, context: ReturnType<typeof contextOf>): ReturnType<typeof evaluate> {
  try {
    return evaluate(parseFormula(text), context);
  } catch (error) {
    // A switch that is no formula does nothing.
    if (error instanceof FormulaError) return null;
    throw error;
  }
}

function fires(
  update: FieldUpdate,
  writing: Writing,
  object: SchemaObject,
  row: StoredRow,
  before: StoredRow | undefined,
): boolean {
  if (update.on === 'create' && before !== undefined) return false;
  const held = holds(update.criteria, contextFor(writing, object, row, before));
  if (!held || update.on !== 'createOrChange' || before === undefined) return held;
  return !holds(update.criteria, contextFor(writing, object, before, before));
}

function updated(
  update: FieldUpdate,
  writing: Writing,
  object: SchemaObject,
  row: StoredRow,
  before: StoredRow | undefined,
): StoredRow {
  const field = object.field(update.field);
  if (field === undefined) return {};
  if (update.value.kind === 'formula') {
    const value = evaluate(update.value.formula, contextFor(writing, object, row, before));
    return { [field.name]: storedOf(field, value) };
  }
  const reading = storedText(
    field,
    field.type === 'reference' ? userId(writing, update.value.text) : update.value.text,
  );
  return reading.ok ? { [field.name]: reading.value } : {};
}

function userId(writing: Writing, name: string | null): Stored {
  if (name === null) return null;
  return writing.parts.access.userNamed(name)?.id ?? canonicalId(name) ?? null;
}

/** Whom the assignment rule gives a new lead or case to; nothing where none fits. */
export function assigned(writing: Writing, object: SchemaObject, row: StoredRow): StoredRow {
  const { assignment = 'none' } = writing.options;
  if (assignment === 'none' || (object.name !== 'Lead' && object.name !== 'Case')) return {};
  const all = writing.parts.rules.assignments(object.name);
  const rule = assignment === 'active' ? all.find(({ isActive }) => isActive) : ruleById(writing, all, assignment);
  const context = contextFor(writing, object, row, undefined);
  const entry = rule?.entries.find(({ criteria }) => holds(criteria, context));
  if (entry === undefined) return {};
  const owner = entry.kind === 'User' ? userId(writing, entry.to) : queueId(writing, entry.to);
  return owner === null ? {} : { OwnerId: owner };
}

function ruleById<T extends { readonly name: string }>(writing: Writing, all: readonly T[], id: string): T | undefined {
  const canonical = canonicalId(id);
  if (canonical === undefined || writing.object('AssignmentRule') === undefined) return undefined;
  const row = writing.store.read('AssignmentRule', canonical);
  return all.find(({ name }) => name === row?.['Name']);
}

function queueId(writing: Writing, name: string): Stored {
  if (writing.object('Group') === undefined) return null;
  const sql = `select "Id" from "Group" where ("DeveloperName" = ?1 collate nocase or "Name" = ?1 collate nocase) and "Type" = 'Queue'`;
  const found = writing.store.statement(sql).get(name);
  return found === undefined ? null : String(found['Id']);
}

/** Lookups that are given records which their filters leave out. */
export function filteredOut(writing: Writing, object: SchemaObject, values: StoredRow): readonly RowError[] {
  return writing.parts.rules.lookupFilters(object.name).flatMap(({ field, target, criteria, message }) => {
    const name = object.field(field)?.name ?? field;
    const id = values[name] ?? null;
    const parent = writing.object(target);
    const row = id === null || parent === undefined ? undefined : writing.store.read(parent.name, id);
    if (parent === undefined || row === undefined || holds(criteria, contextFor(writing, parent, row, row))) return [];
    return [{ statusCode: 'FIELD_FILTER_VALIDATION_EXCEPTION', message, fields: [name] }];
  });
}

/** What the validation rules refuse of a row. */
export function violations(
  writing: Writing,
  object: SchemaObject,
  row: StoredRow,
  before: StoredRow | undefined,
): readonly RowError[] {
  const rules = writing.parts.rules.validations(object.name);
  if (rules.length === 0) return [];
  const context = contextFor(writing, object, row, before);
  return rules
    .filter(({ formula }) => evaluate(formula, context) === true)
    .map(({ message, field }) => ({
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message,
      fields: field === undefined ? [] : [object.field(field)?.name ?? field],
    }));
}
