/**
 * Delete from Salesforce, delete here, or both (N103, ACT11). Salesforce goes first: what it refuses leaves the person. A record that is
 * deleted already is deleted, whoever did it.
 */
import type { DeletePeople } from '@syncline/contract/actions';
import { DELETE_COUNTED_FROM } from '@syncline/contract/actions';
import { Problem } from '../errors/errors.ts';
import type { RecordAnswer, Salesforce } from '../salesforce/salesforce.ts';
import { isOneOf, select } from '../salesforce/soql.ts';
import { judge } from './judge.ts';
import { type Answer, type Kind, type Next, refusal, type Target } from './kind.ts';

const WORDS = { DELETE_FAILED: 'delete-refused', DEPENDENCY_EXISTS: 'delete-refused' } as const;
const GONE: ReadonlySet<string> = new Set(['ENTITY_IS_DELETED', 'NOT_FOUND', 'INVALID_CROSS_REFERENCE_KEY']);

export const deletePeople: Kind<DeletePeople> = {
  peopleMax: 200,
  check: async ({ inSalesforce, here, forgets, count }, people) => {
    if ((!inSalesforce && !here) || (forgets && !here)) throw new Problem('delete-nowhere');
    if (people >= DELETE_COUNTED_FROM && count !== people) throw new Problem('count-wrong', { n: people });
  },
  decide: (person, { inSalesforce, here, forgets }) => {
    if (!person.isHere) return { do: 'refuse', refusal: refusal('person-not-found', { id: person.personId }) };
    const atLast: Next = here ? { do: 'remove' } : { do: 'done' };
    // RACE4: the record that is to be deleted, or forgotten, is just being made.
    if (person.isBeingMade && (inSalesforce || forgets)) {
      const { parked } = person;
      if (parked === null) return { do: 'wait' };
      return { do: 'refuse', refusal: refusal('lead-not-made', { word: parked.word, message: parked.message }) };
    }
    if (!inSalesforce) return atLast;
    if (person.sfId === null) return here ? atLast : { do: 'refuse', refusal: refusal('not-in-salesforce') };
    if (person.isDeletedThere)
      return here || person.step === 'sending' ? atLast : { do: 'refuse', refusal: refusal('deleted-in-salesforce') };
    if (person.linkState === 'out_of_sight' || person.linkState === 'out_of_scope')
      return { do: 'refuse', refusal: refusal('record-out-of-sight') };
    return { do: 'send' };
  },
  removal: ({ inSalesforce, forgets = false }) => ({ waitsForCreate: inSalesforce || forgets, forgets }),
  send: async (people, { here }, { salesforce }) => {
    const answers = await salesforce.deleteRecords(people.map(({ sfId }) => sfId));
    const missing = people.filter((_, at) => isMissing(answers[at]));
    const deleted = missing.length === 0 ? new Set<string>() : await deletedAmong(salesforce, missing);
    const done: Answer = here ? { is: 'remove' } : { is: 'done' };
    return people.map(({ sfId }, at) => {
      const answer = answers[at];
      if (answer?.ok || deleted.has(sfId)) return done;
      return isMissing(answer)
        ? { is: 'refused', refusal: refusal('record-moved-on'), isReread: true }
        : judge(answer?.faults[0], WORDS);
    });
  },
};

const isMissing = (answer: RecordAnswer | undefined): boolean =>
  answer?.ok === false && GONE.has(answer.faults[0]?.code ?? '');

/** Those in the recycle bin that were not merged away. */
const deletedAmong = async (salesforce: Salesforce, people: readonly Target[]): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  for (const object of ['Lead', 'Contact'] as const) {
    const ids = people.flatMap((person) => (person.object === object ? [person.sfId] : []));
    if (ids.length === 0) continue;
    const rows = await salesforce.records<{ Id: string; IsDeleted: boolean; MasterRecordId: string | null }>(
      select({ fields: ['Id', 'IsDeleted', 'MasterRecordId'], from: object, where: isOneOf('Id', ids) }),
      { all: true },
    );
    for (const row of rows) if (row.IsDeleted && row.MasterRecordId === null) found.add(row.Id);
  }
  return found;
};
