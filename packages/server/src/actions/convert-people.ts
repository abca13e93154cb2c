/**
 * Convert (N84, ACT9): a lead becomes a contact of a new account or of one that is there, with an opportunity or without. A call whose answer was
 * lost is not repeated before the lead was asked whether it is converted.
 */
import type { ConversionChoices, ConvertPeople } from '@syncline/contract/actions';
import pg from 'pg';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { loadFieldMap } from '../mapping/open-field-store.ts';
import { type ConvertAnswer, type Salesforce } from '../salesforce/salesforce.ts';
import { isEqual, isOneOf, select } from '../salesforce/soql.ts';
import { findAccountsByName } from './accounts-by-name.ts';
import { judge } from './judge.ts';
import { type Answer, type Kind, type Made, refusal, type Target, withoutRecord } from './kind.ts';

/** So often it is looked whether what was made is linked; then it is done all the same, and a poll links it. */
const LOOKS_MAX = 120;

export const convertPeople: Kind<ConvertPeople> = {
  // The leads of one call (A12).
  peopleMax: 100,
  check: async ({ convertedStatus, ownerId }, _people, { salesforce }) => {
    if (ownerId?.startsWith('00G')) throw new Problem('contact-and-queue');
    const statuses = await findConvertedStatuses(salesforce);
    if (!statuses.includes(convertedStatus)) throw new Problem('status-not-converted', { status: convertedStatus });
  },
  decide: (person) => {
    const isContact = person.isHere && person.object === 'Contact' && !person.isDeletedThere;
    if (person.step === 'linking')
      return isContact || person.tries >= LOOKS_MAX || !person.isHere ? { do: 'done' } : { do: 'wait' };
    // Its answer was lost, and the poll was faster than the next turn.
    if (isContact && person.step === 'sending') return { do: 'done' };
    if (isContact) return { do: 'refuse', refusal: refusal('already-contact') };
    return withoutRecord(person) ?? { do: 'send' };
  },
  send: async (people, wish, { db, salesforce, actionId }) => {
    const asked = people.filter(({ step }) => step === 'sending');
    const converted = asked.length === 0 ? new Map<string, Made>() : await convertedAmong(salesforce, asked);
    const rest = people.filter(({ sfId }) => !converted.has(sfId));
    const places =
      wish.accountId === null && wish.joinsSameName === true
        ? placesOf(rest, await findAccountsByName(db, actionId, idsOf(rest)))
        : rest.map(() => ({ accountId: wish.accountId }));
    const sent = rest.flatMap((person, at) => {
      const place = places[at];
      return place && 'accountId' in place ? [{ person, accountId: place.accountId }] : [];
    });
    const answers =
      sent.length === 0
        ? []
        : await salesforce.convertLeads(
            sent.map(({ person, accountId }) => conversionOf(person.sfId, accountId, wish)),
          );
    const answerOf = new Map<number, Answer>([
      ...people.flatMap(({ personId, sfId }): [number, Answer][] => {
        const made = converted.get(sfId);
        return made ? [[personId, becoming(made)]] : [];
      }),
      ...rest.flatMap(({ personId }, at): [number, Answer][] => {
        const place = places[at];
        return place && 'answer' in place ? [[personId, place.answer]] : [];
      }),
      ...sent.map(({ person }, at): [number, Answer] => [person.personId, after(answers[at])]),
    ]);
    return people.map(({ personId }) => answerOf.get(personId) ?? { is: 'later' });
  },
};

const idsOf = (people: readonly Target[]): readonly number[] => people.map(({ personId }) => personId);

/** Where a lead goes, or why not now. */
type Place = { readonly accountId: string | null } | { readonly answer: Answer };

/**
 * Where each lead goes that joins the account of its company's name. Of those who need a new one of the same name only the first goes: the others
 * join what it makes. Pure.
 */
const placesOf = (
  people: readonly { readonly personId: number }[],
  companies: ReadonlyMap<number, { readonly key: string; readonly accountIds: readonly string[] }>,
): readonly Place[] => {
  const begun = new Set<string>();
  return people.map(({ personId }) => {
    const { key, accountIds } = companies.get(personId) ?? { key: '', accountIds: [] };
    const [accountId = null, another] = accountIds;
    if (another !== undefined)
      return { answer: { is: 'refused', refusal: refusal('account-unclear', { name: key }), isReread: false } };
    if (accountId !== null || key === '') return { accountId };
    if (begun.has(key)) return { answer: { is: 'held_back' } };
    begun.add(key);
    return { accountId: null };
  });
};

