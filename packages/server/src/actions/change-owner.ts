/** Change owner (N97, ACT5): to a user or, of a lead, to a queue. The value is the whole request, so it may be sent again. */
import type { ChangeOwner } from '@syncline/contract/actions';
import { Problem } from '../errors/errors.ts';
import { judge } from './judge.ts';
import { type Kind, refusal, withoutRecord } from './kind.ts';

/** The first three characters of an id say whose it is (A11). */
const USER = '005';
const QUEUE = '00G';

/** Words of a refusal that are about the owner, and not about the record. */
const ABOUT_THE_OWNER = {
  INVALID_CROSS_REFERENCE_KEY: 'owner-refused',
  INACTIVE_OWNER_OR_USER: 'owner-refused',
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: 'owner-refused',
  TRANSFER_REQUIRES_READ: 'owner-refused',
  MALFORMED_ID: 'owner-refused',
} as const;

export const changeOwner: Kind<ChangeOwner> = {
  peopleMax: 200,
  check: async ({ ownerId }) => {
    const isOwner = /^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(ownerId) && [USER, QUEUE].includes(ownerId.slice(0, 3));
    if (!isOwner) throw new Problem('owner-wrong', { id: ownerId });
  },
  decide: (person, { ownerId }) => {
    if (person.isHere && person.object === 'Contact' && !person.isDeletedThere && ownerId.startsWith(QUEUE))
      return { do: 'refuse', refusal: refusal('contact-and-queue') };
    return withoutRecord(person) ?? { do: 'send' };
  },
  send: async (people, { ownerId }, { salesforce }) => {
    const records = people.map(({ object, sfId }) => ({ attributes: { type: object }, Id: sfId, OwnerId: ownerId }));
    const answers = await salesforce.updateRecords(JSON.stringify(records), { autoAssign: 'FALSE' });
    return answers.map((answer) => (answer.ok ? { is: 'done' } : judge(answer.faults[0], ABOUT_THE_OWNER)));
  },
};
