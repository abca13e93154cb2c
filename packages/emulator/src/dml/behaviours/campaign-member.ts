import type { Stored, StoredRow } from '../../store/store.ts';
import { refusals } from '../refusals.ts';
import type { Writing } from '../writing.ts';
import type { Behaviour, Completed } from './behaviours.ts';

/** One person in one campaign, with a status that the campaign offers; another than that becomes the default (A13). */
export const campaignMember: Behaviour = {
  complete: (writing, { row, changes, before }): Completed => {
    const values: Record<string, Stored> = {};
    if (before === undefined) {
      const person = personOf({ ...row, ...values });
      if (person === undefined) {
        return {
          ok: false,
          error: refusals.integrity('A campaign member must be a lead or a contact, and not both', 'LeadId'),
        };
      }
      Object.assign(values, person);
    }
    if (before === undefined || 'Status' in changes) {
      const status = statusOf(writing, row['CampaignId'] ?? null, changes['Status'] ?? null);
      if (status !== undefined) {
        values['Status'] = status.label;
        values['HasResponded'] = String(status.responded);
        const answered = before?.['FirstRespondedDate'] ?? null;
        values['FirstRespondedDate'] = status.responded ? (answered ?? writing.today) : answered;
      }
    }
    return { ok: true, values };
  },
};

/** Who the member is, by either of the ways to say it; undefined unless it is exactly one. */
function personOf(row: StoredRow): StoredRow | undefined {
  const either = row['LeadOrContactId'] ?? null;
  const leadId = row['LeadId'] ?? (either?.startsWith('00Q') === true ? either : null);
  const contactId = row['ContactId'] ?? (either?.startsWith('003') === true ? either : null);
  if ((leadId === null) === (contactId === null)) return undefined;
  return {
    LeadId: leadId,
    ContactId: contactId,
    LeadOrContactId: contactId ?? leadId,
    Type: leadId === null ? 'Contact' : 'Lead',
  };
}

function statusOf(
  writing: Writing,
  campaignId: Stored,
  asked: Stored,
): { readonly label: string; readonly responded: boolean } | undefined {
  if (writing.object('CampaignMemberStatus') === undefined) return undefined;
  const offered = writing.store
    .statement(
      `select * from "CampaignMemberStatus" where "CampaignId" = ? and "IsDeleted" = 'false' order by "SortOrder"`,
    )
    .all(campaignId);
  const same = offered.find(({ Label }) => String(Label).toLowerCase() === asked?.toLowerCase());
  const chosen = same ?? offered.find(({ IsDefault }) => IsDefault === 'true') ?? offered[0];
  if (chosen === undefined) return undefined;
  return { label: String(chosen['Label']), responded: chosen['HasResponded'] === 'true' };
}
