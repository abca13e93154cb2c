/**
 * The tables of one query and the fields on them: `Owner.Name` becomes a join and a column. Every table has an alias,
 * `t0` for the object itself; aliases are unique in the whole statement, so semi-joins may nest.
 */

import { type Formula, FormulaError, parseFormula } from '../formula/formula.ts';
import { numberOf } from '../formula/in-sql.ts';
import { SalesforceError } from '../salesforce-error.ts';
import {
  type ChildRelationship,
  type FieldDescribe,
  isCompound,
  type Schema,
  type SchemaObject,
} from '../schema/schema.ts';
import { text } from '../schema/standard/build.ts';
import { identifier } from '../store/tables.ts';
import { computedSql } from './computed.ts';
import type { FieldSight } from './soql.ts';

export interface Context {
  readonly schema: Schema;
  readonly sight: FieldSight;
  readonly now: number;
  readonly all: boolean;
  readonly userId: string | undefined;
  /** Gives each table of the statement its alias. */
  readonly aliases: { next: number };
}

/** A field found: where it is, and how SQL says it. */
export interface Found {
  readonly path: readonly string[];
  readonly parents: readonly string[];
  readonly field: FieldDescribe;
  readonly sql: string;
}

/** One place on a path: the object itself, or a parent; a polymorphic parent stands in several tables at once. */
interface Place {
  readonly path: readonly string[];
  readonly parents: readonly string[];
  readonly tables: readonly { readonly object: SchemaObject; readonly alias: string }[];
}

/** Each row stands once in every set, a number in `alias`; the fields that are no part of a set are null there. */
interface GroupingSets {
  readonly alias: string;
  /** Which sets a field is part of, by its path in lower case. */
  readonly setsOf: ReadonlyMap<string, readonly number[]>;
}

/** Formulas may name formulas; beyond so many the innermost counts as it was stored. */
const formulaDepthMax = 10;

function understood(text: string): Formula | undefined {
  try {
    return parseFormula(text);
  } catch (error) {
    // Beyond the part of the language that is known here.
    if (error instanceof FormulaError) return undefined;
    throw error;
  }
}

function column(alias: string, name: string): string {
  return `${alias}.${identifier(name)}`;
}

export class Scope {
  readonly object: SchemaObject;
  readonly alias: string;
  readonly context: Context;
  readonly #names: ReadonlySet<string>;
  readonly #places = new Map<string, Place>();
  readonly #joins: string[] = [];
  #sets: GroupingSets | undefined;
  #depth = 0;

  /** `soqlAlias` is the query's own name for the object: `SELECT l.Id FROM Lead l`. */
  constructor(context: Context, objectName: string, soqlAlias?: string) {
    const object = context.schema.object(objectName);
    const seen = object !== undefined && (context.sight.canQuery?.(object) ?? true);
    if (object === undefined || !seen || !object.describe.queryable) throw noSuchObject(objectName);
    this.context = context;
    this.object = object;
    this.alias = `t${context.aliases.next++}`;
    this.#names = new Set([object.name.toLowerCase(), ...(soqlAlias === undefined ? [] : [soqlAlias.toLowerCase()])]);
    this.#places.set('', { path: [], parents: [], tables: [{ object, alias: this.alias }] });
  }

