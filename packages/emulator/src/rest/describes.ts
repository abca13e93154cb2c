import type { OrgUser } from '../access/access.ts';
import type { ObjectRights } from '../access/rights.ts';
import type { Org } from '../org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { FieldDescribe, ObjectDescribe, SchemaObject } from '../schema/schema.ts';
import { type Answer, answer, type Call } from './answer.ts';
import { sinceModified } from './conditions.ts';

/** The object a path names, NOT_FOUND if there is none that the user sees. */
export function objectOf(call: Call, name: string): SchemaObject {
  const object = call.org.schema.object(name);
  if (object === undefined || !call.org.access.sight(call.session.user).rights(object).read)
    throw new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
  return object;
}

/** Attributes of an object's entry in the list of all. */
export const globalKeys = [
  'activateable',
  'associateEntityType',
  'associateParentEntity',
  'createable',
  'custom',
  'customSetting',
  'deepCloneable',
  'deletable',
  'deprecatedAndHidden',
  'feedEnabled',
  'hasSubtypes',
  'isInterface',
  'isSubtype',
  'keyPrefix',
  'label',
  'labelPlural',
  'layoutable',
  'mergeable',
  'mruEnabled',
  'name',
  'queryable',
  'replicateable',
  'retrieveable',
  'searchable',
  'triggerable',
  'undeletable',
  'updateable',
] as const satisfies readonly (keyof ObjectDescribe)[];

function globalEntry(call: Call, object: SchemaObject): Record<string, unknown> {
  const url = `/services/data/${call.version}/sobjects/${object.name}`;
  const entry = Object.fromEntries(globalKeys.map((key) => [key, object.describe[key]]));
  return {
    ...entry,
    ...allowed(call.org.access.sight(call.session.user).rights(object), object.describe),
    urls: { rowTemplate: `${url}/{ID}`, describe: `${url}/describe`, sobject: url },
  };
}

/** What a user may do with records, of what anybody may. */
function allowed(
  rights: ObjectRights,
  describe: ObjectDescribe,
): Pick<ObjectDescribe, 'createable' | 'updateable' | 'deletable'> {
  return {
    createable: describe.createable && rights.create,
    updateable: describe.updateable && rights.edit,
    deletable: describe.deletable && rights.delete,
  };
}

/** GET sobjects: every object in short (A4). */
export function describeGlobal(call: Call): Answer {
  return sinceModified(call, call.org.store.schemaChangedAt, () => {
    const sobjects = seenObjects(call.org, call.session.user).map((object) => globalEntry(call, object));
    return answer({ encoding: 'UTF-8', maxBatchSize: 200, sobjects });
  });
}

/** GET sobjects/X: the short describe and what was seen lately, which is nothing here. */
export function describeBasic(call: Call, name: string): Answer {
  return answer({ objectDescribe: globalEntry(call, objectOf(call, name)), recentItems: [] });
}

/** An object's describe for a user: fields they may not read are absent, those they may not write say so (A4). */
export function describeFor(org: Org, user: OrgUser, object: SchemaObject): ObjectDescribe {
  const sight = org.access.sight(user);
  const fields = object.fields
    .filter((field) => sight.canRead(object.name, field.name))
    .map((field) => (sight.canEdit(object.name, field.name) ? field : readOnly(field)));
  return { ...object.describe, ...allowed(sight.rights(object), object.describe), fields };
}

/** Objects a user may read. */
export function seenObjects(org: Org, user: OrgUser): readonly SchemaObject[] {
  const sight = org.access.sight(user);
  return org.schema.objects.filter((object) => sight.rights(object).read);
}

/** GET sobjects/X/describe. */
export function describeObject(call: Call, name: string): Answer {
  const object = objectOf(call, name);
  const url = `/services/data/${call.version}/sobjects/${object.name}`;
  return sinceModified(call, call.org.store.schemaChangedAt, () =>
    answer({
      ...describeFor(call.org, call.session.user, object),
      urls: {
        compactLayouts: `${url}/describe/compactLayouts`,
        rowTemplate: `${url}/{ID}`,
        approvalLayouts: `${url}/describe/approvalLayouts`,
        uiDetailTemplate: `${call.org.url()}/{ID}`,
        uiEditTemplate: `${call.org.url()}/{ID}/e`,
        describe: `${url}/describe`,
        uiNewRecord: `${call.org.url()}/${object.describe.keyPrefix}/e`,
        layouts: `${url}/describe/layouts`,
        sobject: url,
      },
    }),
  );
}

function readOnly(field: FieldDescribe): FieldDescribe {
  return { ...field, createable: false, updateable: false };
}
