import type { RecordInput } from '../dml/dml.ts';
import { type RowError, SalesforceError } from '../salesforce-error.ts';
import type { SchemaObject } from '../schema/schema.ts';
import { type Answer, answer, type Call } from './answer.ts';
import { objectOf } from './describes.ts';
import { asArray, asObject, isObject, type Json } from './json.ts';
import { recordInput } from './record-body.ts';
import { writeOptionsIn } from './records.ts';

const recordsMax = 200;
const levelsMax = 5;

/** A record of the tree, and the records that hang on it. */
interface Branch {
  readonly object: SchemaObject;
  readonly referenceId: string;
  readonly record: RecordInput;
  readonly children: readonly { readonly field: string; readonly branches: readonly Branch[] }[];
}

interface Failure {
  readonly referenceId: string;
  readonly errors: readonly RowError[];
}

/** Undoes a tree that could not be made whole. */
class Undone extends Error {}

/** POST composite/tree/X: up to 200 records with their children, five levels deep, all of them or none (A6). */
export function createTree(call: Call, name: string): Answer {
  const object = objectOf(call, name);
  const records = asArray(asObject(call.body, 'records')['records'], 'records');
  const branches = records.map((record) => branchOf(call, object, record, 1));
  const all = branches.reduce((sum, branch) => sum + sizeOf(branch), 0);
  if (all > recordsMax) {
    throw new SalesforceError(400, 'LIMIT_EXCEEDED', `A tree has at most ${recordsMax} records, and this one ${all}`);
  }
  const made: { referenceId: string; id: string }[] = [];
  const failures: Failure[] = [];
  try {
    call.org.store.transaction(() => {
      for (const branch of branches) plant(call, branch, undefined, made, failures);
      if (failures.length > 0) throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
    const results = failures.map(({ referenceId, errors }) => ({
      referenceId,
      errors: errors.map(({ statusCode, message, fields }) => ({ statusCode, message, fields })),
    }));
    return answer({ hasErrors: true, results }, 400);
  }
  return answer({ hasErrors: false, results: made }, 201);
}

function sizeOf({ children }: Branch): number {
  return 1 + children.flatMap(({ branches }) => branches).reduce((sum, branch) => sum + sizeOf(branch), 0);
}

function branchOf(call: Call, object: SchemaObject, json: Json, level: number): Branch {
  const body = asObject(json, 'records that are objects');
  const attributes = isObject(body['attributes']) ? body['attributes'] : {};
  const { type, referenceId } = attributes;
  if (level > levelsMax) throw invalid(`A tree has at most ${levelsMax} levels`);
  if (typeof referenceId !== 'string') throw invalid('Each record of a tree has a referenceId in its attributes');
  if (typeof type === 'string' && type.toLowerCase() !== object.name.toLowerCase()) {
    throw invalid(`The record ${referenceId} is no ${object.name}`);
  }
  const nested = Object.entries(body).filter(([, value]) => isObject(value) && Array.isArray(value['records']));
  const children = nested.map(([name, value]) => {
    const relationship = call.org.schema
      .children(object)
      .find(({ relationshipName }) => relationshipName?.toLowerCase() === name.toLowerCase());
    if (relationship === undefined) throw invalid(`${object.name} has no children ${name}`);
    const child = objectOf(call, relationship.childSObject);
    const records = asArray(asObject(value, 'children')['records'], 'records');
    return { field: relationship.field, branches: records.map((one) => branchOf(call, child, one, level + 1)) };
  });
  const record = recordInput(
    object,
    body,
    nested.map(([name]) => name),
  );
  return { object, referenceId, record, children };
}

function invalid(message: string): SalesforceError {
  return new SalesforceError(400, 'INVALID_INPUT', message);
}

function plant(
  call: Call,
  { object, referenceId, record, children }: Branch,
  link: RecordInput | undefined,
  made: { referenceId: string; id: string }[],
  failures: Failure[],
): void {
  const write = { kind: 'create', object: object.name, record: { ...record, ...link } } as const;
  const [result] = call.org.dml.write(call.session.user, [write], writeOptionsIn(call));
  if (result?.success !== true) {
    failures.push({ referenceId, errors: result?.errors ?? [] });
    return;
  }
  made.push({ referenceId, id: result.id });
  for (const { field, branches } of children) {
    for (const branch of branches) plant(call, branch, { [field]: result.id }, made, failures);
  }
}
