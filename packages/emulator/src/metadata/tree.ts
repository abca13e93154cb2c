/**
 * Metadata as plain trees: texts, and members that may repeat. XML of every form (SOAP, zip, source) and the Tooling API's
 * JSON become the same tree, so that everything behind is written once. Booleans and numbers are their text.
 */
import { type Element, readXml } from '../xml/read.ts';
import { elements } from '../xml/write.ts';

export interface Tree {
  readonly [name: string]: TreeValue;
}
type TreeValue = string | null | Tree | readonly (string | Tree)[];

const namespace = 'http://soap.sforce.com/2006/04/metadata';

/** The members of an element; one that repeats is a list, and the others are not. */
export function treeOf(element: Element): Tree {
  const members = new Map<string, (string | Tree)[]>();
  for (const child of element.children) {
    const value = child.children.length > 0 ? treeOf(child) : child.text.trim();
    if (!child.isNil) members.set(child.name, [...(members.get(child.name) ?? []), value]);
  }
  return Object.fromEntries(
    [...members].map(([name, values]) => [name, values.length === 1 ? (values[0] as string | Tree) : values]),
  );
}

/** A metadata file: its type is its root element's name. Undefined if it is not well formed. */
export function readFileTree(text: string): { readonly type: string; readonly tree: Tree } | undefined {
  const root = readXml(text);
  return root === undefined ? undefined : { type: root.name, tree: treeOf(root) };
}

/** The Tooling API's `Metadata`: null members are left out. */
export function treeFromJson(json: unknown): Tree {
  if (typeof json !== 'object' || json === null) return {};
  const members = Object.entries(json).flatMap(([name, value]): readonly [string, TreeValue][] => {
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return [[name, value.map((one) => leaf(one))]];
    return [[name, leaf(value)]];
  });
  return Object.fromEntries(members);
}

function leaf(value: unknown): string | Tree {
  return typeof value === 'object' && value !== null ? treeFromJson(value) : String(value);
}

/** Members in the order that metadata files have: the full name, then the others by name. */
function sorted(tree: Tree): Tree {
  const names = Object.keys(tree).toSorted((a, b) => order(a).localeCompare(order(b), 'en'));
  return Object.fromEntries(names.map((name) => [name, sortedValue(tree[name] ?? null)]));
}

function order(name: string): string {
  return name === 'fullName' ? '' : name;
}

function sortedValue(value: TreeValue): TreeValue {
  if (Array.isArray(value))
    return (value as readonly (string | Tree)[]).map((one) => (isTree(one) ? sorted(one) : one));
  return isTree(value) ? sorted(value) : value;
}

function isTree(value: TreeValue): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole file of metadata. */
export function writeFileTree(type: string, tree: Tree): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${type} xmlns="${namespace}">${elements(sorted(tree))}</${type}>\n`;
}

/** The text of a member; undefined if it is absent or empty. */
export function said(tree: Tree | undefined, name: string): string | undefined {
  const value = tree?.[name];
  const first = Array.isArray(value) ? (value as readonly TreeValue[])[0] : value;
  return typeof first === 'string' && first !== '' ? first : undefined;
}

export function isSet(tree: Tree | undefined, name: string): boolean {
  return said(tree, name)?.toLowerCase() === 'true';
}

/** A member that is a number; undefined if it is none. */
export function numberIn(tree: Tree | undefined, name: string): number | undefined {
  const text = said(tree, name);
  const number = text === undefined ? Number.NaN : Number(text);
  return Number.isNaN(number) ? undefined : number;
}

/** A member that is itself a tree. */
export function inner(tree: Tree | undefined, name: string): Tree | undefined {
  return list(tree, name)[0];
}

/** All of a member that may repeat, those that are trees. */
export function list(tree: Tree | undefined, name: string): readonly Tree[] {
  return [tree?.[name] ?? []].flat().filter((one): one is Tree => typeof one === 'object' && one !== null);
}

/** All texts of a member that may repeat. */
export function texts(tree: Tree | undefined, name: string): readonly string[] {
  return [tree?.[name] ?? []].flat().filter((one): one is string => typeof one === 'string');
}

/** A tree without some members. */
export function without(tree: Tree, ...names: readonly string[]): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([name]) => !names.includes(name)));
}
