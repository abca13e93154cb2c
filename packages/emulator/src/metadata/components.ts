import { makeId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import type { Tree } from './tree.ts';
import { typeNamed } from './types.ts';

/** One piece of metadata as the org keeps it. */
export interface Component {
  readonly type: string;
  /** `Lead.Score__c`. */
  readonly fullName: string;
  /** 18 characters. */
  readonly id: string;
  readonly tree: Tree;
  /** The file itself, in base64, of types whose file is no XML; null for others. */
  readonly content: string | null;
  readonly createdDate: string;
  readonly createdById: string;
  readonly lastModifiedDate: string;
  readonly lastModifiedById: string;
}

/**
 * The metadata of an org, in its file: what was created or deployed, tree by tree. What objects and fields are is in the
 * schema; here is what the schema does not say of them, and everything else.
 */
export class Components {
  readonly #store: Store;
  readonly #listeners: (() => void)[] = [];

  constructor(store: Store) {
    this.#store = store;
    store.onRestored(() => this.changed());
    store.database.exec(`
      create table if not exists "_metadata" (
        number integer primary key, type text not null, full_name text not null collate nocase, tree text not null,
        content text, created text not null, creator text not null, modified text not null, modifier text not null,
        unique (type, full_name))
    `);
  }

  /** `listener` is called whenever a component was written or removed. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Tells the listeners that something changed, as after a deployment that was undone. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  find(type: string, fullName: string): Component | undefined {
    const row = this.#store.statement('select * from "_metadata" where type = ? and full_name = ?').get(type, fullName);
    return row === undefined ? undefined : componentOf(row);
  }

  byId(id: string): Component | undefined {
    return this.#store
      .statement('select * from "_metadata"')
      .all()
      .map(componentOf)
      .find((component) => component.id === id);
  }

  /** All of a type, by name. */
  list(type: string): readonly Component[] {
    return this.#store
      .statement('select * from "_metadata" where type = ? order by full_name')
      .all(type)
      .map(componentOf);
  }

  put(type: string, fullName: string, tree: Tree, userId: string, content: string | null = null): Component {
    const now = this.#store.now();
    this.#store
      .statement(
        `insert into "_metadata" (type, full_name, tree, content, created, creator, modified, modifier)
         values (?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (type, full_name) do update set
           full_name = excluded.full_name, tree = excluded.tree, content = excluded.content,
           modified = excluded.modified, modifier = excluded.modifier`,
      )
      .run(type, fullName, JSON.stringify(tree), content, now, userId, now, userId);
    this.changed();
    return this.find(type, fullName) as Component;
  }

  /** The component, made with an empty tree if it is known by the schema alone, so that it has an id of its own. */
  known(type: string, fullName: string, userId: string): Component {
    return this.find(type, fullName) ?? this.put(type, fullName, {}, userId);
  }

  /** True if there was one. */
  remove(type: string, fullName: string): boolean {
    const sql = 'delete from "_metadata" where type = ? and full_name = ?';
    const removed = this.#store.statement(sql).run(type, fullName).changes > 0;
    this.changed();
    return removed;
  }

  rename(type: string, from: string, to: string): void {
    this.#store.statement('update "_metadata" set full_name = ? where type = ? and full_name = ?').run(to, type, from);
    this.changed();
  }
}

function componentOf(row: Readonly<Record<string, unknown>>): Component {
  const type = String(row['type']);
  return {
    type,
    fullName: String(row['full_name']),
    id: makeId(typeNamed(type)?.idPrefix ?? '0M0', Number(row['number'])),
    tree: JSON.parse(String(row['tree'])) as Tree,
    content: typeof row['content'] === 'string' ? row['content'] : null,
    createdDate: String(row['created']),
    createdById: String(row['creator']),
    lastModifiedDate: String(row['modified']),
    lastModifiedById: String(row['modifier']),
  };
}
