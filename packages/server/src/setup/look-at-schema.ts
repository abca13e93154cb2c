/**
 * SET6: one look at the schema of the org, beside the map. It only writes down what is otherwise: no field, no column and no value changes, and
 * nothing of the sync waits for it.
 */
import type { Database } from '../db/db.ts';
import { type FieldMap, SYNC_OBJECTS, type SyncObject } from '../mapping/mapping.ts';
import { loadFieldMap } from '../mapping/open-field-store.ts';
import { type Difference, objectHidden, planDifferences } from '../mapping/plan-differences.ts';
import { type CandidateField, planFields } from '../mapping/plan-fields.ts';
import { type Salesforce, SalesforceError } from '../salesforce/salesforce.ts';
import { isEqual, select } from '../salesforce/soql.ts';
import { type Described, describeObjects, readable } from './describes.ts';
import {
  adoptPicklists,
  beginLook,
  durableIds,
  endLook,
  type KnownIds,
  putDifferences,
  putDurableIds,
} from './schema-change-store.ts';

/** How many differences came, changed or went. Errors: those of the connection. */
export const lookAtSchema = async (db: Database, salesforce: Salesforce): Promise<number> => {
  const beganAt = await beginLook(db);
  const [described, map] = await Promise.all([describeObjects(salesforce), loadFieldMap(db)]);
  const candidates = candidatesOf(map, described);
  const plain = planDifferences(map, readable(described), candidates);
  const known = await durableIds(db);
  const lists = await listFields(
    salesforce,
    [...plain.filter(({ kind }) => kind === 'gone'), ...known.unasked],
    described,
  );
  const found = [...hiddenObjects(map, described), ...toldApart(plain, lists, known)];
  return db.ownTransaction(async (tx) => {
    if (!(await endLook(tx, beganAt))) return 0;
    await adoptPicklists(tx, candidates);
    await putDurableIds(tx, lists);
    return putDifferences(tx, found);
  });
};

/** What the map could hold of what the org shows now. */
export const candidatesOf = (map: FieldMap, described: readonly Described[]): readonly CandidateField[] =>
  planFields(
    readable(described),
    SYNC_OBJECTS.flatMap((object) => map.objects[object].fields),
  ).fields;

const hiddenObjects = (map: FieldMap, described: readonly Described[]): readonly Difference[] =>
  described.flatMap(({ object, describe }) =>
    describe === null && map.objects[object].fields.length > 0 ? [objectHidden(object)] : [],
  );

/**
 * A field that a describe does not show is hidden where the org lists it all the same, renamed where the list has its durable id under a name that is
 * new to the map, and deleted where neither is so, although the list names others that are hidden: then it is not cut to what this user sees. Else
 * nobody can tell, and it stays `gone`. Pure.
 */
const toldApart = (
  found: readonly Difference[],
  lists: ReadonlyMap<SyncObject, ListedFields>,
  { ids }: Pick<KnownIds, 'ids'>,
): readonly Difference[] => {
  const renamed = new Map<Difference, string>();
  for (const each of found) {
    const name =
      each.kind === 'gone'
        ? lists.get(each.object)?.nameOf.get(ids.get(`${each.object}.${each.name}`) ?? '')
        : undefined;
    if (name !== undefined && isNew(found, each.object, name)) renamed.set(each, name);
  }
  const isNewName = (each: Difference): boolean =>
    each.kind === 'new' && [...renamed].some(([{ object }, name]) => object === each.object && name === each.name);
  return found.flatMap((each): readonly Difference[] => {
    const list = each.kind === 'gone' ? lists.get(each.object) : undefined;
    if (!list) return isNewName(each) ? [] : [each];
    if (list.idOf.has(each.name)) return [{ ...each, kind: 'hidden' }];
    const name = renamed.get(each);
    if (name !== undefined) return [{ ...each, kind: 'renamed', was: each.name, is: name }];
    return [list.isWhole ? { ...each, kind: 'deleted' } : each];
  });
};

const isNew = (found: readonly Difference[], object: SyncObject, name: string): boolean =>
  found.some((each) => each.kind === 'new' && each.object === object && each.name === name);

/** The org's own list of an object's fields, which may name what this user does not see. */
interface ListedFields {
  readonly idOf: ReadonlyMap<string, string>;
  readonly nameOf: ReadonlyMap<string, string>;
  /** It names fields that this user does not see. */
  readonly isWhole: boolean;
}

/** One call an object of `wanted`; objects that this user may not ask of are absent. */
const listFields = async (
  salesforce: Salesforce,
  wanted: readonly { readonly object: SyncObject }[],
  described: readonly Described[],
): Promise<ReadonlyMap<SyncObject, ListedFields>> => {
  const lists = new Map<SyncObject, ListedFields>();
  for (const object of new Set(wanted.map((each) => each.object))) {
    const seen = new Set(described.find((each) => each.object === object)?.describe?.fields.map(({ name }) => name));
    const rows = await listedRows(salesforce, object);
    lists.set(object, {
      idOf: new Map(rows.map(({ QualifiedApiName, DurableId }) => [QualifiedApiName, DurableId])),
      nameOf: new Map(rows.map(({ QualifiedApiName, DurableId }) => [DurableId, QualifiedApiName])),
      isWhole: rows.some(({ QualifiedApiName }) => !seen.has(QualifiedApiName)),
    });
  }
  return lists;
};

interface ListedRow {
  readonly QualifiedApiName: string;
  readonly DurableId: string;
}

const listedRows = async (salesforce: Salesforce, object: SyncObject): Promise<readonly ListedRow[]> => {
  try {
    return await salesforce.records<ListedRow>(
      select({
        fields: ['QualifiedApiName', 'DurableId'],
        from: 'FieldDefinition',
        where: isEqual('EntityDefinition.QualifiedApiName', object),
      }),
    );
  } catch (error) {
    // This user may not ask: then a deleted field and a hidden one look alike, and nobody sees that one was renamed.
    if (error instanceof SalesforceError && error.code === 'salesforce-refused') return [];
    throw error;
  }
};
