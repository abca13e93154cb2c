import { isSet, list, said, type Tree } from '../tree.ts';
import type { Kind, Setup } from './kind.ts';
import { plain } from './plain.ts';

const kept = plain('AssignmentRules');

/** An object's assignment rules: each is also a record of AssignmentRule, by whose id a client may name it (A6). */
export const assignmentRules: Kind = {
  ...kept,
  put: (setup, fullName, tree) => {
    kept.put(setup, fullName, tree);
    putRows(setup, fullName, list(tree, 'assignmentRule'));
  },
  remove: (setup, fullName) => {
    putRows(setup, fullName, []);
    return kept.remove(setup, fullName);
  },
};

/** Rules keep their ids as long as they keep their names. */
function putRows({ store, schema, userId }: Setup, object: string, rules: readonly Tree[]): void {
  if (schema.object('AssignmentRule') === undefined) return;
  const known = new Map(
    store
      .statement('select "Id", "Name" from "AssignmentRule" where "SobjectType" = ?')
      .all(object)
      .map(({ Id, Name }) => [String(Name), String(Id)] as const),
  );
  store.statement('delete from "AssignmentRule" where "SobjectType" = ?').run(object);
  const now = store.now();
  for (const rule of rules) {
    const Name = said(rule, 'fullName') ?? '';
    store.insert('AssignmentRule', {
      Id: known.get(Name) ?? store.nextId('AssignmentRule'),
      Name,
      SobjectType: object,
      Active: String(isSet(rule, 'active')),
      CreatedDate: now,
      CreatedById: userId,
      LastModifiedDate: now,
      LastModifiedById: userId,
      SystemModstamp: now,
      IsDeleted: 'false',
    });
  }
}
