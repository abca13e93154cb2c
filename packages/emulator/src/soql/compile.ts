import {
  type Condition,
  type FieldFunctionExpression,
  type FieldType,
  type OrderByClause,
  parseQuery,
  type Query,
} from '@jetstreamapp/soql-parser-js';
import { SalesforceError } from '../salesforce-error.ts';
import { type FieldDescribe, isNumeric, type Schema } from '../schema/schema.ts';
import { collation } from '../store/tables.ts';
import { aggregateOperand, isAggregate } from './aggregates.ts';
import { type ConditionContext, conditionSql, type Operand, type Parameter } from './conditions.ts';
import { type Context, type Found, Scope } from './scope.ts';
import type { CompiledQuery, CompileOptions, FieldSight, QueryColumn } from './soql.ts';

/** Compiles SOQL for somebody's sight of the fields; `now` (milliseconds) is what TODAY means. */
export function compile(
  soql: string,
  schema: Schema,
  sight: FieldSight,
  now: number,
  options: CompileOptions = {},
): CompiledQuery {
  const query = parse(soql);
  if (query.sObject === undefined) throw malformed('a query needs FROM');
  const context: Context = { schema, sight, now, all: options.all === true, aliases: { next: 0 } };
  return compileQuery(query, new Scope(context, query.sObject, query.sObjectAlias));
}

function parse(soql: string): Query {
  try {
    return parseQuery(soql);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const found = /but found: '([^']*)'/.exec(reason)?.[1] ?? reason.split('\n')[0];
    throw new SalesforceError(400, 'MALFORMED_QUERY', `unexpected token: '${found === '' ? '<EOF>' : found}'`);
  }
}

function malformed(message: string): SalesforceError {
  return new SalesforceError(400, 'MALFORMED_QUERY', message);
}

interface Selected {
  readonly column: QueryColumn;
  readonly sql: string;
}

function compileQuery(query: Query, scope: Scope): CompiledQuery {
  const fields = query.fields ?? [];
  const counts = isBareCount(fields);
  const aggregated = !counts && (query.groupBy !== undefined || fields.some(isAggregate));
  if (fields.length === 0) throw malformed('a query needs fields');
  const selected = counts ? [] : aggregated ? aggregateColumns(fields, scope) : plainColumns(query, scope);
  const where = whereSql(query, scope);
  const grouping = aggregated ? groupSql(query, scope) : { text: '', parameters: [] };
  const order = orderSql(query, scope, aggregated);
  return {
    kind: counts ? 'count' : aggregated ? 'aggregate' : 'rows',
    object: scope.object,
    columns: selected.map(({ column }) => column),
    expressions: counts ? ['count(*)'] : selected.map(({ sql }) => sql),
    parents: parentsOf(selected, scope),
    // The joins are complete only once every clause has named its fields.
    tables: scope.from,
    from: [scope.from, where.text, grouping.text].filter((text) => text !== '').join(' '),
    tail: counts ? limitSql(query) : [order, limitSql(query)].filter((text) => text !== '').join(' '),
    parameters: [...where.parameters, ...grouping.parameters],
  };
}

function isBareCount(fields: readonly FieldType[]): boolean {
  const first = fields[0];
  return (
    fields.length === 1 &&
    first?.type === 'FieldFunctionExpression' &&
    first.functionName.toUpperCase() === 'COUNT' &&
    first.parameters.length === 0
  );
}

/** The dotted name of a selected field, or undefined for functions and subqueries. */
function dotted(field: FieldType): string | undefined {
  if (field.type === 'Field') return field.field;
  if (field.type === 'FieldRelationship') return [...field.relationships, field.field].join('.');
  return undefined;
}

function plainColumns(query: Query, scope: Scope): readonly Selected[] {
  const seen = new Set<string>();
  return (query.fields ?? []).flatMap((field) => {
    if (field.type === 'FieldFunctionExpression' && field.functionName.toUpperCase() === 'FIELDS') {
      return allColumns(field, query, scope);
    }
    const name = dotted(field) ?? passedThrough(field);
    if (name === undefined) throw malformed(`unexpected token: ${field.type} is not supported in SELECT`);
    const found = scope.find(name);
    const key = found.path.join('.');
    if (seen.has(key)) throw malformed(`duplicate field selected: ${key}`);
    seen.add(key);
    return [selectedField(found)];
  });
}

