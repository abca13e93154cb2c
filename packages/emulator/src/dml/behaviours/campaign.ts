import type { Behaviour } from './behaviours.ts';

const first = [
  { Label: 'Sent', SortOrder: '3', IsDefault: 'true', HasResponded: 'false' },
  { Label: 'Responded', SortOrder: '4', IsDefault: 'false', HasResponded: 'true' },
] as const;

/** A new campaign has two statuses for its members (A13). */
export const campaign: Behaviour = {
  follow: (writing, { before, after }) => {
    const status = writing.object('CampaignMemberStatus');
    if (status === undefined || before !== undefined || after === undefined) return;
    for (const values of first) writing.insert(status, { ...values, CampaignId: after['Id'] ?? null });
  },
};