  /** `from` and all joins that fields asked for so far. */
  get from(): string {
    return [`from ${identifier(this.object.name)} as ${this.alias}`, ...this.#joins].join(' ');
  }

  column(name: string): string {
    return `${this.alias}.${identifier(name)}`;
  }

  /** Finds `Name` or `Owner.Name`; INVALID_FIELD if there is none, or the user may not see it. */
  find(dotted: string): Found {
    const found = this.findOf(dotted, undefined);
    const isPart = this.#isPartOfSet(found.path);
    return isPart === undefined ? found : { ...found, sql: `case when ${isPart} then ${found.sql} end` };
  }

  /**
   * Groups by several sets of these fields at once, each given by its fields' places in the list; from now on `find` answers
   * null for a field in sets that it is no part of. Answers the column that tells the set.
   */
  groupBySets(fields: readonly string[], sets: readonly (readonly number[])[]): string {
    const alias = `t${this.context.aliases.next++}`;
    this.#joins.push(`cross join (${sets.map((_, set) => `select ${set} as n`).join(' union all ')}) as ${alias}`);
    const setsOf = fields.map((dotted, at) => {
      const numbers = sets.flatMap((set, number) => (set.includes(at) ? [number] : []));
      return [this.find(dotted).path.join('.').toLowerCase(), numbers] as const;
    });
    this.#sets = { alias, setsOf: new Map(setsOf) };
    return `${alias}.n`;
  }

  /** GROUPING(): 1 where the field is no part of the row's set, and so null. */
  grouping(dotted: string): string {
    const isPart = this.#isPartOfSet(this.findOf(dotted, undefined).path);
    if (isPart === undefined) throw new SalesforceError(400, 'MALFORMED_QUERY', `${dotted} is not grouped by a set`);
    return `case when ${isPart} then '0' else '1' end`;
  }

  #isPartOfSet(path: readonly string[]): string | undefined {
    const numbers = this.#sets?.setsOf.get(path.join('.').toLowerCase());
    return numbers === undefined ? undefined : `${this.#sets?.alias}.n in (${numbers.join(', ')})`;
  }

  /** Does work for which a field is its value in every set, as aggregates are. */
  inEverySet<T>(work: () => T): T {
    const sets = this.#sets;
    this.#sets = undefined;
    try {
      return work();
    } finally {
      this.#sets = sets;
    }
  }

