/**
 * SOSL (A5): `FIND {words} IN ALL FIELDS RETURNING Lead(Id, Name WHERE ... LIMIT 5), Contact`. Words match whole words
 * without case, `*` and `?` stand for letters, quotes hold a phrase together, AND, OR and AND NOT join. There is no index
 * to wait for: what was written is found at once.
 */
import { SalesforceError } from '../salesforce-error.ts';
import { type FieldDescribe, type Schema, type SchemaObject } from '../schema/schema.ts';
import { identifier } from '../store/tables.ts';
import { type CompiledQuery, type CompileOptions, compile, type FieldSight } from './soql.ts';

type FieldGroup = 'ALL' | 'NAME' | 'EMAIL' | 'PHONE' | 'SIDEBAR';

interface Returning {
  readonly object: string;
  /** What stands in its parentheses: fields, and clauses of SOQL behind them. */
  readonly fields: string;
  readonly clauses: string;
}

export interface Search {
  readonly words: string;
  readonly group: FieldGroup;
  /** Every searchable object where none is named. */
  readonly returning: readonly Returning[];
  readonly limit: number;
}

const limitMax = 2_000;

function malformed(message: string): SalesforceError {
  return new SalesforceError(400, 'MALFORMED_SEARCH', message);
}

export function parseSearch(sosl: string): Search {
  const head = /^\s*FIND\s+(?:\{((?:\\.|[^}\\])*)\}|'((?:\\.|[^'\\])*)')/is.exec(sosl);
  const words = (head?.[1] ?? head?.[2] ?? '').replace(/\\(.)/g, '$1').trim();
  if (head === null) throw malformed('A search begins with FIND {words}');
  if (words.replace(/[*?\s"]/g, '').length < 2) throw malformed('search term must be longer than one character');
  let rest = sosl.slice(head[0].length);
  const group = /^\s+IN\s+(ALL|NAME|EMAIL|PHONE|SIDEBAR)\s+FIELDS/i.exec(rest);
  rest = rest.slice(group?.[0].length ?? 0);
  const { returning, after } = readReturning(rest);
  const limit = /\bLIMIT\s+(\d+)\s*$/i.exec(after)?.[1];
  return {
    words,
    group: (group?.[1]?.toUpperCase() ?? 'ALL') as FieldGroup,
    returning,
    limit: Math.min(limitMax, limit === undefined ? limitMax : Number(limit)),
  };
}

/** The objects behind RETURNING, and what stands behind them. */
function readReturning(text: string): { returning: readonly Returning[]; after: string } {
  const start = /^\s+RETURNING\b\s*/i.exec(text);
  if (start === null) return { returning: [], after: text };
  let rest = text.slice(start[0].length);
  const returning: Returning[] = [];
  for (;;) {
    const name = /^\s*(\w+)\s*/.exec(rest);
    if (name?.[1] === undefined) throw malformed('RETURNING needs objects');
    rest = rest.slice(name[0].length);
    const end = rest.startsWith('(') ? closing(rest) : -1;
    returning.push({ object: name[1], ...clausesOf(end < 0 ? '' : rest.slice(1, end)) });
    rest = end < 0 ? rest : rest.slice(end + 1);
    const comma = /^\s*,/.exec(rest);
    if (comma === null) return { returning, after: rest };
    rest = rest.slice(comma[0].length);
  }
}

/** Where the parenthesis that a text begins with is closed. */
function closing(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === "'") quoted = !quoted;
    else if (!quoted && character === '(') depth += 1;
    else if (!quoted && character === ')') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  throw malformed('a parenthesis is not closed');
}

function clausesOf(inside: string): Pick<Returning, 'fields' | 'clauses'> {
  const at = inside.search(/\s+(?:WHERE|ORDER\s+BY|LIMIT|OFFSET|USING)\b/i);
  const [fields, clauses] = at < 0 ? [inside, ''] : [inside.slice(0, at), inside.slice(at)];
  return { fields: fields.trim() === '' ? 'Id' : fields.trim(), clauses: clauses.trim() };
}

/** A query for each object of a search, with the words as a condition of it. */
export function compileSearch(
  search: Search,
  schema: Schema,
  sight: FieldSight,
  now: number,
  options: CompileOptions,
): readonly CompiledQuery[] {
  const asked =
    search.returning.length > 0
      ? search.returning
      : schema.objects
          .filter(({ describe }) => describe.searchable && describe.layoutable)
          .map(({ name }) => ({ object: name, fields: 'Id', clauses: '' }));
  return asked.flatMap(({ object, fields, clauses }) => {
    const limited = /\bLIMIT\b/i.test(clauses) ? clauses : `${clauses} LIMIT ${search.limit}`;
    const query = compile(`SELECT ${fields} FROM ${object} ${limited}`, schema, sight, now, options);
    const columns = searched(query.object, search.group, sight).map(({ name }) => `${query.alias}.${identifier(name)}`);
    if (columns.length === 0) return [];
    return [
      {
        ...query,
        from: `${query.from} and matched(?, ${columns.join(', ')})`,
        parameters: [...query.parameters, search.words],
      },
    ];
  });
}

function searched(object: SchemaObject, group: FieldGroup, sight: FieldSight): readonly FieldDescribe[] {
  return object.stored.filter((field) => sight.canRead(object.name, field.name) && isIn(field, group));
}

function isIn(field: FieldDescribe, group: FieldGroup): boolean {
  if (field.type === 'encryptedstring' || field.calculated) return false;
  switch (group) {
    case 'EMAIL':
      return field.type === 'email';
    case 'PHONE':
      return field.type === 'phone';
    case 'NAME':
      return field.nameField || field.compoundFieldName === 'Name';
    case 'ALL':
    case 'SIDEBAR':
      return ['string', 'email', 'phone', 'url', 'textarea'].includes(field.type);
  }
}
