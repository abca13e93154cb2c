/** Objects whose records are the values of standard picklists, and what these mean. */
import type { FieldDescribe, ObjectDescribe } from '../schema.ts';
import { checkbox, id, integer, numeric, picklist, readOnly, stamps, text, values } from './build.ts';
import { object } from './object.ts';

const fixed = {
  createable: false,
  updateable: false,
  deletable: false,
  undeletable: false,
  layoutable: false,
  mruEnabled: false,
  searchable: false,
  searchLayoutable: false,
  triggerable: false,
  replicateable: false,
} as const;

function valueObject(name: string, label: string, means: readonly FieldDescribe[]): ObjectDescribe {
  const fields = [
    id(`${label} Value ID`),
    text('MasterLabel', 'Master Label', 255, { ...readOnly, nameField: true, nillable: false }),
    text('ApiName', 'API Name', 255, readOnly),
    integer('SortOrder', 'Sort Order', readOnly),
    ...means,
    ...stamps(),
  ];
  return object(name, `${label} Value`, `${label} Values`, '01J', fields, fixed);
}

const flag = (name: string, label: string): FieldDescribe => checkbox(name, label, readOnly);

/** A lead is converted with a status that `IsConverted` (A12). */
export const leadStatus = valueObject('LeadStatus', 'Lead Status', [
  flag('IsDefault', 'Is Default'),
  flag('IsConverted', 'Is Converted'),
]);

export const opportunityStage = valueObject('OpportunityStage', 'Opportunity Stage', [
  flag('IsActive', 'Is Active'),
  flag('IsClosed', 'Is Closed'),
  flag('IsWon', 'Is Won'),
  picklist(
    'ForecastCategory',
    'Forecast Category',
    values('Omitted', 'Pipeline', 'BestCase', 'Forecast', 'Closed'),
    readOnly,
  ),
  picklist(
    'ForecastCategoryName',
    'Forecast Category Name',
    values('Omitted', 'Pipeline', 'Best Case', 'Commit', 'Closed'),
    readOnly,
  ),
  numeric('DefaultProbability', 'Default Probability', 'percent', 3, 0, readOnly),
  text('Description', 'Description', 255, readOnly),
]);

export const caseStatus = valueObject('CaseStatus', 'Case Status', [
  flag('IsDefault', 'Is Default'),
  flag('IsClosed', 'Is Closed'),
]);

export const taskStatus = valueObject('TaskStatus', 'Task Status', [
  flag('IsDefault', 'Is Default'),
  flag('IsClosed', 'Is Closed'),
]);

export const taskPriority = valueObject('TaskPriority', 'Task Priority', [
  flag('IsDefault', 'Is Default'),
  flag('IsHighPriority', 'Is High Priority'),
]);