  /** The same in one of a polymorphic parent's objects only. */
  findOf(dotted: string, only: string | undefined): Found {
    const names = dotted.split('.');
    if (names.length > 1 && this.#names.has(names[0]?.toLowerCase() ?? '')) names.shift();
    const last = names.pop() ?? '';
    const place = this.#walk(this.#places.get('') as Place, names, dotted, true);
    const tables =
      only === undefined
        ? place.tables
        : place.tables.filter(({ object }) => object.name.toLowerCase() === only.toLowerCase());
    const columns = tables.flatMap(({ object, alias }) => {
      const field = this.#visible(object, object.field(last));
      return field === undefined ? [] : [{ field, sql: this.#sqlOf(object, field, alias) }];
    });
    const type = only === undefined && last.toLowerCase() === 'type' ? typeOfParent(place) : undefined;
    if (type !== undefined) return { path: [...place.path, 'Type'], parents: place.parents, ...type };
    const first = columns[0];
    if (first === undefined) throw this.#noSuchField(last, place, dotted);
    const sql = columns.length === 1 ? first.sql : `coalesce(${columns.map((column) => column.sql).join(', ')})`;
    return { path: [...place.path, first.field.name], parents: place.parents, field: first.field, sql };
  }

  #walk(from: Place, names: readonly string[], dotted: string, guarded: boolean): Place {
    return names.reduce((at, name) => this.#step(at, name, dotted, guarded), from);
  }

  #sqlOf(object: SchemaObject, field: FieldDescribe, alias: string): string {
    if (isCompound(field)) return compound(object, alias, field);
    if (field.type === 'encryptedstring' && this.context.sight.seesEncrypted === false) {
      return `masked(${column(alias, field.name)}, '${field.maskType ?? 'all'}', '${field.mask === 'X' ? 'X' : '*'}')`;
    }
    if (field.calculatedFormula !== null) return this.#formula(object, field, alias) ?? column(alias, field.name);
    return computedSql(this.context.schema, object, field.name, alias) ?? column(alias, field.name);
  }

  /** A formula over the row at `alias`; undefined if it is none that is understood, and the stored value stands. */
  #formula(object: SchemaObject, field: FieldDescribe, alias: string): string | undefined {
    const formula = understood(field.calculatedFormula ?? '');
    if (formula === undefined || this.#depth > formulaDepthMax) return undefined;
    this.#depth += 1;
    try {
      const operands = formula.references.map((path) => this.#operand(object, alias, path));
      const known = operands.flatMap((operand) => operand ?? []);
      if (known.length < operands.length) return undefined;
      const number = numberOf({ formula, field, operands: known.map((operand) => operand.field) });
      return `formula(${[number, this.context.now, ...known.map(({ sql }) => sql)].join(', ')})`;
    } finally {
      this.#depth -= 1;
    }
  }

  /** What a formula names: a field of the row at `alias` or of its parents, whoever may see it, or a global. */
  #operand(object: SchemaObject, alias: string, path: string): { sql: string; field?: FieldDescribe } | undefined {
    if (path.startsWith('$')) return { sql: this.#global(path) };
    const names = path.split('.').map((name) => name.split(':')[0] ?? name);
    const last = names.pop() ?? '';
    const key = `#${alias}`;
    const root = this.#places.get(key) ?? { path: [key], parents: [], tables: [{ object, alias }] };
    this.#places.set(key, root);
    try {
      const [table] = this.#walk(root, names, path, false).tables;
      const field = table?.object.field(last) ?? table?.object.field(`${last}Id`);
      if (table === undefined || field === undefined) return undefined;
      return { sql: this.#sqlOf(table.object, field, table.alias), field };
    } catch (error) {
      // A parent that this schema does not have: the formula stays as it was stored.
      if (error instanceof SalesforceError) return undefined;
      throw error;
    }
  }

  #global(path: string): string {
    const [name = '', field = ''] = path.slice(1).split('.');
    const found = this.context.schema.object(name)?.field(field);
    const { userId } = this.context;
    if (found === undefined || userId === undefined) return 'null';
    const value = `(select g.${identifier(found.name)} from ${identifier(name)} as g`;
    switch (name.toLowerCase()) {
      case 'user':
        return `${value} where g."Id" = '${userId}')`;
      case 'profile':
        return `${value} join "User" as u on u."ProfileId" = g."Id" where u."Id" = '${userId}')`;
      case 'organization':
        return `${value} limit 1)`;
      default:
        return 'null';
    }
  }

  /** The id of the parent at a path of relationship names, for its URL; null where there is none. */
  parentId(path: readonly string[]): string {
    const place = this.#places.get(path.join('.').toLowerCase());
    if (place === undefined) throw new Error(`No parent ${path.join('.')} in this query.`);
    const ids = place.tables.map(({ alias }) => `${alias}."Id"`);
    return ids.length === 1 ? (ids[0] as string) : `coalesce(${ids.join(', ')})`;
  }

  /** An object's name in its own case. */
  canonical(object: string): string {
    return this.context.schema.object(object)?.name ?? object;
  }

  /** The relationship that leads to children: `Contacts`; INVALID_FIELD if there is none that the user may see. */
  child(name: string): ChildRelationship {
    const { schema, sight } = this.context;
    const child = schema
      .children(this.object)
      .find(({ relationshipName }) => relationshipName?.toLowerCase() === name.toLowerCase());
    const object = child === undefined ? undefined : schema.object(child.childSObject);
    const seen = object !== undefined && (sight.canQuery?.(object) ?? true);
    if (child !== undefined && seen) return child;
    throw new SalesforceError(
      400,
      'INVALID_TYPE',
      `\nDidn't understand relationship '${name}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`,
    );
  }

  /** Latitude and longitude behind a compound field. */
  coordinates(dotted: string): { readonly latitudeSql: string; readonly longitudeSql: string } {
    const { field } = this.find(dotted);
    if (!isCompound(field)) throw new SalesforceError(400, 'INVALID_FIELD', `\n${dotted} is no location`);
    const prefix = dotted.split('.').slice(0, -1);
    const part = (name: string): string => {
      const found = this.object.fields.find((of) => of.compoundFieldName === field.name && of.name.includes(name));
      return this.find([...prefix, found?.name ?? `${field.name.replace(/Address$/, '')}${name}`].join('.')).sql;
    };
    return { latitudeSql: part('Latitude'), longitudeSql: part('Longitude') };
  }

  visibleFields(): readonly FieldDescribe[] {
    return this.object.fields.filter((field) => this.#visible(this.object, field) !== undefined);
  }

  #visible(object: SchemaObject, field: FieldDescribe | undefined): FieldDescribe | undefined {
    return field !== undefined && this.context.sight.canRead(object.name, field.name) ? field : undefined;
  }

  #step(at: Place, name: string, dotted: string, guarded: boolean): Place {
    const key = [...at.path, name].join('.').toLowerCase();
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const steps = at.tables.flatMap(({ object, alias }) => {
      const found = object.relationship(name);
      const reference = guarded ? this.#visible(object, found) : found;
      return reference === undefined ? [] : [{ alias, reference }];
    });
    const tables = steps.flatMap(({ alias, reference }) =>
      reference.referenceTo.flatMap((target) => {
        const object = this.context.schema.object(target);
        return object === undefined ? [] : [this.#join(object, `${alias}.${identifier(reference.name)}`)];
      }),
    );
    const reference = steps[0]?.reference;
    if (reference === undefined || tables.length === 0) {
      throw new SalesforceError(
        400,
        'INVALID_FIELD',
        `\nDidn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names. (${dotted})`,
      );
    }
    const parent = reference.referenceTo.length > 1 ? 'Name' : (tables[0]?.object.name ?? 'Name');
    const place: Place = {
      path: [...at.path, reference.relationshipName ?? name],
      parents: [...at.parents, parent],
      tables,
    };
    this.#places.set(key, place);
    return place;
  }

  #join(object: SchemaObject, key: string): Place['tables'][number] {
    const alias = `t${this.context.aliases.next++}`;
    this.#joins.push(`left join ${identifier(object.name)} as ${alias} on ${alias}."Id" = ${key}`);
    return { object, alias };
  }

  #noSuchField(name: string, place: Place, dotted: string): SalesforceError {
    const entity = place.tables[0]?.object.name ?? this.object.name;
    return new SalesforceError(
      400,
      'INVALID_FIELD',
      `\n${dotted}\n^\nERROR at Row:1:Column:1\nNo such column '${name}' on entity '${entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
    );
  }
}

/** Whose own field says the kind: a queue is a group of type `Queue`, and a folder says of what. */
const ownKinds = new Set(['Group', 'Folder']);

/** What kind of record a parent is that may be of several: `What.Type`. */
function typeOfParent({ parents, tables }: Place): Pick<Found, 'field' | 'sql'> | undefined {
  const [table] = tables;
  if (parents.at(-1) !== 'Name' || table === undefined) return undefined;
  const kinds = tables.map(({ object, alias }) => {
    const kind = ownKinds.has(object.name) ? column(alias, 'Type') : `'${object.name}'`;
    return `when ${alias}."Id" is not null then ${kind}`;
  });
  const sql = `case ${kinds.join(' ')} end`;
  return { sql, field: text('Type', 'Type', 40) };
}

function noSuchObject(name: string): SalesforceError {
  return new SalesforceError(
    400,
    'INVALID_TYPE',
    `\nsObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
  );
}

/** Parts of a compound address in the names REST gives them (A4). */
const addressParts = ['City', 'Country', 'GeocodeAccuracy', 'Latitude', 'Longitude', 'PostalCode', 'State', 'Street'];

/** A compound field as JSON made in SQL; null when all its parts are. Coordinates keep their digits. */
function compound(object: SchemaObject, alias: string, field: FieldDescribe): string {
  const parts = addressParts.flatMap((part) => {
    const found = object.fields.find(
      (of) => of.compoundFieldName === field.name && of.name.replace(/__s$/, '').endsWith(part),
    );
    return found === undefined ? [] : [{ part, type: found.type, sql: `${alias}.${identifier(found.name)}` }];
  });
  if (parts.length === 0) return 'null';
  const members = parts.map(({ part, type, sql }) => {
    const key = `${(part[0] ?? '').toLowerCase()}${part.slice(1)}`;
    return `'${key}', ${type === 'double' ? `json(${sql})` : sql}`;
  });
  const codes = field.type === 'address' ? `'countryCode', null, 'stateCode', null, ` : '';
  return `case when coalesce(${[...parts.map(({ sql }) => sql), 'null'].join(', ')}) is null then null else json_object(${codes}${members.join(', ')}) end`;
}
