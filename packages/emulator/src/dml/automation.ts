/**
 * What Salesforce itself makes of a record's fields: names of their parts, an opportunity's state of its stage, the
 * fiscal period of its close date, and the values a new record starts with.
 */
import { evaluate, FormulaError, parseFormula } from '../formula/formula.ts';
import { storedOf } from '../formula/values.ts';
import type { FieldDescribe, SchemaObject } from '../schema/schema.ts';
import type { Stored, StoredRow } from '../store/store.ts';

interface Stage {
  readonly probability: string;
  readonly closed: boolean;
  readonly won: boolean;
  readonly forecast: string;
}

const open = (probability: string, forecast = 'Pipeline'): Stage => ({
  probability,
  closed: false,
  won: false,
  forecast,
});

const stages: ReadonlyMap<string, Stage> = new Map([
  ['Prospecting', open('10.0')],
  ['Qualification', open('10.0')],
  ['Needs Analysis', open('20.0')],
  ['Value Proposition', open('50.0')],
  ['Id. Decision Makers', open('60.0')],
  ['Perception Analysis', open('70.0')],
  ['Proposal/Price Quote', open('75.0')],
  ['Negotiation/Review', open('90.0', 'BestCase')],
  ['Closed Won', { probability: '100.0', closed: true, won: true, forecast: 'Closed' }],
  ['Closed Lost', { probability: '0.0', closed: true, won: false, forecast: 'Omitted' }],
]);

const forecastNames: Readonly<Record<string, string>> = {
  Pipeline: 'Pipeline',
  BestCase: 'Best Case',
  Closed: 'Closed',
  Omitted: 'Omitted',
};

/**
 * Fields that follow from others, for a row that was just written with `changes` (all of the row at its creation).
 * Only fields the object has, and only those that a change touches. A value given in `changes` wins where Salesforce
 * lets the user choose, as with Probability.
 */
export function derivedFields(object: SchemaObject, row: StoredRow, changes: StoredRow): StoredRow {
  const derived: Record<string, Stored> = {};
  const touches = (...names: readonly string[]): boolean => names.some((name) => name in changes);
  if (['Lead', 'Contact', 'User'].includes(object.name) && touches('FirstName', 'LastName', 'MiddleName', 'Suffix')) {
    derived['Name'] = personName(row);
  }
  if (object.name === 'Opportunity') {
    if (touches('StageName')) Object.assign(derived, stageFields(row['StageName'] ?? null));
    if (touches('CloseDate')) Object.assign(derived, fiscalFields(row['CloseDate'] ?? null));
    if (touches('Probability') && changes['Probability'] !== null) delete derived['Probability'];
  }
  return Object.fromEntries(Object.entries(derived).filter(([name]) => object.field(name) !== undefined));
}

function personName(row: StoredRow): Stored {
  const parts = [row['FirstName'], row['MiddleName'], row['LastName'], row['Suffix']];
  return parts.filter((part) => part !== null && part !== undefined && part !== '').join(' ') || null;
}

function stageFields(stageName: Stored): StoredRow {
  const stage = stages.get(stageName ?? '') ?? open('0.0');
  return {
    IsClosed: String(stage.closed),
    IsWon: String(stage.won),
    Probability: stage.probability,
    ForecastCategory: stage.forecast,
    ForecastCategoryName: forecastNames[stage.forecast] ?? null,
  };
}

/** What a stage means, by the names that `OpportunityStage` has for it. */
export function stageMeaning(stageName: string): StoredRow {
  const { Probability, ...fields } = stageFields(stageName);
  return { ...fields, DefaultProbability: Probability ?? null };
}

function fiscalFields(closeDate: Stored): StoredRow {
  if (closeDate === null) return { Fiscal: null, FiscalYear: null, FiscalQuarter: null };
  const year = String(Number(closeDate.slice(0, 4)));
  const quarter = String(Math.ceil(Number(closeDate.slice(5, 7)) / 3));
  return { Fiscal: `${year} ${quarter}`, FiscalYear: year, FiscalQuarter: quarter };
}

/**
 * What a new record has where its maker gives nothing: `false`, default values, default picklist values. `now` is the
 * moment, in milliseconds, that a default's formula means.
 */
export function startingValues(object: SchemaObject, now: number): StoredRow {
  const values: Record<string, Stored> = {};
  for (const field of object.stored) {
    const value = startingValue(field, now);
    if (value !== null) values[field.name] = value;
  }
  return values;
}

function startingValue(field: FieldDescribe, now: number): Stored {
  if (field.type === 'boolean') return String(field.defaultValue === true || field.defaultValue === 'true');
  if (!field.defaultedOnCreate && !field.createable) return null;
  if (field.type === 'picklist') {
    const chosen = field.picklistValues.find((value) => value.defaultValue && value.active);
    if (chosen !== undefined) return chosen.value;
  }
  if (field.defaultValueFormula !== null && field.createable) return defaultOf(field, field.defaultValueFormula, now);
  return field.defaultValue === null || field.type === 'reference' ? null : String(field.defaultValue);
}

function defaultOf(field: FieldDescribe, formula: string, now: number): Stored {
  const none = (): null => null;
  try {
    const context = { value: none, prior: none, isNew: true, now, blankAsZero: false };
    return storedOf(field, evaluate(parseFormula(formula), context));
  } catch (error) {
    // Beyond the part of the formula language that is known here: no default.
    if (error instanceof FormulaError) return null;
    throw error;
  }
}
