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
import { adoptPicklists, beginLook, endLook, putDifferences } from './schema-change-store.ts';

/** How many differences came, changed or went. Errors: those of the connection. */
export const lookAtSchema = async (db: Database, salesforce: Salesforce): Promise<number> => {
  const beganAt = await beginLook(db);
  const [described, map] = await Promise.all([describeObjects(salesforce), loadFieldMap(db)]);
  const candidates = candidatesOf(map, described);
  const found = [
    ...hiddenObjects(map, described),
    ...(await toldApart(salesforce, planDifferences(map, readable(described), candidates), described)),
  ];
  return db.ownTransaction(async (tx) => {
    if (!(await endLook(tx, beganAt))) return 0;
    await adoptPicklists(tx, candidates);
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
 * A field that a describe does not show is hidden where the org lists it all the same, and deleted where it does not, although it lists others that
 * are hidden: then the list is not cut to what this user sees. Else nobody can tell, and it stays `gone`.
 */
const toldApart = async (
  salesforce: Salesforce,
  found: readonly Difference[],
  described: readonly Described[],
): Promise<readonly Difference[]> => {
  const listed = new Map<SyncObject, Listed>();
  for (const object of new Set(found.flatMap((each) => (each.kind === 'gone' ? [each.object] : []))))
    listed.set(object, await listedFields(salesforce, object, described));
  return found.map((each) => {
    const list = each.kind === 'gone' ? listed.get(each.object) : undefined;
    if (!list) return each;
    if (list.names.has(each.name)) return { ...each, kind: 'hidden' };
    return list.isWhole ? { ...each, kind: 'deleted' } : each;
  });
};

interface Listed {
  readonly names: ReadonlySet<string>;
  /** It names fields that this user does not see. */
  readonly isWhole: boolean;
}
const NOTHING_LISTED: Listed = { names: new Set(), isWhole: false };

const listedFields = async (
  salesforce: Salesforce,
  object: SyncObject,
  described: readonly Described[],
): Promise<Listed> => {
  const seen = new Set(described.find((each) => each.object === object)?.describe?.fields.map(({ name }) => name));
  try {
    const rows = await salesforce.records<{ QualifiedApiName: string }>(
      select({
        fields: ['QualifiedApiName'],
        from: 'FieldDefinition',
        where: isEqual('EntityDefinition.QualifiedApiName', object),
      }),
    );
    const names = rows.map(({ QualifiedApiName }) => QualifiedApiName);
    return { names: new Set(names), isWhole: names.some((name) => !seen.has(name)) };
  } catch (error) {
    // This user may not ask: then the two look alike.
    if (error instanceof SalesforceError && error.code === 'salesforce-refused') return NOTHING_LISTED;
    throw error;
  }
};
