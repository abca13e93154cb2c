/**
 * Deploying packages: a zip of metadata files and a manifest becomes changes, all of them or, when one fails and the
 * deployment rolls back, none. Apex is kept and not run: tests that a deployment names count as passed.
 */
import { strFromU8, unzipSync } from 'fflate';
import type { OrgUser } from '../access/access.ts';
import { makeId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import { MetadataFault } from './field-type.ts';
import { objectParts } from './kinds/custom-object.ts';
import type { Metadata } from './metadata.ts';
import { list, readFileTree, said, type Tree, texts, without } from './tree.ts';
import { type MetadataType, typeAt } from './types.ts';

export interface DeployOptions {
  readonly checkOnly: boolean;
  readonly rollbackOnError: boolean;
  readonly runTests: readonly string[];
  readonly testLevel: string | undefined;
  readonly ignoreWarnings: boolean;
}

/** What became of one component. */
export interface DeployMessage {
  readonly changed: boolean;
  readonly componentType: string;
  readonly created: boolean;
  readonly createdDate: string;
  readonly deleted: boolean;
  readonly fileName: string;
  readonly fullName: string;
  readonly id?: string;
  readonly problem?: string;
  readonly problemType?: 'Error' | 'Warning';
  readonly success: boolean;
}

export interface Deployment {
  readonly id: string;
  readonly options: DeployOptions;
  readonly createdBy: string;
  readonly createdByName: string;
  readonly createdDate: string;
  readonly status: 'Succeeded' | 'Failed' | 'Canceled';
  readonly messages: readonly DeployMessage[];
  readonly tests: readonly string[];
  readonly errorMessage?: string;
  /** Of a validation: what a quick deploy deploys. */
  readonly zip: Uint8Array;
}

interface Step {
  readonly type: string;
  readonly fullName: string;
  readonly fileName: string;
  /** Undefined for what is removed. */
  readonly tree: Tree | undefined;
  readonly content: string | null;
}

/** Deployments of the org, newest last; they are forgotten with the process. */
export class Deployments {
  readonly #store: Store;
  readonly #metadata: Metadata;
  readonly #all = new Map<string, Deployment>();

  constructor(store: Store, metadata: Metadata) {
    this.#store = store;
    this.#metadata = metadata;
  }

  find(id: string): Deployment | undefined {
    return this.#all.get(id) ?? [...this.#all.values()].find((one) => one.id.slice(0, 15) === id);
  }

  /** Deploys a validated package as it was validated. */
  quick(user: OrgUser, id: string): Deployment | undefined {
    const validated = this.find(id);
    if (validated === undefined || !validated.options.checkOnly || validated.status !== 'Succeeded') return undefined;
    return this.deploy(user, validated.zip, { ...validated.options, checkOnly: false });
  }

  deploy(user: OrgUser, zip: Uint8Array, options: DeployOptions): Deployment {
    this.#metadata.allow(user);
    const number = Number(this.#store.setting('deployments') ?? '0') + 1;
    this.#store.setSetting('deployments', String(number));
    const createdDate = new Date(this.#store.clock()).toISOString();
    const name = this.#store.read('User', user.id)?.['Name'] ?? user.username;
    const made = { id: makeId('0Af', number), options, createdBy: user.id, createdByName: name, createdDate, zip };
    const deployment: Deployment = { ...made, ...this.#run(user, zip, options, createdDate) };
    this.#all.set(deployment.id, deployment);
    return deployment;
  }

  #run(
    user: OrgUser,
    zip: Uint8Array,
    options: DeployOptions,
    at: string,
  ): Pick<Deployment, 'status' | 'messages' | 'tests' | 'errorMessage'> {
    const files = filesIn(zip);
    if (files === undefined || !files.has('package.xml')) {
      return { status: 'Failed', messages: [], tests: [], errorMessage: 'No package.xml found' };
    }
    const { steps, problems } = stepsOf(files, at);
    const tests = testsOf(options, steps);
    let messages: readonly DeployMessage[] = [];
    const failed = (): boolean => messages.some(({ success }) => !success);
    try {
      this.#metadata.whole(() => {
        messages = [...problems, ...steps.map((step) => this.#step(user, step, at))];
        if (options.checkOnly || (options.rollbackOnError && failed())) throw new Undone();
      });
    } catch (error) {
      if (!(error instanceof Undone)) throw error;
    }
    return { status: failed() ? 'Failed' : 'Succeeded', messages, tests };
  }

  #step(user: OrgUser, step: Step, createdDate: string): DeployMessage {
    const { type, fullName, fileName, tree, content } = step;
    const about = { componentType: type, fullName, fileName, createdDate };
    try {
      if (tree === undefined) {
        const deleted = this.#metadata.drop(user, type, fullName);
        const warning = { problem: `No ${type} named: ${fullName} found`, problemType: 'Warning' } as const;
        return { ...about, changed: deleted, created: false, deleted, success: true, ...(deleted ? {} : warning) };
      }
      const created = this.#metadata.read(user, type, fullName) === undefined;
      const { id } = this.#metadata.put(user, type, fullName, tree, content);
      return { ...about, changed: true, created, deleted: false, id, success: true };
    } catch (error) {
      if (!(error instanceof MetadataFault)) throw error;
      const problem = { problem: error.message, problemType: 'Error' } as const;
      return { ...about, ...problem, changed: false, created: false, deleted: false, success: false };
    }
  }
}

/** Undoes a deployment that was only checked, or that failed. */
class Undone extends Error {}

/** Files of a package by their path in it; a single folder around them is taken off. */
function filesIn(zip: Uint8Array): ReadonlyMap<string, Uint8Array> | undefined {
  try {
    const all = Object.entries(unzipSync(zip)).filter(([name]) => !name.endsWith('/'));
    const folder = all.map(([name]) => /^(?:(.*)\/)?package\.xml$/.exec(name)).find((match) => match !== null)?.[1];
    const prefix = folder === undefined ? '' : `${folder}/`;
    return new Map(
      all.filter(([name]) => name.startsWith(prefix)).map(([name, bytes]) => [name.slice(prefix.length), bytes]),
    );
  } catch {
    // No zip at all: the deployment fails and says so.
    return undefined;
  }
}

/** In this order each type finds what it rests on: values before fields, objects before what grants them. */
const order = ['GlobalValueSet', 'StandardValueSet', 'CustomObject', 'CustomField', 'RecordType', 'ValidationRule'];
const last = ['PermissionSet', 'Profile'];

function rank({ type }: Step): number {
  if (last.includes(type)) return order.length + 1;
  const at = order.indexOf(type);
  return at < 0 ? order.length : at;
}

function stepsOf(
  files: ReadonlyMap<string, Uint8Array>,
  createdDate: string,
): { steps: readonly Step[]; problems: readonly DeployMessage[] } {
  const steps: Step[] = [];
  const problems: DeployMessage[] = [];
  for (const [fileName, bytes] of files) {
    if (/^(?:package|destructiveChanges(?:Pre|Post)?)\.xml$/.test(fileName) || fileName.endsWith('-meta.xml')) continue;
    const read = readFile(files, fileName, bytes);
    if (read === undefined) {
      const about = { componentType: '', fullName: fileName, fileName, createdDate };
      const problem = {
        problem: `The file ${fileName} is not well formed, or its type is not known`,
        problemType: 'Error',
      } as const;
      problems.push({ ...about, ...problem, changed: false, created: false, deleted: false, success: false });
    } else steps.push(...read);
  }
  const sortedSteps = steps.toSorted((a, b) => rank(a) - rank(b));
  const before = removals(files, 'destructiveChangesPre.xml');
  const after = [...removals(files, 'destructiveChanges.xml'), ...removals(files, 'destructiveChangesPost.xml')];
  return { steps: [...before, ...sortedSteps, ...after], problems };
}

function removals(files: ReadonlyMap<string, Uint8Array>, fileName: string): readonly Step[] {
  const bytes = files.get(fileName);
  const manifest = bytes === undefined ? undefined : readFileTree(strFromU8(bytes));
  return list(manifest?.tree, 'types').flatMap((one) =>
    texts(one, 'members').map((fullName) => ({
      type: said(one, 'name') ?? '',
      fullName,
      fileName,
      tree: undefined,
      content: null,
    })),
  );
}

/** The components of a file: one, or of an object also each field, rule and so on, which have results of their own. */
function readFile(
  files: ReadonlyMap<string, Uint8Array>,
  fileName: string,
  bytes: Uint8Array,
): readonly Step[] | undefined {
  const [directory = '', ...rest] = fileName.split('/');
  const type = typeAt(directory);
  if (type === undefined) return undefined;
  const name = nameOf(rest.join('/'), type);
  if (type.hasMetaFile || type.suffix === undefined) {
    const meta = files.get(`${fileName}-meta.xml`);
    const tree = meta === undefined ? {} : (readFileTree(strFromU8(meta))?.tree ?? {});
    return [{ type: type.name, fullName: name, fileName, tree, content: Buffer.from(bytes).toString('base64') }];
  }
  const file = readFileTree(strFromU8(bytes));
  if (file === undefined) return undefined;
  const tree = without(file.tree, 'fullName');
  if (type.name === 'CustomObject') return objectSteps(name, tree, fileName);
  return [{ type: type.name, fullName: name, fileName, tree, content: null }];
}

function objectSteps(name: string, tree: Tree, fileName: string): readonly Step[] {
  const members = objectParts.map(([member]) => member);
  const own = without(tree, ...members);
  const step = { fileName, content: null };
  // A new object must know at once whether it hangs on another.
  const masters = list(tree, 'fields').filter((field) => said(field, 'type') === 'MasterDetail');
  const isChanged = Object.keys(own).length > 0;
  const whole = masters.length === 0 ? own : { ...own, fields: masters };
  const parts = objectParts.flatMap(([member, type]) =>
    list(tree, member).map(
      (part): Step => ({
        ...step,
        type,
        fullName: `${name}.${said(part, 'fullName') ?? ''}`,
        tree: without(part, 'fullName'),
      }),
    ),
  );
  return [...(isChanged ? [{ ...step, type: 'CustomObject', fullName: name, tree: whole }] : []), ...parts];
}

function nameOf(path: string, type: MetadataType): string {
  const decoded = decodeURIComponent(path);
  return type.suffix !== undefined && decoded.endsWith(`.${type.suffix}`)
    ? decoded.slice(0, -type.suffix.length - 1)
    : decoded;
}

/** Tests that the deployment would run: those it names, or those among its own classes. */
function testsOf({ testLevel, runTests }: DeployOptions, steps: readonly Step[]): readonly string[] {
  if (testLevel === 'RunSpecifiedTests' || runTests.length > 0) return runTests;
  if (testLevel !== 'RunLocalTests' && testLevel !== 'RunAllTestsInOrg') return [];
  return steps
    .filter(
      ({ type, content }) => type === 'ApexClass' && /@istest/i.test(Buffer.from(content ?? '', 'base64').toString()),
    )
    .map(({ fullName }) => fullName);
}
