/**
 * SOQL compiled to SQL over the store.
 *
 * A query is compiled for a user: a field that the user may not see does not exist (INVALID_FIELD), nor does an object
 * that is not there (INVALID_TYPE); what does not parse is MALFORMED_QUERY (A5, A7). Names are found in any case and come
 * back in canonical case. The compiled query is data: whoever runs it may wrap `expressions` to make its own output.
 */
import type { FieldDescribe, SchemaObject } from '../schema/schema.ts';
import type { Store, Stored } from '../store/store.ts';

export interface QueryColumn {
  /** `['Owner', 'Name']` for `Owner.Name`, in canonical case; one element for the object's own fields. */
  readonly path: readonly string[];
  /** Objects the parents on the path belong to, for `attributes.type`: `['User']` for `Owner.Name`. */
  readonly parents: readonly string[];
  /** The field that is read; of an aggregate, the field inside, or undefined for COUNT. */
  readonly field: FieldDescribe | undefined;
  /** How the value is written: as text, bare (numbers and booleans), as a datetime, as a JSON object made in SQL, or bytes. */
  readonly form: 'text' | 'bare' | 'datetime' | 'json' | 'bytes';
  /** Of TYPEOF: the one type of parent the column is for, or `!A,B` for all others. */
  readonly when?: string;
  /** The function of an aggregate, as the query wrote it: `COUNT(Id)`. */
  readonly aggregate?: string;
}

/** Rows that hang on each row of a query. */
export interface ChildQuery {
  /** The relationship's name in canonical case: `Contacts`. */
  readonly name: string;
  /** Its first parameter is the parent's id, which is still null. */
  readonly query: CompiledQuery;
}

export interface CompiledQuery {
  readonly kind: 'rows' | 'count' | 'aggregate';
  readonly object: SchemaObject;
  /** The alias of the object's own table. */
  readonly alias: string;
  readonly columns: readonly QueryColumn[];
  readonly children: readonly ChildQuery[];
  /** FOR VIEW, FOR REFERENCE: the rows count as looked at. */
  readonly marks: 'VIEW' | 'REFERENCE' | undefined;
  /** One SQL expression a column; each gives stored text or null. The object's own table is `t0`. */
  readonly expressions: readonly string[];
  /**
   * Each parent on a column's path: its type as `attributes.type` says it (undefined: the type of the record it is), and
   * the SQL of its id (null: no parent).
   */
  readonly parents: readonly {
    readonly path: readonly string[];
    readonly type: string | undefined;
    readonly expression: string;
  }[];
  /** `from` and joins alone. */
  readonly tables: string;
  /** Everything from `from` to before `order by`. */
  readonly from: string;
  /** `order by ... limit ... offset ...`, or ''. */
  readonly tail: string;
  /** Parameters of `from`, in order. */
  readonly parameters: readonly (string | number | null)[];
}

export interface CompileOptions {
  /** queryAll: deleted rows too. */
  readonly all?: boolean;
  /** Whose rows USING SCOPE mine means. */
  readonly userId?: string;
}

/** Who asks: which objects, rows and fields exist for them. */
export interface FieldSight {
  canRead(object: string, field: string): boolean;
  /** Every object where this is absent. */
  canQuery?(object: SchemaObject): boolean;
  /** Owners whose rows they see; undefined, and where this is absent, all. */
  owners?(object: SchemaObject): readonly string[] | undefined;
  /** False: encrypted texts are masked. */
  readonly seesEncrypted?: boolean;
}

/** The whole statement of a compiled query. */
function sqlOf(query: CompiledQuery): string {
  return `select ${query.expressions.join(', ')} ${query.from} ${query.tail}`;
}

/** Rows as stored text, in the order of `columns`, one at a time. */
export function* rowsOf(store: Store, query: CompiledQuery): IterableIterator<readonly Stored[]> {
  const statement = store.database.prepare(sqlOf(query));
  statement.setReturnArrays(true);
  for (const row of statement.iterate(...query.parameters)) yield row as unknown as readonly Stored[];
}

/**
 * `compile(soql, schema, sight, now, options?)`: compiles a query for a user (`org.access.sight(user)`); throws
 * `SalesforceError` with A5's codes.
 */
export { compile } from './compile.ts';
