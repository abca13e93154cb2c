import type { FieldFunctionExpression, FieldType, FunctionExp } from '@jetstreamapp/soql-parser-js';
import { SalesforceError } from '../salesforce-error.ts';
import { type FieldDescribe, isNumeric } from '../schema/schema.ts';
import { collation } from '../store/tables.ts';
import type { Operand } from './conditions.ts';
import { innerOperand } from './functions.ts';
import type { Scope } from './scope.ts';

const aggregates = ['COUNT', 'COUNT_DISTINCT', 'MAX', 'MIN', 'SUM', 'AVG', 'GROUPING'];

export function isAggregate(field: FieldType): boolean {
  return field.type === 'FieldFunctionExpression' && aggregates.includes(field.functionName.toUpperCase());
}

export function isAggregateName(name: string | undefined): boolean {
  return aggregates.includes((name ?? '').toUpperCase());
}

/** An aggregate as SQL, and the field whose type its value has: an int for counts. */
export function aggregateOperand(fn: FunctionExp | FieldFunctionExpression, scope: Scope): Operand {
  const name = (fn.functionName ?? '').toUpperCase();
  const inner = fn.parameters?.[0];
  const raw = fn.rawValue ?? name;
  if (name === 'COUNT' && inner === undefined) return { sql: 'count(*)', name: raw, field: countField(scope) };
  if (name === 'GROUPING') {
    if (typeof inner !== 'string') throw new SalesforceError(400, 'MALFORMED_QUERY', `unexpected token: ${raw}`);
    return { sql: scope.grouping(inner), name: raw, field: countField(scope) };
  }
  const { sql, field } = scope.inEverySet(() => innerOperand(fn, scope, raw));
  const number = `cast(${sql} as numeric)`;
  switch (name) {
    case 'COUNT':
      return { sql: `cast(count(${sql}) as text)`, name: raw, field: countField(scope) };
    case 'COUNT_DISTINCT':
      return { sql: `cast(count(distinct ${sql}${collation(field)}) as text)`, name: raw, field: countField(scope) };
    case 'MAX':
    case 'MIN':
      return {
        sql: isNumeric(field)
          ? `cast(${name.toLowerCase()}(${number}) as text)`
          : `${name.toLowerCase()}(${sql}${collation(field)})`,
        name: raw,
        field,
      };
    case 'SUM':
    case 'AVG':
      if (!isNumeric(field))
        throw new SalesforceError(
          400,
          'INVALID_FIELD',
          `\nfield ${field.name} does not support aggregate operator ${name}`,
        );
      return { sql: `cast(${name.toLowerCase()}(${number}) as text)`, name: raw, field };
    default:
      throw new SalesforceError(400, 'MALFORMED_QUERY', `unexpected token: ${raw}`);
  }
}

/** Counts are whole numbers: they take the form of an int field. */
function countField(scope: Scope): FieldDescribe {
  const id = scope.object.field('Id') ?? scope.object.fields[0];
  return { ...(id as FieldDescribe), name: 'expr', type: 'int', filterable: true };
}
