import type {
  Condition,
  ConditionWithValueQuery,
  HavingClause,
  Operator,
  WhereClause,
} from '@jetstreamapp/soql-parser-js';
import { SalesforceError } from '../salesforce-error.ts';
import { type FieldDescribe, isCompound, isNumeric } from '../schema/schema.ts';
import { canonicalId } from '../store/ids.ts';
import { collation } from '../store/tables.ts';
import { datetimeText, momentText, relativeSpan, type Span, unquote, unquotePattern } from './literals.ts';

export type Parameter = string | number | null;

/** SQL with its parameters in order. */
export interface Sql {
  readonly text: string;
  readonly parameters: readonly Parameter[];
}

/** What a condition compares: a field, or an aggregate in HAVING. */
export interface Operand {
  readonly sql: string;
  readonly name: string;
  readonly field: FieldDescribe;
}

export interface ConditionContext {
  readonly now: number;
  operand(condition: Condition): Operand;
  subquery(condition: ConditionWithValueQuery): Sql;
}

type Clause = WhereClause | HavingClause;

/**
 * A WHERE or HAVING as SQL. The parser gives a chain of conditions with counts of parentheses; the chain is written out
 * in order, since SQL's NOT binds as SOQL's does. AND beside OR without parentheses is MALFORMED_QUERY (A5).
 *
 * SOQL has two truth values: a comparison with null is false, and its NOT is true. Under a NOT each condition is
 * therefore made never null.
 */
export function conditionSql(clause: Clause, context: ConditionContext): Sql {
  const texts: string[] = [];
  const parameters: Parameter[] = [];
  const levels: (string | undefined)[] = [undefined];
  const negated = hasNot(clause);
  for (let at: Clause | undefined = clause; at !== undefined; at = 'right' in at ? at.right : undefined) {
    const left: ConditionWithValueQuery | null = at.left;
    const opened: number = (left !== null && 'openParen' in left ? left.openParen : 0) ?? 0;
    const closed: number = (left !== null && 'closeParen' in left ? (left.closeParen as number | undefined) : 0) ?? 0;
    texts.push('('.repeat(opened));
    for (let n = 0; n < opened; n += 1) levels.push(undefined);
    if (left !== null && 'operator' in left) {
      const sql = oneCondition(left, context);
      texts.push(negated ? `coalesce(${sql.text}, 0)` : sql.text);
      parameters.push(...sql.parameters);
    }
    texts.push(')'.repeat(closed));
    levels.length -= closed;
    const operator = 'operator' in at ? at.operator.toUpperCase() : undefined;
    if (operator !== undefined) texts.push(operator.toLowerCase());
    if (operator === 'AND' || operator === 'OR') noteOperator(levels, operator);
  }
  return { text: texts.filter((text) => text !== '').join(' '), parameters };
}

function hasNot(clause: Clause): boolean {
  for (let at: Clause | undefined = clause; at !== undefined; at = 'right' in at ? at.right : undefined) {
    if ('operator' in at && at.operator.toUpperCase() === 'NOT') return true;
  }
  return false;
}

function noteOperator(levels: (string | undefined)[], operator: string): void {
  const level = levels.length - 1;
  if (levels[level] !== undefined && levels[level] !== operator) {
    throw new SalesforceError(400, 'MALFORMED_QUERY', `unexpected token: ${operator}: AND and OR need parentheses`);
  }
  levels[level] = operator;
}

function oneCondition(condition: ConditionWithValueQuery, context: ConditionContext): Sql {
  const operand = context.operand(condition as Condition);
  if (!operand.field.filterable || isCompound(operand.field)) {
    throw invalid(`field '${operand.name}' can not be filtered in a query call`);
  }
  if ('valueQuery' in condition) {
    const inner = context.subquery(condition);
    const test = `${operand.sql} in (${inner.text})`;
    return {
      text: upper(condition.operator) === 'NOT IN' ? `not coalesce(${test}, 0)` : test,
      parameters: inner.parameters,
    };
  }
  if (!('value' in condition)) throw new SalesforceError(400, 'MALFORMED_QUERY', 'unexpected token in condition');
  const types = [condition.literalType ?? 'STRING'].flat();
  const literals = [condition.value].flat().map((text, at) => ({ text, type: types[at] ?? types[0] ?? 'STRING' }));
  // The parser keeps the operator as it was written.
  const operator = upper(condition.operator);
  switch (operator) {
    case 'IN':
    case 'NOT IN':
      return inList(operand, operator === 'NOT IN', literals, context.now);
    case 'INCLUDES':
    case 'EXCLUDES':
      return includes(operand, operator === 'EXCLUDES', literals);
    case 'LIKE':
      return like(operand, literals[0] as Literal);
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(operand, operator, literals[0] as Literal, context.now);
  }
}

