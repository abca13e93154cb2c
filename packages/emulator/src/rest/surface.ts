/** What clients list of an org's pages: list views and quick actions. */
import type { SourceComponent } from '../metadata/source.ts';
import { said } from '../metadata/tree.ts';
import { canonicalId } from '../store/ids.ts';
import type { StoredRow } from '../store/store.ts';
import { type Answer, answer, type Call, notFound } from './answer.ts';
import { objectOf } from './describes.ts';

/** GET sobjects/X/listviews. */
export function listViews(call: Call, name: string): Answer {
  const object = objectOf(call, name);
  const base = `/services/data/${call.version}/sobjects/${object.name}/listviews`;
  const listviews = viewsOf(call, object.name).map((row) => ({
    describeUrl: `${base}/${row['Id']}/describe`,
    developerName: row['DeveloperName'],
    id: row['Id'],
    label: row['Name'],
    resultsUrl: `${base}/${row['Id']}/results`,
    soqlCompatible: true,
    url: `${base}/${row['Id']}`,
  }));
  return answer({ done: true, listviews, nextRecordsUrl: null, size: listviews.length, sobjectType: object.name });
}

/** GET sobjects/X/listviews/{id}: the view in short, and with `describe` behind it the query that it is. */
export function listView(call: Call, name: string, id: string, isDescribed: boolean): Answer {
  const object = objectOf(call, name);
  const row = viewsOf(call, object.name).find((view) => view['Id'] === canonicalId(id));
  if (row === undefined) throw notFound();
  if (!isDescribed) return answer({ id: row['Id'], developerName: row['DeveloperName'], label: row['Name'] });
  const nameField = object.fields.find((field) => field.nameField)?.name ?? 'Id';
  const column = (field: string, isHidden: boolean): Readonly<Record<string, unknown>> => ({
    fieldNameOrPath: field,
    hidden: isHidden,
    label: object.field(field)?.label ?? field,
    sortable: true,
    type: object.field(field)?.type ?? 'string',
  });
  return answer({
    columns: [column(nameField, false), column('SystemModstamp', false), column('Id', true)],
    id: row['Id'],
    orderBy: [{ fieldNameOrPath: nameField, nullsPosition: 'first', sortDirection: 'ascending' }],
    query: `SELECT ${nameField}, SystemModstamp, Id FROM ${object.name} ORDER BY ${nameField} ASC NULLS FIRST`,
    scope: null,
    sobjectType: object.name,
    whereCondition: { conditions: [], conjunction: 'and' },
  });
}

function viewsOf({ org }: Call, object: string): readonly StoredRow[] {
  if (org.schema.object('ListView') === undefined) return [];
  const sql = `select * from "ListView" where "SobjectType" = ? and "IsDeleted" = 'false' order by "Name"`;
  return org.store.statement(sql).all(object) as unknown as readonly StoredRow[];
}

/** GET quickActions: those of no object; GET sobjects/X/quickActions: those too, and the object's own. */
export function quickActions(call: Call, name?: string): Answer {
  const object = name === undefined ? undefined : objectOf(call, name).name;
  const all = call.org.metadata.components.list('QuickAction');
  const ofHere = all.filter(({ fullName }) => !fullName.includes('.') || fullName.startsWith(`${object}.`));
  return answer(ofHere.map((action) => actionOf(call, action)));
}

function actionOf(
  call: Call,
  { fullName, tree }: Pick<SourceComponent, 'fullName' | 'tree'>,
): Readonly<Record<string, unknown>> {
  const [object] = fullName.includes('.') ? fullName.split('.') : [];
  const root = `/services/data/${call.version}/${object === undefined ? '' : `sobjects/${object}/`}quickActions/${fullName}`;
  return {
    actionEnumOrId: fullName,
    label: said(tree, 'label') ?? fullName,
    name: fullName,
    targetSobjectType: said(tree, 'targetObject') ?? null,
    type: said(tree, 'type') ?? 'Create',
    urls: { quickAction: root, describe: `${root}/describe`, defaultValues: `${root}/defaultValues` },
  };
}
