/** Who is in a group or queue, what a queue may own, and the rules that give leads and cases away. */
import { checkbox, id, picklist, readOnly, reference, required, stamps, text, values } from './build.ts';
import { object } from './object.ts';

const setup = {
  layoutable: false,
  mruEnabled: false,
  undeletable: false,
  searchLayoutable: false,
  searchable: false,
  triggerable: false,
} as const;

const stamp = stamps().filter(({ name }) => name === 'SystemModstamp');

export const groupMember = object(
  'GroupMember',
  'Group Member',
  'Group Members',
  '011',
  [
    id('Group Member ID'),
    reference('GroupId', 'Group ID', ['Group'], 'Group', { ...required, updateable: false, cascadeDelete: true }),
    reference('UserOrGroupId', 'User/Group ID', ['Group', 'User'], 'UserOrGroup', { ...required, updateable: false }),
    ...stamp,
  ],
  { ...setup, updateable: false },
);

export const queueSobject = object(
  'QueueSobject',
  'Queue Sobject',
  'Queue Sobjects',
  '03g',
  [
    id('Queue Sobject ID'),
    reference('QueueId', 'Queue ID', ['Group'], 'Queue', { ...required, updateable: false, cascadeDelete: true }),
    picklist('SobjectType', 'Sobject Type', values('Case', 'Lead'), required),
    reference('CreatedById', 'Created By ID', ['User'], 'CreatedBy', {
      ...readOnly,
      nillable: false,
      defaultedOnCreate: true,
    }),
    ...stamp,
  ],
  { ...setup, updateable: false },
);

/** Made by the metadata of assignment rules; a client names one by its id (A6). */
export const assignmentRule = object(
  'AssignmentRule',
  'Assignment Rule',
  'Assignment Rules',
  '01Q',
  [
    id('Rule ID'),
    text('Name', 'Name', 120, { ...readOnly, nameField: true }),
    picklist('SobjectType', 'SObject Type', values('Case', 'Lead'), readOnly),
    checkbox('Active', 'Active', readOnly),
    ...stamps(),
  ],
  { ...setup, createable: false, updateable: false, deletable: false },
);