function upper(operator: Operator): Operator {
  return operator.toUpperCase().replace(/\s+/g, ' ') as Operator;
}

interface Literal {
  readonly text: string;
  readonly type: string;
}

type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

function comparison(operand: Operand, operator: Comparison, literal: Literal, now: number): Sql {
  if (isEmpty(literal)) return isNull(operand, operator);
  const span = spanOf(operand, literal, now);
  if (span !== undefined) return inSpan(operand, operator, span);
  const value = literalValue(operand, literal);
  const { left, right } = comparable(operand, value);
  const sign = operator === '!=' ? 'is not' : operator;
  return { text: `${left} ${sign} ${right}`, parameters: [value] };
}

/** Empty text is null (A5). */
function isEmpty(literal: Literal): boolean {
  return literal.type === 'NULL' || (literal.type === 'STRING' && literal.text.length <= 2);
}

function isNull(operand: Operand, operator: Comparison): Sql {
  if (operator !== '=' && operator !== '!=') throw invalid(`null is not compared with ${operator}`);
  return { text: `${operand.sql} is ${operator === '=' ? '' : 'not '}null`, parameters: [] };
}

function spanOf(operand: Operand, literal: Literal, now: number): Span | undefined {
  if (literal.type !== 'DATE_LITERAL' && literal.type !== 'DATE_N_LITERAL') return undefined;
  const span = relativeSpan(literal.text, now);
  if (span === undefined) throw new SalesforceError(400, 'MALFORMED_QUERY', `unexpected token: ${literal.text}`);
  if (operand.field.type !== 'date' && operand.field.type !== 'datetime') throw wrongType(operand, false);
  return span;
}

function inSpan(operand: Operand, operator: Comparison, span: Span): Sql {
  const [from, to] = [momentText(operand.field, span.from), momentText(operand.field, span.to)];
  const column = operand.sql;
  switch (operator) {
    case '=':
      return { text: `(${column} >= ? and ${column} < ?)`, parameters: [from, to] };
    case '!=':
      return { text: `(${column} is null or ${column} < ? or ${column} >= ?)`, parameters: [from, to] };
    case '<':
      return { text: `${column} < ?`, parameters: [from] };
    case '<=':
      return { text: `${column} < ?`, parameters: [to] };
    case '>':
      return { text: `${column} >= ?`, parameters: [to] };
    case '>=':
      return { text: `${column} >= ?`, parameters: [from] };
  }
}

/** Values are compared in one SQL IN, so that a list may be long; null and relative dates stand beside it. */
function inList(operand: Operand, negated: boolean, literals: readonly Literal[], now: number): Sql {
  const isValue = (literal: Literal): boolean => !isEmpty(literal) && !/^DATE_(?:N_)?LITERAL$/.test(literal.type);
  const values = literals.filter(isValue).map((literal) => literalValue(operand, literal));
  const others = literals
    .filter((literal) => !isValue(literal))
    .map((literal) => comparison(operand, '=', literal, now));
  const tests = others.map((part) => part.text);
  if (values.length > 0) {
    const { left, right } = comparable(operand, values.join(''));
    tests.unshift(`${left} in (${values.map(() => right).join(', ')})`);
  }
  const parameters = [...values, ...others.flatMap((part) => part.parameters)];
  const any = tests.map((test) => `coalesce(${test}, 0)`).join(' or ');
  return { text: negated ? `not (${any})` : tests.length === 1 ? (tests[0] as string) : `(${any})`, parameters };
}

function folds(field: FieldDescribe): boolean {
  return collation(field) !== '';
}