/** The field inside `toLabel(Status)`, `FORMAT(...)` and `convertCurrency(...)`, which change no value here. */
function passedThrough(field: FieldType): string | undefined {
  if (field.type !== 'FieldFunctionExpression') return undefined;
  const inner = field.parameters[0];
  const known = ['TOLABEL', 'FORMAT', 'CONVERTCURRENCY'].includes(field.functionName.toUpperCase());
  return known && typeof inner === 'string' ? inner : undefined;
}

function allColumns(field: FieldFunctionExpression, query: Query, scope: Scope): readonly Selected[] {
  const [inner] = field.parameters;
  const which = typeof inner === 'string' ? inner.toUpperCase() : '';
  if (!['ALL', 'STANDARD', 'CUSTOM'].includes(which)) throw malformed(`unexpected token: FIELDS(${which})`);
  if (which !== 'STANDARD' && (query.limit === undefined || query.limit > 200)) {
    throw malformed('The SOQL FIELDS function must have a LIMIT of at most 200');
  }
  return scope
    .visibleFields()
    .filter((described) => which === 'ALL' || described.custom === (which === 'CUSTOM'))
    .map((described) => selectedField(scope.find(described.name)));
}

function selectedField(found: Found): Selected {
  return {
    column: { path: found.path, parents: found.parents, field: found.field, form: formOf(found.field) },
    sql: found.sql,
  };
}

function formOf(field: FieldDescribe): QueryColumn['form'] {
  if (isNumeric(field) || field.type === 'boolean') return 'bare';
  if (field.type === 'datetime') return 'datetime';
  return field.type === 'address' || field.type === 'location' ? 'json' : 'text';
}

function aggregateColumns(fields: readonly FieldType[], scope: Scope): readonly Selected[] {
  let unnamed = 0;
  return fields.map((field) => {
    if (isAggregate(field) && field.type === 'FieldFunctionExpression') {
      const operand = aggregateOperand(field, scope);
      const alias = field.alias ?? `expr${unnamed++}`;
      return {
        column: { path: [alias], parents: [], field: operand.field, form: formOf(operand.field) },
        sql: operand.sql,
      };
    }
    const name = dotted(field);
    if (name === undefined) throw malformed('unexpected token in the fields of a grouped query');
    const found = scope.find(name);
    const alias = ('alias' in field ? field.alias : undefined) ?? found.field.name;
    return {
      column: { path: [alias], parents: [], field: found.field, form: formOf(found.field) },
      sql: found.sql,
    };
  });
}

function conditionContext(scope: Scope): ConditionContext {
  return {
    now: scope.context.now,
    operand: (condition: Condition) => {
      if ('fn' in condition) return aggregateOperand(condition.fn, scope);
      if (!('field' in condition)) throw malformed('unexpected token in condition');
      const { sql, field } = scope.find(condition.field);
      return { sql, field, name: condition.field };
    },
    subquery: (condition) => {
      if (!('valueQuery' in condition)) throw malformed('unexpected token in condition');
      return semiJoin(condition.valueQuery, scope);
    },
  };
}

function semiJoin(query: Query, outer: Scope): { text: string; parameters: readonly Parameter[] } {
  const scope = new Scope(outer.context, query.sObject ?? '', query.sObjectAlias);
  const [selected, second] = plainColumns(query, scope);
  if (selected === undefined || second !== undefined) throw malformed('a semi-join selects one field');
  const where = whereSql(query, scope);
  return {
    text: `select ${selected.sql} ${scope.from} ${where.text} and ${selected.sql} is not null`,
    parameters: where.parameters,
  };
}

