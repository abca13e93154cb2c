/** Duplicate rules (A7): what a new or changed record is too much alike, by matching rules. */
import type { DuplicateAction, DuplicateRule } from '../rules/rules.ts';
import type { DuplicateResult, RowError } from '../salesforce-error.ts';
import type { SchemaObject } from '../schema/schema.ts';
import type { StoredRow } from '../store/store.ts';
import { collation, identifier } from '../store/tables.ts';
import { alikeKey } from './alike.ts';
import type { Writing } from './writing.ts';

const matchesMax = 100;

/** The refusal of a row that has duplicates, unless its client was told and saves it all the same. */
export function duplicateFault(
  writing: Writing,
  object: SchemaObject,
  row: StoredRow,
  before: StoredRow | undefined,
): RowError | undefined {
  for (const rule of rulesOf(writing, object)) {
    const action: DuplicateAction = before === undefined ? rule.onInsert : rule.onUpdate;
    if (action === 'none' || (action === 'alert' && writing.options.duplicates?.allowSave === true)) continue;
    const results = rule.matches.map((match) => ({ match, rows: matching(writing, match, row) }));
    if (results.every(({ rows }) => rows.length === 0)) continue;
    return {
      statusCode: 'DUPLICATES_DETECTED',
      message: rule.message,
      fields: [],
      duplicateResult: resultOf(writing, object, rule, action, results),
    };
  }
  return undefined;
}

/** The org's rules, and those of the switch: records alike in all of some fields. */
function rulesOf(writing: Writing, object: SchemaObject): readonly DuplicateRule[] {
  const { rules, access } = writing.parts;
  const switched = access.switches.state.duplicateRules
    .filter((rule) => rule.object === object.name)
    .map((rule): DuplicateRule => {
      const action = rule.allowSave === true ? 'alert' : 'block';
      const items = rule.fields.map((field) => ({ field, method: 'Exact', matchesBlanks: false }));
      return {
        name: 'Practice',
        onInsert: action,
        onUpdate: action,
        message: 'Use one of these records?',
        matches: [{ rule: 'Practice', object: object.name, items }],
      };
    });
  return [...rules.duplicates(object.name), ...switched];
}

function matching(writing: Writing, match: DuplicateRule['matches'][number], row: StoredRow): readonly StoredRow[] {
  const object = writing.object(match.object);
  if (object === undefined || match.items.length === 0) return [];
  const conditions: string[] = [];
  const parameters: string[] = [];
  for (const item of match.items) {
    const field = object.field(item.field);
    const value = row[field?.name ?? item.field] ?? null;
    if (field === undefined) return [];
    const column = identifier(field.name);
    if (value === null) {
      if (!item.matchesBlanks) return [];
      conditions.push(`${column} is null`);
      continue;
    }
    const exact = item.method === 'Exact';
    conditions.push(exact ? `${column}${collation(field)} = ?` : `alike('${item.method}', ${column}) = ?`);
    parameters.push(exact ? value : (alikeKey(item.method, value) ?? ''));
  }
  const sql = `select * from ${identifier(object.name)} where ${conditions.join(' and ')} and "IsDeleted" = 'false' and "Id" <> ? limit ${matchesMax}`;
  return writing.store.statement(sql).all(...parameters, row['Id'] ?? '') as unknown as readonly StoredRow[];
}

function resultOf(
  writing: Writing,
  object: SchemaObject,
  rule: DuplicateRule,
  action: DuplicateAction,
  results: readonly { match: DuplicateRule['matches'][number]; rows: readonly StoredRow[] }[],
): DuplicateResult {
  return {
    allowSave: action === 'alert',
    duplicateRule: rule.name,
    duplicateRuleEntityType: object.name,
    errorMessage: rule.message,
    matchResults: results.map(({ match, rows }) => ({
      entityType: match.object,
      errors: [],
      matchEngine: match.items.every(({ method }) => method === 'Exact') ? 'ExactMatchEngine' : 'FuzzyMatchEngine',
      matchRecords: rows.map((found) => ({
        additionalInformation: [],
        fieldDiffs: [],
        matchConfidence: 100,
        record: recordOf(writing, match.object, found),
      })),
      rule: match.rule,
      size: rows.length,
      success: true,
    })),
  };
}

/** The id alone, or with the header's `includeRecordDetails` the fields the user may read. */
function recordOf(
  writing: Writing,
  type: string,
  row: StoredRow,
): DuplicateResult['matchResults'][number]['matchRecords'][number]['record'] {
  const attributes = { type, url: `/services/data/v68.0/sobjects/${type}/${row['Id']}` };
  if (writing.options.duplicates?.includeDetails !== true) return { attributes, Id: row['Id'] ?? '' };
  const seen = Object.entries(row).filter(([name, value]) => value !== null && writing.sight.canRead(type, name));
  return { attributes, ...Object.fromEntries(seen) };
}
