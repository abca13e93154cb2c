import {
  checkbox,
  date,
  datetime,
  id,
  integer,
  isDeleted,
  picklist,
  readOnly,
  reference,
  required,
  stamps,
  text,
  textarea,
  values,
} from './build.ts';
import { object } from './object.ts';
import { recurrence } from './recurrence.ts';

/** Something to do, or done, with a lead or contact (`WhoId`) about a record (`WhatId`). */
export const task = object('Task', 'Task', 'Tasks', '00T', [
  id('Activity ID'),
  reference('WhoId', 'Name ID', ['Contact', 'Lead'], 'Who'),
  reference('WhatId', 'Related To ID', ['Account', 'Campaign', 'Case', 'Opportunity'], 'What'),
  text('Subject', 'Subject', 255),
  date('ActivityDate', 'Due Date Only'),
  picklist(
    'Status',
    'Status',
    values('Not Started*', 'In Progress', 'Completed', 'Waiting on someone else', 'Deferred'),
    { ...required, defaultedOnCreate: true },
  ),
  picklist('Priority', 'Priority', values('High', 'Normal*', 'Low'), { ...required, defaultedOnCreate: true }),
  checkbox('IsHighPriority', 'High Priority', readOnly),
  reference('OwnerId', 'Assigned To ID', ['Group', 'User'], 'Owner', { ...required, defaultedOnCreate: true }),
  textarea('Description', 'Description', 32000),
  picklist('Type', 'Type', values('Call', 'Email', 'Meeting', 'Other')),
  isDeleted(),
  reference('AccountId', 'Account ID', ['Account'], 'Account', readOnly),
  checkbox('IsClosed', 'Closed', readOnly),
  ...stamps(),
  checkbox('IsArchived', 'Archived', readOnly),
  integer('CallDurationInSeconds', 'Call Duration'),
  picklist('CallType', 'Call Type', values('Internal', 'Inbound', 'Outbound')),
  text('CallDisposition', 'Call Result', 255),
  text('CallObject', 'Call Object Identifier', 255),
  ...recurrence(
    'Task',
    date('RecurrenceStartDateOnly', 'Recurrence Start'),
    date('RecurrenceEndDateOnly', 'Recurrence End'),
  ),
  picklist(
    'RecurrenceRegeneratedType',
    'Repeat This Task',
    values('RecurrenceRegenerateAfterDueDate', 'RecurrenceRegenerateAfterToday', 'RecurrenceRegenerated'),
  ),
  datetime('ReminderDateTime', 'Reminder Date/Time'),
  checkbox('IsReminderSet', 'Reminder Set'),
  picklist('TaskSubtype', 'Task Subtype', values('Task*', 'Email', 'ListEmail', 'Cadence', 'Call'), {
    updateable: false,
  }),
  datetime('CompletedDateTime', 'Completed Date', readOnly),
]);
