/** What one permission set must grant so that everything works (SET13), from what an org's objects look like. No right to view or modify all data. Pure. */
import type { ObjectDescribe } from '../salesforce/salesforce.ts';
import type { Grants } from './package-files.ts';
import { GOVERNED_OBJECTS, NEVER_EXPIRES, SYSTEM_RIGHTS } from './user-checks.ts';
import { WANTED_FIELDS, WANTED_OBJECTS } from './wanted-fields.ts';

/** Objects whose standard fields are read; those of leads and contacts are written too. Custom fields are the Salesforce admin's choice (N25). */
export const GRANTED_OBJECTS = ['Lead', 'Contact', 'Account', 'Opportunity', 'Campaign', 'Event', 'Task'] as const;

/** `permissionable` is in a describe (A4) and not in the slice of it that the sync reads. */
type Field = ObjectDescribe['fields'][number] & { readonly permissionable?: boolean };

export const grantsOf = (
  described: readonly ObjectDescribe[],
  options: { readonly isPasswordSignIn: boolean },
): Grants => ({
  user: [
    'PermissionsApiEnabled',
    ...Object.values(SYSTEM_RIGHTS).flat(),
    ...(options.isPasswordSignIn ? [NEVER_EXPIRES] : []),
  ].map((name) => name.replace('Permissions', '')),
  objects: GOVERNED_OBJECTS.map((object) => ({ object, create: true, edit: true, delete: true })),
  fields: [
    ...WANTED_OBJECTS.flatMap((object) =>
      WANTED_FIELDS.map(({ name }) => ({ field: `${object}.${name}`, edit: true })),
    ),
    ...described.flatMap((describe) =>
      (describe.fields as readonly Field[])
        .filter((field) => field.permissionable === true && !field.custom)
        .map((field) => ({ field: `${describe.name}.${field.name}`, edit: isWritten(describe.name, field) })),
    ),
  ],
});

const isWritten = (object: string, field: Field): boolean =>
  (object === 'Lead' || object === 'Contact') && field.updateable && !field.calculated;
