import type { FieldDescribe } from '../schema.ts';
import { checkbox, integer, picklist, readOnly, reference, values } from './build.ts';

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** How an activity comes again; `span` is when the first and the last of a series are. */
export function recurrence(object: string, ...span: readonly FieldDescribe[]): readonly FieldDescribe[] {
  return [
    reference('RecurrenceActivityId', 'Recurrence Activity ID', [object], 'RecurrenceActivity', readOnly),
    checkbox('IsRecurrence', 'Create Recurring Series'),
    ...span,
    picklist('RecurrenceTimeZoneSidKey', 'Recurrence Time Zone', values('GMT', 'America/New_York', 'Europe/Madrid')),
    picklist(
      'RecurrenceType',
      'Recurrence Type',
      values(
        'RecursDaily',
        'RecursEveryWeekday',
        'RecursMonthly',
        'RecursMonthlyNth',
        'RecursWeekly',
        'RecursYearly',
        'RecursYearlyNth',
      ),
    ),
    integer('RecurrenceInterval', 'Recurrence Interval'),
    integer('RecurrenceDayOfWeekMask', 'Recurrence Day of Week Mask'),
    integer('RecurrenceDayOfMonth', 'Recurrence Day of Month'),
    picklist('RecurrenceInstance', 'Recurrence Instance', values('First', 'Second', 'Third', 'Fourth', 'Last')),
    picklist('RecurrenceMonthOfYear', 'Recurrence Month of Year', values(...months)),
  ];
}
