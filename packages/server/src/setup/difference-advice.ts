/** Who can mend what changed in Salesforce. Pure. */
import type { WhoCanFix } from '@syncline/contract/problems';
import type { Difference } from '../mapping/plan-differences.ts';

/** An admin of ours adds a new field or takes note of a change that nothing waits for; the rest only Salesforce's admin can undo. */
export const whoCanFix = ({ kind, fits, allowed, lengthMax }: Difference): WhoCanFix => {
  switch (kind) {
    case 'new':
    case 'renamed':
    case 'writable':
    case 'relabelled':
      return 'you';
    case 'retyped':
      return fits ? 'you' : 'salesforce-admin';
    case 'length':
      return lengthMax === null ? 'you' : 'salesforce-admin';
    case 'picklist':
      return allowed === null ? 'you' : 'salesforce-admin';
    case 'gone':
    case 'deleted':
    case 'hidden':
    case 'masked':
    case 'read_only':
    case 'object_hidden':
    case 'object_read_only':
    case 'object_no_create':
      return 'salesforce-admin';
  }
};
