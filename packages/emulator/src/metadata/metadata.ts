/**
 * What the org is made of, and how setup changes it (A17): objects, fields, record types, validation rules, permission
 * sets, profiles, value sets, and whatever else is deployed, which is kept as it was written.
 *
 * Every change is whole or not at all: one that fails leaves schema and records as they were. A field that is made here is
 * granted to nobody, not even to the admin, until a permission set or profile grants it (A4). Only users who may customize
 * the application may change anything.
 */
import type { Access, OrgUser } from '../access/access.ts';
import { type RowError, SalesforceError } from '../salesforce-error.ts';
import type { Schema } from '../schema/schema.ts';
import type { Store } from '../store/store.ts';
import { type Component, Components } from './components.ts';
import { MetadataFault } from './field-type.ts';
import type { Setup } from './kinds/kind.ts';
import { kindOf } from './kinds/kinds.ts';
import { said, type Tree, without } from './tree.ts';
import { typeNamed } from './types.ts';

export interface MetadataParts {
  readonly store: Store;
  readonly schema: Schema;
  readonly access: Access;
}

export interface Saved {
  readonly fullName: string;
  readonly success: boolean;
  readonly created: boolean;
  readonly errors: readonly RowError[];
}

export interface Metadata {
  readonly components: Components;
  create(user: OrgUser, type: string, trees: readonly Tree[]): readonly Saved[];
  update(user: OrgUser, type: string, trees: readonly Tree[]): readonly Saved[];
  upsert(user: OrgUser, type: string, trees: readonly Tree[]): readonly Saved[];
  remove(user: OrgUser, type: string, fullNames: readonly string[]): readonly Saved[];
  rename(user: OrgUser, type: string, from: string, to: string): Saved;
  /** Undefined for what there is not. */
  read(user: OrgUser, type: string, fullName: string): Tree | undefined;
  /** All of a type; those the schema alone knows are given an id of their own. */
  list(user: OrgUser, type: string): readonly Component[];
  /** Notes components whose objects and fields the schema has already, as those of a folder that an org began with. */
  keep(components: readonly { readonly type: string; readonly fullName: string; readonly tree: Tree }[]): void;
  /** Where a component's file lies in a package. */
  fileName(component: Component): string;
  /** Does one change, whole or not at all; throws `MetadataFault`. For deployments and the Tooling API. */
  put(user: OrgUser, type: string, fullName: string, tree: Tree, content?: string | null): Component;
  drop(user: OrgUser, type: string, fullName: string): boolean;
  /** Does work that is undone when it throws, the schema with it. */
  whole<T>(work: () => T): T;
  /** Throws INSUFFICIENT_ACCESS unless the user may customize the application. */
  allow(user: OrgUser): void;
}

export function makeMetadata(parts: MetadataParts): Metadata {
  return new OrgMetadata(parts);
}

class OrgMetadata implements Metadata {
  readonly components: Components;
  readonly #parts: MetadataParts;

  constructor(parts: MetadataParts) {
    this.#parts = parts;
    this.components = new Components(parts.store);
  }

  create(user: OrgUser, type: string, trees: readonly Tree[]): readonly Saved[] {
    return trees.map((tree) => this.#save(user, type, tree, 'create'));
  }

  update(user: OrgUser, type: string, trees: readonly Tree[]): readonly Saved[] {
    return trees.map((tree) => this.#save(user, type, tree, 'update'));
  }

  upsert(user: OrgUser, type: string, trees: readonly Tree[]): readonly Saved[] {
    return trees.map((tree) => this.#save(user, type, tree, 'upsert'));
  }

  #save(user: OrgUser, type: string, tree: Tree, how: 'create' | 'update' | 'upsert'): Saved {
    this.allow(user);
    const fullName = said(tree, 'fullName') ?? '';
    return this.#saving(fullName, () => {
      if (fullName === '') throw new MetadataFault('REQUIRED_FIELD_MISSING', 'Required field is missing: fullName');
      const exists = this.read(user, type, fullName) !== undefined;
      if (exists && how === 'create') throw duplicate(type, fullName);
      if (!exists && how === 'update') throw noSuch(type, fullName);
      this.put(user, type, fullName, without(tree, 'fullName'));
      return !exists;
    });
  }

