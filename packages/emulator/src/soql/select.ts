/** What a query selects: fields, functions, all fields, fields by the type of a parent, and children. */
import type { FieldFunctionExpression, FieldType, FieldTypeOf, Query } from '@jetstreamapp/soql-parser-js';
import { SalesforceError } from '../salesforce-error.ts';
import { type FieldDescribe, isNumeric } from '../schema/schema.ts';
import { aggregateOperand, isAggregate } from './aggregates.ts';
import { functionOperand, isRowFunction } from './functions.ts';
import type { Found, Scope } from './scope.ts';
import type { QueryColumn } from './soql.ts';

export interface Selected {
  readonly column: QueryColumn;
  readonly sql: string;
}

function malformed(message: string): SalesforceError {
  return new SalesforceError(400, 'MALFORMED_QUERY', message);
}

/** The dotted name of a selected field, or undefined for functions and subqueries. */
function dotted(field: FieldType): string | undefined {
  if (field.type === 'Field') return field.field;
  if (field.type === 'FieldRelationship') return [...field.relationships, field.field].join('.');
  return undefined;
}

/** Columns of a query of rows, without its children. */
export function plainColumns(query: Query, scope: Scope): readonly Selected[] {
  const seen = new Set<string>();
  return (query.fields ?? [])
    .filter(({ type }) => type !== 'FieldSubquery')
    .flatMap((field) => {
      const selected = oneOrMore(field, query, scope);
      for (const { column } of selected) {
        const key = [...column.path, column.when ?? ''].join('.');
        if (seen.has(key)) throw malformed(`duplicate field selected: ${column.path.join('.')}`);
        seen.add(key);
      }
      return selected;
    });
}

function oneOrMore(field: FieldType, query: Query, scope: Scope): readonly Selected[] {
  if (field.type === 'FieldTypeof') return typeofColumns(field, scope);
  if (field.type !== 'FieldFunctionExpression') return [selectedField(scope.find(dotted(field) ?? ''))];
  if (field.functionName.toUpperCase() === 'FIELDS') return allColumns(field, query, scope);
  if (!isRowFunction(field.functionName)) throw malformed(`unexpected token: '${field.functionName}'`);
  return [functionColumn(field, scope)];
}

function functionColumn(field: FieldFunctionExpression, scope: Scope): Selected {
  const operand = functionOperand(field, scope);
  const inner = field.parameters[0];
  // A function of a field takes the field's place; one that has none, as DISTANCE, must be named.
  const found = typeof inner === 'string' ? scope.find(inner) : undefined;
  const path = field.alias === undefined ? (found?.path ?? ['expr0']) : [field.alias];
  const parents = field.alias === undefined ? (found?.parents ?? []) : [];
  return { column: { path, parents, field: operand.field, form: formOf(operand.field) }, sql: operand.sql };
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

/** `TYPEOF What WHEN Account THEN Phone ELSE Name END`: each column is there for parents of its type only. */
function typeofColumns(field: FieldTypeOf, scope: Scope): readonly Selected[] {
  const named = field.conditions.flatMap(({ objectType }) => (objectType === undefined ? [] : [objectType]));
  return field.conditions.flatMap(({ objectType, fieldList }) =>
    fieldList.map((name) => {
      const found = scope.findOf(`${field.field}.${name}`, objectType);
      const when =
        objectType === undefined
          ? `!${named.map((one) => scope.canonical(one)).join(',')}`
          : scope.canonical(objectType);
      return { ...selectedField(found), column: { ...selectedField(found).column, when } };
    }),
  );
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
  if (field.type === 'base64') return 'bytes';
  return ['address', 'location', 'complexvalue'].includes(field.type) ? 'json' : 'text';
}

/** Columns of a grouped query: aggregates and what is grouped by. */
export function aggregateColumns(fields: readonly FieldType[], scope: Scope): readonly Selected[] {
  let unnamed = 0;
  return fields.map((field) => {
    if (field.type === 'FieldFunctionExpression') {
      const operand = isAggregate(field) ? aggregateOperand(field, scope) : functionOperand(field, scope);
      const alias = field.alias ?? `expr${unnamed++}`;
      const column = { path: [alias], parents: [], field: operand.field, form: formOf(operand.field) };
      return { column: isAggregate(field) ? { ...column, aggregate: operand.name } : column, sql: operand.sql };
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
