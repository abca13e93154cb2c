import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Store } from './store.ts';

/** A part of the org that has files of its own, which a snapshot keeps too. */
export interface Keeper {
  /** Copies what it has into this folder, which is empty. */
  save(folder: string): void;
  /** Is again what it was when it saved into this folder. */
  restore(folder: string): void;
}

/**
 * Snapshots of the org: all records, the schema, metadata, switches, events and finished jobs, under names. What clients
 * hold outlives a restore: sessions opened since stay good, and streams go on. The clock is not part of it.
 *
 * They lie in a folder beside the org's file and are there at the next start; those of an org in memory end with it.
 */
export class Snapshots {
  readonly #store: Store;
  readonly #folder: string;
  readonly #keepers: Keeper[] = [];

  constructor(store: Store, folder: string) {
    this.#store = store;
    this.#folder = folder;
  }

  join(keeper: Keeper): void {
    this.#keepers.push(keeper);
  }

  get names(): readonly string[] {
    return existsSync(this.#folder)
      ? readdirSync(this.#folder)
          .filter((name) => pattern.test(name))
          .toSorted()
      : [];
  }

  /** Answers the name; without one it is a number. A snapshot of the same name is replaced. */
  take(name: string = this.#freeName()): string {
    if (!pattern.test(name)) {
      throw new Error(`A snapshot's name has letters, digits, "-" and "_", at most 40, and is not "${name}".`);
    }
    const half = path.join(this.#folder, `.half`);
    rmSync(half, { recursive: true, force: true });
    mkdirSync(half, { recursive: true });
    this.#store.copyTo(path.join(half, 'org.db'));
    this.#keepers.forEach((keeper, at) => {
      const folder = path.join(half, String(at));
      mkdirSync(folder);
      keeper.save(folder);
    });
    rmSync(this.#place(name), { recursive: true, force: true });
    renameSync(half, this.#place(name));
    return name;
  }

  /** Throws if there is none of the name. */
  restore(name: string): void {
    this.#check(name);
    this.#store.restoreFrom(path.join(this.#place(name), 'org.db'));
    this.#keepers.forEach((keeper, at) => {
      keeper.restore(path.join(this.#place(name), String(at)));
    });
  }

  /** Throws if there is none of the name. */
  remove(name: string): void {
    this.#check(name);
    rmSync(this.#place(name), { recursive: true });
  }

  #check(name: string): void {
    if (this.names.includes(name)) return;
    const all = this.names.length === 0 ? 'there are none yet' : `there are ${this.names.join(', ')}`;
    throw new Error(`There is no snapshot ${name}: ${all}.`);
  }

  #place(name: string): string {
    return path.join(this.#folder, name);
  }

  #freeName(): string {
    const numbers = this.names.map(Number).filter((number) => Number.isInteger(number));
    return String(Math.max(0, ...numbers) + 1);
  }
}

const pattern = /^[\w-]{1,40}$/;
