import { strToU8, zipSync } from 'fflate';
import type { OrgUser } from '../access/access.ts';
import { makeId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import type { Component } from './components.ts';
import { childTypes } from './kinds/custom-object.ts';
import type { Metadata } from './metadata.ts';
import { list, said, type Tree, texts, without, writeFileTree } from './tree.ts';
import { type MetadataType, metadataTypes, typeNamed } from './types.ts';

export interface RetrieveRequest {
  readonly apiVersion: string;
  readonly singlePackage: boolean;
  readonly packageNames: readonly string[];
  /** The manifest of what is wanted: `types` of `members` and `name`. */
  readonly unpackaged: Tree | undefined;
}

export interface FileProperties {
  readonly component: Component;
  readonly fileName: string;
}

export interface Retrieval {
  readonly id: string;
  readonly zip: Uint8Array;
  readonly files: readonly FileProperties[];
  readonly messages: readonly { readonly fileName: string; readonly problem: string }[];
}

/** Retrievals of the org, until the process ends. */
export class Retrievals {
  readonly #store: Store;
  readonly #metadata: Metadata;
  readonly #all = new Map<string, Retrieval>();

  constructor(store: Store, metadata: Metadata) {
    this.#store = store;
    this.#metadata = metadata;
  }

  find(id: string): Retrieval | undefined {
    return this.#all.get(id) ?? [...this.#all.values()].find((one) => one.id.slice(0, 15) === id);
  }

  retrieve(user: OrgUser, request: RetrieveRequest): Retrieval {
    this.#metadata.allow(user);
    const number = Number(this.#store.setting('retrievals') ?? '0') + 1;
    this.#store.setSetting('retrievals', String(number));
    const folder = request.singlePackage ? '' : 'unpackaged/';
    const wanted = list(request.unpackaged, 'types').flatMap((one) => {
      const type = typeNamed(said(one, 'name') ?? '');
      return type === undefined ? [] : [{ type, members: texts(one, 'members') }];
    });
    const found = this.#files(user, wanted);
    const manifest = writeFileTree('Package', {
      types: wanted.map(({ type, members }) => ({ members, name: type.name })),
      version: request.apiVersion,
    });
    const entries = [...found.texts, ['package.xml', strToU8(manifest)] as const];
    const named = request.packageNames.map((name) => ({
      fileName: `${name}/package.xml`,
      problem: `No package named '${name}' found`,
    }));
    const retrieval: Retrieval = {
      id: makeId('09S', number),
      zip: zipSync(Object.fromEntries(entries.map(([name, bytes]) => [folder + name, bytes]))),
      files: found.files.map((file) => ({ ...file, fileName: folder + file.fileName })),
      messages: [...found.missing, ...named],
    };
    this.#all.set(retrieval.id, retrieval);
    return retrieval;
  }

  #files(
    user: OrgUser,
    wanted: readonly { readonly type: MetadataType; readonly members: readonly string[] }[],
  ): {
    texts: (readonly [string, Uint8Array])[];
    files: FileProperties[];
    missing: { fileName: string; problem: string }[];
  } {
    const texts_: (readonly [string, Uint8Array])[] = [];
    const files: FileProperties[] = [];
    const missing: { fileName: string; problem: string }[] = [];
    const objects = new Map<string, Tree>();
    for (const { type, members } of wanted) {
      const all = this.#metadata.list(user, type.name);
      for (const member of members) {
        const components =
          member === '*'
            ? all.filter((one) => type.name !== 'CustomObject' || /__(?:c|e|mdt)$/.test(one.fullName))
            : all.filter(({ fullName }) => fullName.toLowerCase() === member.toLowerCase());
        if (components.length === 0 && member !== '*') {
          const problem = `Entity of type '${type.name}' named '${member}' cannot be found`;
          missing.push({ fileName: 'unpackaged/package.xml', problem });
        }
        for (const component of components) {
          const tree = this.#metadata.read(user, type.name, component.fullName) ?? {};
          if (type.directory === '') {
            this.#addPart(objects, files, component, tree);
            continue;
          }
          const fileName = `${type.directory}/${component.fullName}${type.suffix === undefined ? '' : `.${type.suffix}`}`;
          files.push({ component, fileName });
          if (type.name === 'CustomObject')
            objects.set(component.fullName, { ...objects.get(component.fullName), ...tree });
          else texts_.push(...fileOf(type, fileName, component, tree));
        }
      }
    }
    for (const [name, tree] of objects) {
      texts_.push([`objects/${name}.object`, strToU8(writeFileTree('CustomObject', without(tree, 'fullName')))]);
    }
    return { texts: texts_, files, missing };
  }

  /** A part of an object goes into the object's file. */
  #addPart(objects: Map<string, Tree>, files: FileProperties[], component: Component, tree: Tree): void {
    const [objectName = '', ...rest] = component.fullName.split('.');
    const member = childTypes.get(component.type);
    if (member === undefined) return;
    const object = objects.get(objectName) ?? {};
    const part = { ...tree, fullName: rest.join('.') };
    objects.set(objectName, { ...object, [member]: [...list(object, member), part] });
    files.push({ component, fileName: `objects/${objectName}.object` });
  }
}

function fileOf(
  type: MetadataType,
  fileName: string,
  component: Component,
  tree: Tree,
): readonly (readonly [string, Uint8Array])[] {
  const xml = strToU8(writeFileTree(type.name, without(tree, 'fullName')));
  if (component.content === null) return [[fileName, xml]];
  return [
    [fileName, new Uint8Array(Buffer.from(component.content, 'base64'))],
    [`${fileName}-meta.xml`, xml],
  ];
}

/** describeMetadata. */
export function describeMetadata(): readonly Readonly<Record<string, unknown>>[] {
  return metadataTypes.map((type) => ({
    childXmlNames: type.children,
    directoryName: type.directory,
    inFolder: type.inFolder,
    metaFile: type.hasMetaFile,
    suffix: type.suffix,
    xmlName: type.name,
  }));
}
