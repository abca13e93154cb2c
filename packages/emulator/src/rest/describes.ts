import { SalesforceError } from '../salesforce-error.ts';
import type { FieldDescribe, ObjectDescribe, SchemaObject } from '../schema/schema.ts';
import { type Answer, answer, type Call } from './answer.ts';

/** The object a path names, NOT_FOUND if there is none that the user sees. */
export function objectOf(call: Call, name: string): SchemaObject {
  const object = call.org.schema.object(name);
  if (object === undefined || !call.org.access.sight(call.session.user).rights(object).read)
    throw new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
  return object;
}

const globalKeys = [
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
    ...allowed(call, object),
    urls: { rowTemplate: `${url}/{ID}`, describe: `${url}/describe`, sobject: url },
  };
}

/** What the user may do with records, of what anybody may. */
function allowed(call: Call, object: SchemaObject): Pick<ObjectDescribe, 'createable' | 'updateable' | 'deletable'> {
  const { describe } = object;
  const rights = call.org.access.sight(call.session.user).rights(object);
  return {
    createable: describe.createable && rights.create,
    updateable: describe.updateable && rights.edit,
    deletable: describe.deletable && rights.delete,
  };
}

/** GET sobjects: every object in short (A4). */
export function describeGlobal(call: Call): Answer {
  const sight = call.org.access.sight(call.session.user);
  const seen = call.org.schema.objects.filter((object) => sight.rights(object).read);
  const sobjects = seen.map((object) => globalEntry(call, object));
  return answer({ encoding: 'UTF-8', maxBatchSize: 200, sobjects });
}

/** GET sobjects/X: the short describe and what was seen lately, which is nothing here. */
export function describeBasic(call: Call, name: string): Answer {
  return answer({ objectDescribe: globalEntry(call, objectOf(call, name)), recentItems: [] });
}

/** GET sobjects/X/describe: fields the user may not read are absent, those they may not write say so (A4). */
export function describeObject(call: Call, name: string): Answer {
  const object = objectOf(call, name);
  const url = `/services/data/${call.version}/sobjects/${object.name}`;
  const sight = call.org.access.sight(call.session.user);
  const fields = object.fields
    .filter((field) => sight.canRead(object.name, field.name))
    .map((field) => (sight.canEdit(object.name, field.name) ? field : readOnly(field)));
  return answer({
    ...object.describe,
    ...allowed(call, object),
    fields,
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
  });
}

function readOnly(field: FieldDescribe): FieldDescribe {
  return { ...field, createable: false, updateable: false };
}
