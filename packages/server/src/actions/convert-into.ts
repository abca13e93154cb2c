/** A lead that is merged with a contact is converted into it, and the contact wins (N87, ID22). */
import type { MergePeople } from '@syncline/contract/actions';
import type { ConvertAnswer, Salesforce } from '../salesforce/salesforce.ts';
import { isEqual, isOneOf, select } from '../salesforce/soql.ts';
import { findConvertedStatuses } from './convert-people.ts';
import { judge } from './judge.ts';
import { type Answer, type Refusal, refusal, type Target } from './kind.ts';

interface ContactRow {
  readonly AccountId: string | null;
  readonly OwnerId: string;
}
interface LeadRow {
  readonly Id: string;
  readonly IsConverted: boolean;
  readonly ConvertedContactId: string | null;
  readonly OwnerId: string;
}

/** What became of each lead, by person. Leads are read first, so that a call whose answer was lost is not repeated. */
export const convertInto = async (
  salesforce: Salesforce,
  people: readonly Target[],
  contactId: string,
  { convertedStatus }: MergePeople,
): Promise<readonly (readonly [number, Answer])[]> => {
  const [contact] = await salesforce.records<ContactRow>(
    select({ fields: ['AccountId', 'OwnerId'], from: 'Contact', where: isEqual('Id', contactId) }),
  );
  const leads = await salesforce.records<LeadRow>(
    select({
      fields: ['Id', 'IsConverted', 'ConvertedContactId', 'OwnerId'],
      from: 'Lead',
      where: isOneOf(
        'Id',
        people.map(({ sfId }) => sfId),
      ),
    }),
  );
  const status = convertedStatus ?? (await findConvertedStatuses(salesforce))[0];
  const known = people.map((person) => {
    const lead = leads.find(({ Id }) => Id === person.sfId);
    return { person, lead, answer: knownAnswer(lead, contact, contactId, status) };
  });
  const open = known.filter(({ answer }) => answer === null);
  const answers =
    open.length === 0
      ? []
      : await salesforce.convertLeads(
          open.map(({ person, lead }) => ({
            leadId: person.sfId,
            convertedStatus: status ?? '',
            accountId: contact?.AccountId ?? null,
            contactId,
            // A lead of a queue needs an owner who is a user; nothing is made that they would own.
            ownerId: lead?.OwnerId.startsWith('00G') ? (contact?.OwnerId ?? null) : null,
            opportunityName: null,
            notifiesOwner: false,
          })),
        );
  return known.map(({ person, answer }) => [
    person.personId,
    answer ?? after(answers[open.findIndex((one) => one.person === person)], contactId),
  ]);
};

/** null: it is to be converted. Pure. */
const knownAnswer = (
  lead: LeadRow | undefined,
  contact: ContactRow | undefined,
  contactId: string,
  status: string | undefined,
): Answer | null => {
  const refused = (reason: Refusal, isReread: boolean): Answer => ({ is: 'refused', refusal: reason, isReread });
  if (lead?.IsConverted && lead.ConvertedContactId === contactId) return linking(contactId);
  if (lead === undefined || lead.IsConverted || contact === undefined) return refused(refusal('record-moved-on'), true);
  if (contact.AccountId === null) return refused(refusal('contact-without-account'), false);
  return status === undefined ? refused(refusal('status-not-converted', { status: '' }), false) : null;
};

const linking = (contactId: string): Answer => ({
  is: 'linking',
  made: null,
  reads: [{ object: 'Contact', sfId: contactId, isIdentity: true }],
});

const after = (answer: ConvertAnswer | undefined, contactId: string): Answer =>
  answer?.ok ? linking(contactId) : judge(answer?.faults[0]);
