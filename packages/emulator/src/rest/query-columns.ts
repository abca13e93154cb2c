/** What a query selects, without its rows: `query?q=...&columns=true`, which `sf data query` asks to print a table. */
import type { FieldDescribe } from '../schema/schema.ts';
import type { CompiledQuery } from '../soql/soql.ts';
import { type Answer, answer } from './answer.ts';

interface ColumnMetadata {
  readonly aggregate: boolean;
  readonly apexType: string | null;
  readonly booleanType: boolean;
  readonly columnName: string;
  readonly custom: boolean;
  readonly displayName: string;
  readonly foreignKeyName: string | null;
  readonly insertable: boolean;
  /** Columns of a parent, or of children. */
  readonly joinColumns: readonly ColumnMetadata[];
  readonly numberType: boolean;
  readonly textType: boolean;
  readonly updatable: boolean;
}

export function columnsAnswer(query: CompiledQuery): Answer {
  return answer({
    columnMetadata: columnsOf(query),
    entityName: query.object.name,
    groupBy: query.kind === 'aggregate',
    idSelected: query.columns.some(({ path }) => path.join('.') === 'Id'),
    keyPrefix: query.object.describe.keyPrefix,
  });
}

/** Columns in order, those of one parent together, children last. */
function columnsOf(query: CompiledQuery): readonly ColumnMetadata[] {
  if (query.kind === 'count') return [];
  const own = query.columns.map(({ path, field, aggregate }) => ({ path, column: columnOf(path, field, aggregate) }));
  const children = query.children.map((child) => ({
    ...joined(child.name, columnsOf(child.query), child.query.object.name),
    aggregate: true,
  }));
  return [...nested(own, query), ...children];
}

interface Placed {
  readonly path: readonly string[];
  readonly column: ColumnMetadata;
}

/** Columns whose path goes through a parent become the parent's, where it is first named. */
function nested(columns: readonly Placed[], query: CompiledQuery | undefined): readonly ColumnMetadata[] {
  const parents = Map.groupBy(
    columns.filter(({ path }) => path.length > 1),
    ({ path }) => path[0] ?? '',
  );
  const seen = new Set<string>();
  return columns.flatMap(({ path, column }) => {
    const [name = ''] = path;
    if (path.length === 1) return [column];
    if (seen.has(name)) return [];
    seen.add(name);
    const inside = (parents.get(name) ?? []).map((one) => ({ ...one, path: one.path.slice(1) }));
    return [joined(name, nested(inside, undefined), query?.object.relationship(name)?.name ?? null)];
  });
}

function joined(name: string, joinColumns: readonly ColumnMetadata[], foreignKeyName: string | null): ColumnMetadata {
  return { ...columnOf([name], undefined, undefined), joinColumns, foreignKeyName };
}

function columnOf(
  path: readonly string[],
  field: FieldDescribe | undefined,
  aggregate: string | undefined,
): ColumnMetadata {
  const name = path.at(-1) ?? '';
  const apexType = field === undefined ? null : apexTypeOf(field);
  return {
    aggregate: aggregate !== undefined,
    apexType,
    booleanType: apexType === 'Boolean',
    columnName: name,
    custom: field?.custom ?? false,
    displayName: aggregate ?? name,
    foreignKeyName: null,
    insertable: aggregate === undefined && field?.createable === true,
    joinColumns: [],
    numberType: apexType === 'Integer' || apexType === 'Double',
    textType: apexType === 'String',
    updatable: aggregate === undefined && field?.updateable === true,
  };
}

const apexTypes: Readonly<Record<string, string>> = {
  id: 'Id',
  reference: 'Id',
  boolean: 'Boolean',
  int: 'Integer',
  double: 'Double',
  currency: 'Double',
  percent: 'Double',
  date: 'Date',
  datetime: 'Datetime',
  time: 'Time',
  address: 'Address',
  location: 'Location',
  base64: 'Blob',
};

function apexTypeOf({ type }: FieldDescribe): string {
  return apexTypes[type] ?? 'String';
}