const conversionOf = (leadId: string, accountId: string | null, wish: ConvertPeople) => ({
  leadId,
  convertedStatus: wish.convertedStatus,
  accountId,
  contactId: null,
  ownerId: wish.ownerId,
  opportunityName: wish.opportunityName,
  notifiesOwner: wish.notifiesOwner,
});

/** The contact is read after its lead. */
const becoming = (made: Made): Answer => ({
  is: 'linking',
  made,
  reads: [
    { object: 'Account', sfId: made.accountId },
    { object: 'Contact', sfId: made.contactId, isIdentity: true },
  ],
});

const after = (answer: ConvertAnswer | undefined): Answer => {
  if (answer?.ok) {
    const { accountId, contactId, opportunityId } = answer;
    return becoming({ accountId, contactId, opportunityId });
  }
  return judge(answer?.faults[0]);
};

interface ConvertedLead {
  readonly Id: string;
  readonly ConvertedAccountId: string | null;
  readonly ConvertedContactId: string | null;
  readonly ConvertedOpportunityId: string | null;
}

const convertedAmong = async (
  salesforce: Salesforce,
  people: readonly Target[],
): Promise<ReadonlyMap<string, Made>> => {
  const rows = await salesforce.records<ConvertedLead & { readonly IsConverted: boolean }>(
    select({
      fields: ['Id', 'IsConverted', 'ConvertedAccountId', 'ConvertedContactId', 'ConvertedOpportunityId'],
      from: 'Lead',
      where: isOneOf(
        'Id',
        people.map(({ sfId }) => sfId),
      ),
    }),
  );
  return new Map(
    rows.flatMap((row) =>
      row.IsConverted && row.ConvertedAccountId !== null && row.ConvertedContactId !== null
        ? [
            [
              row.Id,
              {
                accountId: row.ConvertedAccountId,
                contactId: row.ConvertedContactId,
                opportunityId: row.ConvertedOpportunityId,
              },
            ],
          ]
        : [],
    ),
  );
};

export const findConvertedStatuses = async (salesforce: Salesforce): Promise<readonly string[]> => {
  if (!(await salesforce.mayCallSoap())) throw new Problem('soap-refused');
  const rows = await salesforce.records<{ MasterLabel: string; ApiName?: string }>(
    select({
      fields: ['MasterLabel'],
      from: 'LeadStatus',
      where: isEqual('IsConverted', true),
      orderBy: ['SortOrder'],
    }),
  );
  return rows.map(({ MasterLabel }) => MasterLabel);
};

const ACCOUNTS_MAX = 8;

/** Accounts are those that are here: of the same name, whatever its case, before those that begin with it. */
export const findConversionChoices = async (
  db: Database,
  salesforce: Salesforce,
  personId: number,
): Promise<ConversionChoices> => {
  const map = await loadFieldMap(db);
  const column = map.objects.Lead.fields.find(({ name }) => name === 'Company')?.column ?? '';
  const name = map.objects.Account.fields.find((field) => field.name === 'Name')?.column ?? '';
  const [person] = await db.query<{ company: string | null }>(
    'select to_jsonb(p) ->> $2 as company from marketing.person p where p.id = $1',
    [personId, column],
  );
  if (!person) throw new Problem('person-not-found', { id: personId });
  const statuses = [...(await findConvertedStatuses(salesforce))];
  const company = person.company?.trim() || null;
  const accounts = company === null || name === '' ? [] : await findAccounts(db, name, company);
  return { company, statuses, accounts: [...accounts] };
};

const findAccounts = (db: Database, column: string, company: string): Promise<ConversionChoices['accounts']> => {
  const name = `c.${pg.escapeIdentifier(column)}`;
  return db.query(
    `select c.salesforce_id as "accountId", ${name} as name, lower(btrim(${name})) = lower($1) as "isSameName"
       from marketing.company c
      where not c.is_deleted and starts_with(lower(btrim(${name})), lower($1))
      order by 3 desc, 2, 1 limit ${ACCOUNTS_MAX}`,
    [company],
  );
};