/** `INCLUDES ('a;b', 'c')`: both a and b, or c. */
function includes(operand: Operand, negated: boolean, literals: readonly Literal[]): Sql {
  if (operand.field.type !== 'multipicklist') throw invalid(`INCLUDES and EXCLUDES need a multi-select picklist`);
  const parameters: string[] = [];
  const groups = literals.map((literal) => {
    const values = unquote(literal.text).split(';');
    parameters.push(...values.map((value) => `;${value.toLowerCase()};`));
    return values.map(() => `instr(';' || fold(coalesce(${operand.sql}, '')) || ';', ?) > 0`).join(' and ');
  });
  const any = `(${groups.map((group) => `(${group})`).join(' or ')})`;
  return { text: negated ? `not ${any}` : any, parameters };
}

function like(operand: Operand, literal: Literal): Sql {
  if (literal.type !== 'STRING') throw wrongType(operand, true);
  if (!folds(operand.field) && !operand.field.caseSensitive)
    throw invalid(`invalid operator on ${operand.field.type} field`);
  const pattern = unquotePattern(literal.text).toLowerCase();
  return { text: `fold(${operand.sql}) like ? escape '\\'`, parameters: [pattern] };
}

function comparable(operand: Operand, value: Parameter): { left: string; right: string } {
  if (isNumeric(operand.field)) return { left: `cast(${operand.sql} as numeric)`, right: 'cast(? as numeric)' };
  if (!folds(operand.field)) return { left: operand.sql, right: '?' };
  // `nocase` folds ASCII only, and an index has it; other letters go through `fold`.
  const ascii = typeof value === 'string' && !/\P{ASCII}/u.test(value);
  return ascii
    ? { left: `${operand.sql}${collation(operand.field)}`, right: '?' }
    : { left: `fold(${operand.sql})`, right: 'fold(?)' };
}

/** The literal as stored text, or INVALID_FIELD if its kind is not the field's. */
function literalValue(operand: Operand, literal: Literal): string {
  const { field } = operand;
  const quoted = literal.type === 'STRING';
  switch (field.type) {
    case 'id':
    case 'reference':
      return idValue(operand, literal);
    case 'boolean':
      if (literal.type !== 'BOOLEAN') throw wrongType(operand, false);
      return literal.text.toLowerCase();
    case 'int':
    case 'long':
    case 'double':
    case 'currency':
    case 'percent':
      if (!/^(?:INTEGER|DECIMAL)/.test(literal.type)) throw wrongType(operand, false);
      return literal.text.replace(/^[A-Za-z]{3}(?=\d)/, '');
    case 'date':
      if (literal.type !== 'DATE') throw wrongType(operand, false);
      return literal.text;
    case 'datetime': {
      const text = literal.type === 'DATETIME' ? datetimeText(literal.text) : undefined;
      if (text === undefined) throw wrongType(operand, false);
      return text;
    }
    case 'time':
      return literal.text;
    case 'string':
    case 'textarea':
    case 'phone':
    case 'url':
    case 'email':
    case 'picklist':
    case 'multipicklist':
    case 'combobox':
    case 'encryptedstring':
    case 'base64':
    case 'anyType':
    case 'complexvalue':
    case 'address':
    case 'location':
      if (!quoted) throw wrongType(operand, true);
      return unquote(literal.text);
  }
}

function idValue(operand: Operand, literal: Literal): string {
  if (literal.type !== 'STRING') throw wrongType(operand, true);
  const text = unquote(literal.text);
  const id = canonicalId(text);
  if (id !== undefined) return id;
  throw new SalesforceError(400, 'INVALID_QUERY_FILTER_OPERATOR', `\ninvalid ID field: ${text}`);
}

const soqlTypes: Readonly<Record<string, string>> = { datetime: 'dateTime', currency: 'double', percent: 'double' };

function wrongType(operand: Operand, quotes: boolean): SalesforceError {
  const type = soqlTypes[operand.field.type] ?? (quotes ? 'string' : operand.field.type);
  return invalid(
    `value of filter criterion for field '${operand.name}' must be of type ${type} and should ${quotes ? '' : 'not '}be enclosed in quotes`,
  );
}

function invalid(message: string): SalesforceError {
  return new SalesforceError(400, 'INVALID_FIELD', `\n${message}`);
}