function whereSql(query: Query, scope: Scope): { text: string; parameters: readonly Parameter[] } {
  const live = scope.context.all ? 'true' : `${scope.column('IsDeleted')} = 'false'`;
  const shared = sharedSql(scope);
  const text = shared === undefined ? `where ${live}` : `where ${live} and ${shared.text}`;
  const parameters = shared?.parameters ?? [];
  if (query.where === undefined) return { text, parameters };
  const condition = conditionSql(query.where, conditionContext(scope));
  return { text: `${text} and (${condition.text})`, parameters: [...parameters, ...condition.parameters] };
}

/** Limits the rows to those whose owners the user sees the rows of. */
function sharedSql(scope: Scope): { text: string; parameters: readonly Parameter[] } | undefined {
  const owners = scope.context.sight.owners?.(scope.object);
  if (owners === undefined) return undefined;
  return { text: `${scope.column('OwnerId')} in (${owners.map(() => '?').join(', ')})`, parameters: owners };
}

function groupSql(query: Query, scope: Scope): { text: string; parameters: readonly Parameter[] } {
  const groups = [query.groupBy ?? []].flat().map((group) => {
    if (!('field' in group)) throw malformed('unexpected token in GROUP BY');
    const found = scope.find(group.field);
    if (!found.field.groupable) {
      throw malformed(`field '${group.field}' can not be grouped in a query call`);
    }
    return `${found.sql}${collation(found.field)}`;
  });
  const having = query.having === undefined ? undefined : conditionSql(query.having, conditionContext(scope));
  const text = groups.length === 0 ? '' : `group by ${groups.join(', ')}`;
  return having === undefined
    ? { text, parameters: [] }
    : { text: `${text} having ${having.text}`, parameters: having.parameters };
}

function orderSql(query: Query, scope: Scope, aggregated: boolean): string {
  const orders = [query.orderBy ?? []].flat().map((order) => orderTerm(order, scope, aggregated));
  return orders.length === 0 ? '' : `order by ${orders.join(', ')}`;
}

/** Nulls come first in both directions unless the query says otherwise (A5). */
function orderTerm(order: OrderByClause, scope: Scope, aggregated: boolean): string {
  if ('fn' in order && !aggregated) throw malformed('unexpected token in ORDER BY');
  const operand: Operand =
    'fn' in order ? aggregateOperand(order.fn, scope) : { ...scope.find(order.field), name: order.field };
  if (!operand.field.sortable) throw malformed(`field '${operand.name}' can not be sorted in a query call`);
  const sql = isNumeric(operand.field)
    ? `cast(${operand.sql} as numeric)`
    : `${operand.sql}${collation(operand.field)}`;
  const direction = order.order?.toUpperCase() === 'DESC' ? ' desc' : '';
  // Fields that are never null keep their index without a word about nulls.
  const filled =
    !operand.field.nillable && !operand.sql.startsWith('coalesce') && operand.sql.startsWith(`${scope.alias}.`);
  if (filled) return `${sql}${direction}`;
  return `${sql}${direction} nulls ${order.nulls?.toUpperCase() === 'LAST' ? 'last' : 'first'}`;
}

const offsetMax = 2000;

function limitSql(query: Query): string {
  if (query.offset !== undefined && query.offset > offsetMax) {
    throw new SalesforceError(400, 'NUMBER_OUTSIDE_VALID_RANGE', `Maximum SOQL offset allowed is ${offsetMax}`);
  }
  if (query.limit === undefined && query.offset === undefined) return '';
  return `limit ${query.limit ?? -1} offset ${query.offset ?? 0}`;
}

function parentsOf(selected: readonly Selected[], scope: Scope): CompiledQuery['parents'] {
  const parents = new Map<string, CompiledQuery['parents'][number]>();
  for (const { column } of selected) {
    for (let length = 1; length < column.path.length; length += 1) {
      const path = column.path.slice(0, length);
      parents.set(path.join('.'), {
        path,
        type: column.parents[length - 1] ?? 'Name',
        expression: scope.parentId(path),
      });
    }
  }
  return [...parents.values()];
}
