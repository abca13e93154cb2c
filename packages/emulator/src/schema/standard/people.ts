/** What Lead, Contact and User share: the parts of a name, and the value lists of a sales org. */
import type { FieldDescribe } from '../schema.ts';
import { type FieldChanges, partOf, picklist, readOnly, required, text, values } from './build.ts';

const named: FieldChanges = { ...partOf('Name'), extraTypeInfo: 'personname' };

/** `Name` is made of its parts by Salesforce and is never written. */
export function personName(): readonly FieldDescribe[] {
  return [
    text('LastName', 'Last Name', 80, { ...named, ...required }),
    text('FirstName', 'First Name', 40, { ...named, permissionable: false }),
    picklist('Salutation', 'Salutation', values('Mr.', 'Ms.', 'Mrs.', 'Dr.', 'Prof.', 'Mx.'), {
      ...named,
      length: 40,
      byteLength: 120,
      permissionable: false,
    }),
    text('Name', 'Full Name', 121, { ...readOnly, nillable: false, nameField: true, extraTypeInfo: 'personname' }),
  ];
}

export const leadSources = values('Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other');
export const ratings = values('Hot', 'Warm', 'Cold');
export const industries = values(
  'Agriculture',
  'Apparel',
  'Banking',
  'Biotechnology',
  'Chemicals',
  'Communications',
  'Construction',
  'Consulting',
  'Education',
  'Electronics',
  'Energy',
  'Engineering',
  'Entertainment',
  'Environmental',
  'Finance',
  'Food & Beverage',
  'Government',
  'Healthcare',
  'Hospitality',
  'Insurance',
  'Machinery',
  'Manufacturing',
  'Media',
  'Not For Profit',
  'Recreation',
  'Retail',
  'Shipping',
  'Technology',
  'Telecommunications',
  'Transportation',
  'Utilities',
  'Other',
);
