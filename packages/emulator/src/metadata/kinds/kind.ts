/**
 * What the types of metadata have in common: each is put, read, listed and removed by its full name. A type that changes
 * what the org is (an object, a field, a permission set) has a file of its own; every other is kept as it was written.
 */
import type { Access } from '../../access/access.ts';
import type { Schema } from '../../schema/schema.ts';
import type { Store } from '../../store/store.ts';
import type { Components } from '../components.ts';
import type { Tree } from '../tree.ts';

/** What setup works on, and on whose behalf. */
export interface Setup {
  readonly store: Store;
  readonly schema: Schema;
  readonly access: Access;
  readonly components: Components;
  readonly userId: string;
}

export interface Kind {
  /** Makes it or changes it; throws `MetadataFault` with what is wrong. `content` is the file of types that are no XML. */
  put(setup: Setup, fullName: string, tree: Tree, content?: string | null): void;
  /** As it is; undefined if there is none. */
  read(setup: Setup, fullName: string): Tree | undefined;
  /** Full names of all there are. */
  names(setup: Setup): readonly string[];
  /** False if there was none. */
  remove(setup: Setup, fullName: string): boolean;
  rename?(setup: Setup, from: string, to: string): void;
}
