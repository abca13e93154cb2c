import type { PicklistValue } from '../../schema/schema.ts';
import { MetadataFault, picklistValueOf } from '../field-type.ts';
import { inner, isSet, list, said, type Tree } from '../tree.ts';
import type { Kind, Setup } from './kind.ts';
import { plain } from './plain.ts';

const kept = plain('GlobalValueSet');

/** Values that several picklists share; a change of them changes those. */
export const globalValueSet: Kind = {
  ...kept,
  put: (setup, fullName, tree) => {
    kept.put(setup, fullName, tree);
    const values = list(tree, 'customValue').map(picklistValueOf);
    for (const field of setup.components.list('CustomField')) {
      if (said(inner(field.tree, 'valueSet'), 'valueSetName') !== fullName) continue;
      const [objectName = '', name = ''] = field.fullName.split('.');
      setValues(setup, objectName, name, values);
    }
  },
};

/** Standard value sets and the fields that have their values. */
const standard: Readonly<Record<string, readonly string[]>> = {
  LeadSource: ['Lead.LeadSource', 'Contact.LeadSource', 'Opportunity.LeadSource', 'Account.AccountSource'],
  LeadStatus: ['Lead.Status'],
  Industry: ['Lead.Industry', 'Account.Industry'],
  AccountRating: ['Lead.Rating', 'Account.Rating'],
  AccountType: ['Account.Type'],
  OpportunityStage: ['Opportunity.StageName'],
  OpportunityType: ['Opportunity.Type'],
  ContactRole: ['OpportunityContactRole.Role'],
  CampaignStatus: ['Campaign.Status'],
  CampaignType: ['Campaign.Type'],
  TaskStatus: ['Task.Status'],
  TaskPriority: ['Task.Priority'],
  CaseStatus: ['Case.Status'],
  CaseOrigin: ['Case.Origin'],
  CasePriority: ['Case.Priority'],
  Salutation: ['Lead.Salutation', 'Contact.Salutation'],
};

export const standardValueSet: Kind = {
  put: (setup, fullName, tree) => {
    const fields = standard[fullName];
    if (fields === undefined)
      throw new MetadataFault('INVALID_CROSS_REFERENCE_KEY', `There is no standard value set ${fullName}`);
    const given = list(tree, 'standardValue');
    for (const field of fields) {
      const [objectName = '', name = ''] = field.split('.');
      setValues(setup, objectName, name, given.map(picklistValueOf));
    }
    if (fullName === 'LeadStatus') setStatuses(setup, given);
  },
  read: ({ schema, store }, fullName) => {
    const [field] = standard[fullName] ?? [];
    const [objectName = '', name = ''] = (field ?? '').split('.');
    const described = schema.object(objectName)?.field(name);
    if (described === undefined) return undefined;
    const converted =
      fullName === 'LeadStatus' && schema.object('LeadStatus') !== undefined
        ? new Set(
            store
              .statement(`select "ApiName" from "LeadStatus" where "IsConverted" = 'true'`)
              .all()
              .map(({ ApiName }) => ApiName),
          )
        : undefined;
    const standardValue = described.picklistValues.map((value) => ({
      fullName: value.value,
      default: String(value.defaultValue),
      label: value.label ?? value.value,
      ...(converted === undefined ? {} : { converted: String(converted.has(value.value)) }),
    }));
    return { fullName, sorted: 'false', standardValue };
  },
  names: () => Object.keys(standard),
  remove: () => false,
};

function setValues({ store, schema }: Setup, objectName: string, name: string, values: readonly PicklistValue[]): void {
  const object = schema.object(objectName);
  const field = object?.field(name);
  if (object === undefined || field === undefined) return;
  const fields = object.fields.map((one) => (one === field ? { ...field, picklistValues: values } : one));
  store.define({ ...object.describe, fields });
}

/** `LeadStatus` has a record for each status. */
function setStatuses({ store, schema, userId }: Setup, given: readonly Tree[]): void {
  if (schema.object('LeadStatus') === undefined) return;
  store.statement('delete from "LeadStatus"').run();
  const now = store.now();
  given.forEach((value, at) => {
    const name = said(value, 'fullName') ?? said(value, 'label') ?? '';
    store.insert('LeadStatus', {
      Id: store.nextId('LeadStatus'),
      MasterLabel: said(value, 'label') ?? name,
      ApiName: name,
      SortOrder: String(at + 1),
      IsDefault: String(isSet(value, 'default')),
      IsConverted: String(isSet(value, 'converted')),
      CreatedDate: now,
      LastModifiedDate: now,
      SystemModstamp: now,
      CreatedById: userId,
      LastModifiedById: userId,
      IsDeleted: 'false',
    });
  });
}
