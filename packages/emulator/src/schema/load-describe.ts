/**
 * Reads the describe answers of a real org, saved as JSON files, into object descriptions.
 *
 * A file counts under its own name: `Lead.json` describes Lead whatever it says inside. Files whose name is no name of
 * an object (`Account_PersonAccount.json`) and `Global.json`, the list of objects, are left out. Attributes a file leaves
 * out get the values an ordinary field has, so that hand-made and older files load too.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ChildRelationship, FieldDescribe, ObjectDescribe } from './schema.ts';
import { fieldDefaults } from './standard/build.ts';
import { object } from './standard/object.ts';

/** A standard name has no underscore; a custom one ends in `__c`, perhaps behind a namespace. */
const objectName = /^(?:[A-Za-z][A-Za-z0-9]*|(?:[A-Za-z][A-Za-z0-9]*__)?[A-Za-z]\w*__c)$/;

/** The message says which file and what to do about it; `code` is BAD_DESCRIBE_FILE or BAD_SCHEMA_FOLDER. */
export class SchemaError extends Error {
  readonly code: 'BAD_DESCRIBE_FILE' | 'BAD_SCHEMA_FOLDER';
  constructor(code: SchemaError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'SchemaError';
    this.code = code;
  }
}

/** The objects described by the files of `folder`, by name. */
export async function loadDescribeFolder(folder: string): Promise<readonly ObjectDescribe[]> {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw new SchemaError(
      'BAD_SCHEMA_FOLDER',
      `The schema folder ${folder} cannot be read. Give a folder of describe files.`,
      cause,
    );
  });
  const described: ObjectDescribe[] = [];
  for (const file of files.sort()) {
    const name = describedBy(file);
    if (name === undefined) continue;
    described.push(parseDescribe(name, await readFile(path.join(folder, file), 'utf8'), file));
  }
  return described;
}

/** The object a file describes by its name, or undefined where it is none. */
export function describedBy(file: string): string | undefined {
  if (!file.endsWith('.json')) return undefined;
  const name = file.slice(0, -'.json'.length);
  return name !== 'Global' && objectName.test(name) ? name : undefined;
}

export function parseDescribe(name: string, text: string, file = `${name}.json`): ObjectDescribe {
  const told = asRecord(parseJson(text, file), file, 'the file');
  const fields = told['fields'];
  if (!Array.isArray(fields) || fields.length === 0) throw bad(file, 'it has no fields');
  const label = typeof told['label'] === 'string' ? told['label'] : name;
  const labelPlural = typeof told['labelPlural'] === 'string' ? told['labelPlural'] : `${label}s`;
  const keyPrefix = told['keyPrefix'];
  if (typeof keyPrefix !== 'string' || !/^[0-9A-Za-z]{3}$/.test(keyPrefix))
    throw bad(file, 'its keyPrefix is not three characters');
  const built = object(
    name,
    label,
    labelPlural,
    keyPrefix,
    fields.map((told: unknown, at) => parseField(told, file, at)),
  );
  const { urls: _, fields: __, ...rest } = told;
  return { ...built, ...rest, name, childRelationships: children(told['childRelationships']) };
}

function parseField(value: unknown, file: string, at: number): FieldDescribe {
  const told = asRecord(value, file, `field ${at + 1}`);
  const { name, type } = told;
  if (typeof name !== 'string' || typeof type !== 'string') throw bad(file, `field ${at + 1} has no name or no type`);
  return { ...fieldDefaults, label: name, soapType: 'xsd:string', ...told, name, type } as FieldDescribe;
}

function children(told: unknown): readonly ChildRelationship[] {
  return Array.isArray(told) ? (told as readonly ChildRelationship[]) : [];
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw bad(file, 'it is not JSON', cause);
  }
}

function asRecord(value: unknown, file: string, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(file, `${what} is not an object`);
  return value as Record<string, unknown>;
}

function bad(file: string, why: string, cause?: unknown): SchemaError {
  return new SchemaError(
    'BAD_DESCRIBE_FILE',
    `${file} is no describe answer: ${why}. Save GET sobjects/{name}/describe as it comes.`,
    cause,
  );
}
