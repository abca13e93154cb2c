/**
 * Reads metadata in source format, as projects of `sf` keep it: `Lead/fields/Score__c.field-meta.xml` wherever the folder
 * `Lead` lies. Objects in the older format, a file each (`Lead.object`), are read too.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type FieldDescribe, type ObjectDescribe, Schema } from '../schema/schema.ts';
import { child } from '../schema/standard/object.ts';
import { fieldsOf, MetadataFault } from './field-type.ts';
import { childTypes } from './kinds/custom-object.ts';
import { describeOf, prefixAfter } from './object-type.ts';
import { list, readFileTree, said, type Tree, without } from './tree.ts';

/** A piece of metadata as a file holds it. */
export interface SourceComponent {
  readonly type: string;
  readonly fullName: string;
  readonly tree: Tree;
}

/** The message says which file and what is wrong with it; `code` is BAD_SOURCE_FILE. */
class SourceError extends Error {
  readonly code = 'BAD_SOURCE_FILE';

  constructor(file: string, why: string, cause?: unknown) {
    super(`${file} is no metadata that this org can load: ${why}. Give a folder as sf retrieves it.`, { cause });
    this.name = 'SourceError';
  }
}

const sourceFile =
  /\.(?:object|field|validationRule|recordType|listView|webLink|compactLayout|fieldSet|businessProcess)-meta\.xml$|\.object$/;

/** The components of a folder, objects first; none if it has no metadata, or cannot be read. */
export async function readSource(folder: string): Promise<readonly SourceComponent[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && sourceFile.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
  const found: SourceComponent[] = [];
  for (const file of files.toSorted()) found.push(...(await readOne(file)));
  return found.toSorted((a, b) => rank(a) - rank(b));
}

function rank({ type }: SourceComponent): number {
  return type === 'CustomObject' ? 0 : type === 'CustomField' ? 1 : 2;
}

async function readOne(file: string): Promise<readonly SourceComponent[]> {
  const read = readFileTree(await readFile(file, 'utf8'));
  if (read === undefined) throw new SourceError(file, 'it is not well-formed XML');
  const { type, tree } = read;
  if (type === 'CustomObject') {
    const name = path.basename(file).replace(/\.object(?:-meta\.xml)?$/, '');
    return objectParts(name, tree);
  }
  const name = said(tree, 'fullName') ?? path.basename(file).replace(/\.\w+-meta\.xml$/, '');
  const object = path.basename(path.dirname(path.dirname(file)));
  return [{ type, fullName: `${object}.${name}`, tree: without(tree, 'fullName') }];
}

/** An object and the parts that its own file holds. */
function objectParts(name: string, tree: Tree): readonly SourceComponent[] {
  const parts = [...childTypes].flatMap(([type, member]) =>
    list(tree, member).map((part) => ({
      type,
      fullName: `${name}.${said(part, 'fullName') ?? ''}`,
      tree: without(part, 'fullName'),
    })),
  );
  const own = without(tree, 'fullName', ...childTypes.values());
  return [{ type: 'CustomObject', fullName: name, tree: own }, ...parts];
}

/**
 * The objects of an org with those of a source folder: standard objects get its fields, its custom objects are added.
 * References to objects that are in neither stay, and lead nowhere.
 */
export function withSource(
  described: readonly ObjectDescribe[],
  components: readonly SourceComponent[],
): readonly ObjectDescribe[] {
  const schema = new Schema();
  for (const describe of described) schema.define(describe);
  const fields = components.filter(({ type }) => type === 'CustomField');
  let prefix = 'a00';
  for (const { type, fullName, tree } of components) {
    if (type !== 'CustomObject' || schema.object(fullName) !== undefined || !/__[a-z]+$/.test(fullName)) continue;
    const hasMaster = fields.some(
      (field) => field.fullName.startsWith(`${fullName}.`) && said(field.tree, 'type') === 'MasterDetail',
    );
    schema.define(describeOf(fullName, tree, prefix, hasMaster));
    prefix = prefixAfter(prefix);
  }
  for (const field of fields) addField(schema, field);
  return schema.objects.map(({ describe }) => describe);
}

function addField(schema: Schema, { fullName, tree }: SourceComponent): void {
  const [objectName = '', name = ''] = fullName.split('.');
  const object = schema.object(objectName === 'Activity' ? 'Task' : objectName);
  // What a project says of standard fields, and of objects that are not there, changes nothing here.
  if (object === undefined || !name.endsWith('__c')) return;
  const made = madeFields(schema, fullName, name, tree);
  const names = new Set(made.map((field) => field.name.toLowerCase()));
  const kept = object.fields.filter((field) => !names.has(field.name.toLowerCase()));
  schema.define({ ...object.describe, fields: [...kept, ...made] });
  const reference = made.at(-1);
  const relationshipName = said(tree, 'relationshipName');
  if (reference?.type !== 'reference' || relationshipName === undefined) return;
  for (const to of reference.referenceTo) {
    const parent = schema.object(to);
    if (parent === undefined) continue;
    const relationship = child(object.name, reference.name, `${relationshipName}__r`, reference.cascadeDelete);
    schema.define({
      ...parent.describe,
      childRelationships: [...parent.describe.childRelationships, relationship],
    });
  }
}

function madeFields(schema: Schema, fullName: string, name: string, tree: Tree): readonly FieldDescribe[] {
  try {
    return fieldsOf(name, tree, { schema, strict: false, valueSet: () => undefined });
  } catch (error) {
    if (error instanceof MetadataFault) throw new SourceError(fullName, error.message, error);
    throw error;
  }
}
