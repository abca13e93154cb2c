import type { StoredRow } from '../../store/store.ts';
import type { Behaviour } from './behaviours.ts';

/** When a contact role becomes primary, the others of its opportunity no longer are (A13). */
export const opportunityContactRole: Behaviour = {
  follow: (writing, { after }) => {
    const object = writing.object('OpportunityContactRole');
    if (object === undefined || after?.['IsPrimary'] !== 'true') return;
    const others = writing.store
      .statement(
        `select * from "OpportunityContactRole"
         where "OpportunityId" = ? and "IsPrimary" = 'true' and "IsDeleted" = 'false' and "Id" <> ?`,
      )
      .all(after['OpportunityId'] ?? null, after['Id'] ?? null) as unknown as readonly StoredRow[];
    for (const other of others) writing.change(object, other, { IsPrimary: 'false' });
  },
};
