import type { Formula, Node } from './formula.ts';
import { isFunction } from './functions.ts';

/** The formula is not one; the message is what Salesforce's setup says. */
export class FormulaError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FormulaError';
  }
}

interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
}

const signs = [
  '<=',
  '>=',
  '<>',
  '!=',
  '==',
  '&&',
  '||',
  '+',
  '-',
  '*',
  '/',
  '^',
  '&',
  '=',
  '<',
  '>',
  '!',
  '(',
  ')',
  ',',
];

function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const skipped = /^(?:\s+|\/\*[\s\S]*?\*\/)/.exec(rest);
    if (skipped !== null) {
      at += skipped[0].length;
      continue;
    }
    const token = tokenAt(rest);
    found.push(token.token);
    at += token.length;
  }
  return [...found, { kind: 'end', text: '' }];
}

function tokenAt(rest: string): { token: Token; length: number } {
  const quoted = /^(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)')/s.exec(rest);
  if (quoted !== null)
    return { token: { kind: 'text', text: unescaped(quoted[1] ?? quoted[2] ?? '') }, length: quoted[0].length };
  const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/.exec(rest)?.[0];
  if (number !== undefined) return { token: { kind: 'number', text: number }, length: number.length };
  const name = /^\$?[A-Za-z_][\w]*(?:[.:][A-Za-z_]\w*)*/.exec(rest)?.[0];
  if (name !== undefined) return { token: { kind: 'name', text: name }, length: name.length };
  const sign = signs.find((one) => rest.startsWith(one));
  if (sign !== undefined) return { token: { kind: 'sign', text: sign }, length: sign.length };
  throw new FormulaError(`Syntax error. Found '${rest[0] ?? ''}'`);
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character);
}

/** Operators from the loosest to the tightest; those of one level are read from the left. */
const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['=', '==', '<>', '!='],
  ['<', '>', '<=', '>='],
  ['+', '-', '&'],
  ['*', '/'],
  ['^'],
];

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  readonly references = new Set<string>();

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  whole(): Node {
    const node = this.#level(0);
    if (this.#next.kind !== 'end') throw new FormulaError(`Syntax error. Extra ${this.#next.text}`);
    return node;
  }

  get #next(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #take(sign: string): boolean {
    if (this.#next.kind !== 'sign' || this.#next.text !== sign) return false;
    this.#at += 1;
    return true;
  }

  #level(depth: number): Node {
    const operators = levels[depth];
    if (operators === undefined) return this.#unary();
    let left = this.#level(depth + 1);
    for (;;) {
      const operator = operators.find((one) => this.#take(one));
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.#level(depth + 1) };
    }
  }

  #unary(): Node {
    if (this.#take('-')) return { kind: 'unary', operator: '-', operand: this.#unary() };
    if (this.#take('!')) return { kind: 'unary', operator: '!', operand: this.#unary() };
    if (this.#take('+')) return this.#unary();
    return this.#primary();
  }

  #primary(): Node {
    const token = this.#next;
    this.#at += 1;
    switch (token.kind) {
      case 'text':
        return { kind: 'literal', value: token.text === '' ? null : token.text };
      case 'number':
        return { kind: 'literal', value: Number(token.text) };
      case 'name':
        return this.#named(token.text);
      case 'sign': {
        if (token.text !== '(') throw new FormulaError(`Syntax error. Found '${token.text}'`);
        const inside = this.#level(0);
        if (!this.#take(')')) throw new FormulaError("Syntax error. Missing ')'");
        return inside;
      }
      case 'end':
        throw new FormulaError('Syntax error. Found end of formula');
    }
  }

  #named(name: string): Node {
    if (this.#take('(')) return { kind: 'call', name: knownFunction(name), args: this.#arguments() };
    const upper = name.toUpperCase();
    if (upper === 'TRUE' || upper === 'FALSE') return { kind: 'literal', value: upper === 'TRUE' };
    if (upper === 'NULL') return { kind: 'literal', value: null };
    this.references.add(name);
    return { kind: 'field', path: name };
  }

  #arguments(): readonly Node[] {
    const found: Node[] = [];
    if (this.#take(')')) return found;
    for (;;) {
      found.push(this.#level(0));
      if (this.#take(')')) return found;
      if (!this.#take(',')) throw new FormulaError("Syntax error. Missing ')'");
    }
  }
}

function knownFunction(name: string): string {
  const upper = name.toUpperCase();
  if (isFunction(upper)) return upper;
  throw new FormulaError(`Unknown function ${name}. Check spelling.`);
}

const known = new Map<string, Formula>();
const knownMax = 1_000;

/** Parses a formula; the same text is parsed once. Throws `FormulaError`. */
export function parseFormula(text: string): Formula {
  const before = known.get(text);
  if (before !== undefined) return before;
  const parser = new Parser(text);
  const root = parser.whole();
  const formula: Formula = { text, root, references: [...parser.references] };
  if (known.size >= knownMax) known.clear();
  known.set(text, formula);
  return formula;
}