  remove(user: OrgUser, type: string, fullNames: readonly string[]): readonly Saved[] {
    this.allow(user);
    return fullNames.map((fullName) =>
      this.#saving(fullName, () => {
        if (!this.drop(user, type, fullName)) throw noSuch(type, fullName);
        return false;
      }),
    );
  }

  rename(user: OrgUser, type: string, from: string, to: string): Saved {
    this.allow(user);
    return this.#saving(from, () => {
      const { rename } = kindOf(type);
      if (rename === undefined) throw new MetadataFault('INVALID_OPERATION', `${type} cannot be renamed`);
      if (this.read(user, type, from) === undefined) throw noSuch(type, from);
      this.whole(() => rename(this.#setup(user), from, to));
      return false;
    });
  }

  read(user: OrgUser, type: string, fullName: string): Tree | undefined {
    return kindOf(type).read(this.#setup(user), fullName);
  }

  list(user: OrgUser, type: string): readonly Component[] {
    const names = kindOf(type).names(this.#setup(user));
    return this.#parts.store.transaction(() => names.map((name) => this.components.known(type, name, user.id)));
  }

  keep(components: readonly { readonly type: string; readonly fullName: string; readonly tree: Tree }[]): void {
    const { admin } = this.#parts.access;
    this.#parts.store.transaction(() => {
      for (const { type, fullName, tree } of components) {
        if (type === 'CustomObject' || type === 'CustomField') this.components.put(type, fullName, tree, admin.id);
        else kindOf(type).put(this.#setup(admin), fullName, tree);
      }
    });
  }

  fileName({ type, fullName }: Component): string {
    const known = typeNamed(type);
    if (known?.directory !== '')
      return `${known?.directory ?? type}/${fullName}${known?.suffix === undefined ? '' : `.${known.suffix}`}`;
    return `objects/${fullName.split('.')[0]}.object`;
  }

  put(user: OrgUser, type: string, fullName: string, tree: Tree, content: string | null = null): Component {
    this.allow(user);
    return this.whole(() => {
      kindOf(type).put(this.#setup(user), fullName, tree, content);
      return this.components.known(type, fullName, user.id);
    });
  }

  drop(user: OrgUser, type: string, fullName: string): boolean {
    this.allow(user);
    return this.whole(() => kindOf(type).remove(this.#setup(user), fullName));
  }

  whole<T>(work: () => T): T {
    const { store, access } = this.#parts;
    try {
      const result = store.transaction(work);
      access.rightsChanged();
      return result;
    } catch (error) {
      store.reload();
      access.rightsChanged();
      this.components.changed();
      throw error;
    }
  }

  allow(user: OrgUser): void {
    if (this.#parts.access.sight(user).has('CustomizeApplication')) return;
    throw new SalesforceError(
      403,
      'INSUFFICIENT_ACCESS',
      'use of the Metadata API requires a user with the Customize Application permission',
    );
  }

  #setup(user: OrgUser): Setup {
    return { ...this.#parts, components: this.components, userId: user.id };
  }

  #saving(fullName: string, work: () => boolean): Saved {
    try {
      return { fullName, success: true, created: work(), errors: [] };
    } catch (error) {
      if (!(error instanceof MetadataFault)) throw error;
      const { statusCode, message } = error;
      return { fullName, success: false, created: false, errors: [{ statusCode, message, fields: [] }] };
    }
  }
}

function duplicate(type: string, fullName: string): MetadataFault {
  const [object = '', name] = fullName.split('.');
  const what =
    type === 'CustomField'
      ? `There is already a field named ${name} on ${object}.`
      : `The ${type} ${fullName} exists already.`;
  return new MetadataFault('DUPLICATE_DEVELOPER_NAME', what);
}

function noSuch(type: string, fullName: string): MetadataFault {
  return new MetadataFault('INVALID_CROSS_REFERENCE_KEY', `In field: fullName - no ${type} named ${fullName} found`);
}
