/** Values of one statement in their places: what somebody typed is bound, and never becomes text of the statement (SEC9). */
export class Binds {
  readonly values: unknown[] = [];

  /** The place of a value, with its type. */
  add(value: unknown, type: 'text' | 'bigint' | 'integer'): string {
    return `$${this.values.push(value)}::${type}`;
  }
}
