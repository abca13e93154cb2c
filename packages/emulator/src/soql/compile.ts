import {
  type Condition,
  type FieldType,
  type OrderByClause,
  parseQuery,
  type Query,
} from '@jetstreamapp/soql-parser-js';
import { SalesforceError } from '../salesforce-error.ts';
import { isNumeric, type Schema } from '../schema/schema.ts';
import { collation } from '../store/tables.ts';
import { aggregateOperand, isAggregate, isAggregateName } from './aggregates.ts';
import { type ConditionContext, conditionSql, type Operand, type Parameter } from './conditions.ts';
import { functionOperand } from './functions.ts';
import { type Context, Scope } from './scope.ts';
import { aggregateColumns, plainColumns, type Selected } from './select.ts';
import type { ChildQuery, CompiledQuery, CompileOptions, FieldSight } from './soql.ts';

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
  const context: Context = {
    schema,
    sight,
    now,
    all: options.all === true,
    userId: options.userId,
    aliases: { next: 0 },
  };
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

/** `link` is the column by which the rows of a subquery hang on their parent, whose id is then the first parameter. */
function compileQuery(query: Query, scope: Scope, link?: string): CompiledQuery {
  const fields = query.fields ?? [];
  const counts = isBareCount(fields);
  const aggregated = !counts && (query.groupBy !== undefined || fields.some(isAggregate));
  if (fields.length === 0) throw malformed('a query needs fields');
  const where = whereSql(query, scope, link);
  const set = aggregated ? setColumn(query, scope) : undefined;
  const selected = counts ? [] : aggregated ? aggregateColumns(fields, scope) : plainColumns(query, scope);
  const children = childrenOf(query, scope);
  const grouping = aggregated ? groupSql(query, scope, set) : { text: '', parameters: [] };
  const order = orderSql(query, scope, aggregated);
  return {
    kind: counts ? 'count' : aggregated ? 'aggregate' : 'rows',
    object: scope.object,
    alias: scope.alias,
    children,
    marks: query.for === 'VIEW' || query.for === 'REFERENCE' ? query.for : undefined,
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

/** Queries of children, each by its relationship's name. One level deep, as Salesforce had it until lately. */
function childrenOf(query: Query, scope: Scope): readonly ChildQuery[] {
  return (query.fields ?? []).flatMap((field) => {
    if (field.type !== 'FieldSubquery') return [];
    const { relationshipName, ...subquery } = field.subquery;
    const child = scope.child(relationshipName);
    const inner = new Scope(scope.context, child.childSObject, subquery.sObjectAlias);
    const compiled = compileQuery(subquery as Query, inner, inner.column(child.field));
    if (compiled.kind !== 'rows') throw malformed('a subquery selects rows');
    return [{ name: child.relationshipName ?? relationshipName, query: compiled }];
  });
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

function conditionContext(scope: Scope): ConditionContext {
  return {
    now: scope.context.now,
    operand: (condition: Condition) => {
      if ('fn' in condition) {
        return isAggregateName(condition.fn.functionName)
          ? aggregateOperand(condition.fn, scope)
          : functionOperand(condition.fn, scope);
      }
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

function whereSql(query: Query, scope: Scope, link?: string): { text: string; parameters: readonly Parameter[] } {
  const live = scope.context.all ? 'true' : `${scope.column('IsDeleted')} = 'false'`;
  const shared = sharedSql(scope);
  const linked = link === undefined ? '' : ` and ${link} = ?`;
  const mine = query.usingScope?.toLowerCase() === 'mine' && scope.context.userId !== undefined;
  const owned = mine && scope.object.field('OwnerId') !== undefined ? ` and ${scope.column('OwnerId')} = ?` : '';
  const text = `where ${live}${linked}${shared === undefined ? '' : ` and ${shared.text}`}${owned}`;
  const parameters: readonly Parameter[] = [
    ...(link === undefined ? [] : [null]),
    ...(shared?.parameters ?? []),
    ...(owned === '' ? [] : [scope.context.userId ?? null]),
  ];
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

type Group =
  Exclude<Query['groupBy'], undefined> extends infer G ? (G extends readonly (infer One)[] ? One : G) : never;

const groupsOf = (query: Query): readonly Group[] => [query.groupBy ?? []].flat() as readonly Group[];

/** The fields of GROUP BY ROLLUP(...) or CUBE(...), and the function. */
function setsIn(query: Query): { readonly fields: readonly string[]; readonly isCube: boolean } | undefined {
  const [group, ...others] = groupsOf(query);
  if (group === undefined || !('fn' in group)) return undefined;
  const name = (group.fn.functionName ?? '').toUpperCase();
  if (name !== 'ROLLUP' && name !== 'CUBE') return undefined;
  const fields = (group.fn.parameters ?? []).filter((one) => typeof one === 'string');
  const whole = fields.length === group.fn.parameters?.length && fields.length > 0 && fields.length <= setFieldsMax;
  if (!whole || others.length > 0) throw malformed(`unexpected token: '${name}'`);
  return { fields, isCube: name === 'CUBE' };
}

const setFieldsMax = 3;

/** The column that tells a row's set of groups, where the query groups by several. */
function setColumn(query: Query, scope: Scope): string | undefined {
  const found = setsIn(query);
  if (found === undefined) return undefined;
  const places = found.fields.map((_, at) => at);
  const sets = found.isCube
    ? Array.from({ length: 2 ** places.length }, (_, mask) => places.filter((at) => (mask & (1 << at)) === 0))
    : [...places.map((at) => places.slice(0, places.length - at)), []];
  return scope.groupBySets(found.fields, sets);
}

function groupSql(
  query: Query,
  scope: Scope,
  set: string | undefined,
): { text: string; parameters: readonly Parameter[] } {
  const named = setsIn(query)?.fields.map((field) => ({ field })) ?? groupsOf(query);
  const fields = named.map((group) => {
    const found =
      'field' in group ? { ...scope.find(group.field), name: group.field } : functionOperand(group.fn, scope);
    if (!found.field.groupable) {
      throw malformed(`field '${found.name}' can not be grouped in a query call`);
    }
    return `${found.sql}${collation(found.field)}`;
  });
  const groups = set === undefined ? fields : [set, ...fields];
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
  if ('fn' in order && !aggregated && isAggregateName(order.fn.functionName)) {
    throw malformed('unexpected token in ORDER BY');
  }
  const operand = orderOperand(order, scope);
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

function orderOperand(order: OrderByClause, scope: Scope): Operand {
  if (!('fn' in order)) return { ...scope.find(order.field), name: order.field };
  return isAggregateName(order.fn.functionName) ? aggregateOperand(order.fn, scope) : functionOperand(order.fn, scope);
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
        // A parent that TYPEOF looks into says its own type.
        type: column.when === undefined ? (column.parents[length - 1] ?? 'Name') : undefined,
        expression: scope.parentId(path),
      });
    }
  }
  return [...parents.values()];
}
