/** Whether texts have the words of a search. */

type Node =
  | { readonly kind: 'phrase'; readonly words: readonly RegExp[] }
  | { readonly kind: 'and' | 'or'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'not'; readonly node: Node };

const known = new Map<string, Node | undefined>();
const knownMax = 200;

/** Whether one or more texts together have what a search asks. */
export function hasWords(search: string, texts: readonly (string | null)[]): boolean {
  if (!known.has(search)) {
    if (known.size >= knownMax) known.clear();
    known.set(search, read(tokens(search)));
  }
  const node = known.get(search);
  const fields = texts.flatMap((text) => (text === null ? [] : [wordsOf(text)]));
  return node !== undefined && holds(node, fields);
}

/** Words of a text without case and accents; an e-mail address is its parts, and itself. */
function wordsOf(text: string): readonly string[] {
  const plain = fold(text);
  const whole = plain.split(/\s+/).filter((word) => /[^\p{L}\p{N}]/u.test(word));
  return [...plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== ''), ...whole];
}

function fold(text: string): string {
  return text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
}

function tokens(search: string): readonly string[] {
  return search.match(/"[^"]*"|\(|\)|[^\s()"]+/g) ?? [];
}

function read(all: readonly string[]): Node | undefined {
  let at = 0;
  const one = (): Node | undefined => {
    const token = all[at];
    if (token === undefined) return undefined;
    at += 1;
    if (token === '(') {
      const inside = several();
      if (all[at] === ')') at += 1;
      return inside;
    }
    const phrase = token.startsWith('"') ? token.slice(1, -1) : token;
    return { kind: 'phrase', words: fold(phrase).split(/\s+/).filter(Boolean).map(pattern) };
  };
  const several = (): Node | undefined => {
    let left = one();
    while (at < all.length && all[at] !== ')') {
      const operator = all[at]?.toUpperCase();
      const joins = operator === 'AND' || operator === 'OR';
      if (joins) at += 1;
      const isNot = all[at]?.toUpperCase() === 'NOT';
      if (isNot) at += 1;
      const right = one();
      if (left === undefined || right === undefined) return left ?? right;
      const node: Node = isNot ? { kind: 'not', node: right } : right;
      left = { kind: operator === 'OR' ? 'or' : 'and', left, right: node };
    }
    return left;
  };
  return several();
}

function pattern(word: string): RegExp {
  const escaped = word
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 'u');
}

function holds(node: Node, fields: readonly (readonly string[])[]): boolean {
  switch (node.kind) {
    case 'and':
      return holds(node.left, fields) && holds(node.right, fields);
    case 'or':
      return holds(node.left, fields) || holds(node.right, fields);
    case 'not':
      return !holds(node.node, fields);
    case 'phrase':
      return fields.some((words) =>
        words.some((_, start) => node.words.every((word, at) => word.test(words[start + at] ?? ''))),
      );
  }
}
