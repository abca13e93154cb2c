/** What a merge would be, as somebody has chosen it so far. Pure. */
import type { MergeCandidate, MergeChoices, MergePeople } from '@syncline/contract/actions';
import type { FieldValue } from '@syncline/contract/shared';

export interface MergeDraft {
  /** Who was left out. */
  readonly out: ReadonlySet<number>;
  /** Null: the first of those who may. */
  readonly winnerId: number | null;
  /** By field, the person whose value stays; what is not there follows the winner. */
  readonly values: Readonly<Record<string, number>>;
}

export const EMPTY_DRAFT: MergeDraft = { out: new Set(), winnerId: null, values: {} };

const RANK = { contact: 2, lead: 1, marketing_only: 0, deleted: 0 } as const;

export interface Merging {
  readonly people: readonly MergeCandidate[];
  readonly winner: MergeCandidate | null;
  readonly losers: readonly MergeCandidate[];
  /** A contact stays before a lead, whoever is in Salesforce before whoever is not. */
  readonly mayWin: (person: MergeCandidate) => boolean;
  readonly fields: readonly MergingField[];
  readonly merges: number;
  readonly converts: number;
  readonly only: number;
  readonly hanging: { readonly waiting: number; readonly roles: number; readonly references: number };
}

interface MergingField {
  readonly field: string;
  readonly label: string;
  readonly isOptOut: boolean;
  /** In the order of those who take part. */
  readonly values: readonly FieldValue[];
  /** Whose value stays. */
  readonly from: number;
}

export const mergingOf = ({ people: all, fields }: MergeChoices, draft: MergeDraft): Merging => {
  const people = all.filter(({ personId }) => !draft.out.has(personId));
  const best = Math.max(...people.map(({ record }) => RANK[record]));
  const mayWin = ({ record }: MergeCandidate): boolean => RANK[record] === best;
  const chosen = people.find((person) => person.personId === draft.winnerId && mayWin(person));
  const winner = chosen ?? people.find(mayWin) ?? null;
  const losers = people.filter((person) => person !== winner);
  const inSalesforce = losers.filter(({ record }) => RANK[record] > 0);
  const sum = (of: (person: MergeCandidate) => number): number => losers.reduce((total, each) => total + of(each), 0);
  return {
    people,
    winner,
    losers,
    mayWin,
    fields: winner === null ? [] : fieldsOf(all, people, winner, fields, draft),
    merges: inSalesforce.filter(({ record }) => record === winner?.record).length,
    converts: inSalesforce.filter(({ record }) => record !== winner?.record).length,
    only: losers.length - inSalesforce.length,
    hanging: {
      waiting: sum(({ waiting }) => waiting),
      roles: sum(({ roles }) => roles),
      references: sum(({ references }) => references),
    },
  };
};

const fieldsOf = (
  all: readonly MergeCandidate[],
  people: readonly MergeCandidate[],
  winner: MergeCandidate,
  fields: MergeChoices['fields'],
  { values: chosen }: MergeDraft,
): readonly MergingField[] =>
  fields.flatMap(({ field, label, isOptOut, values: ofAll }) => {
    const valueOf = (person: MergeCandidate): FieldValue => ofAll[all.indexOf(person)] ?? null;
    const values = people.map(valueOf);
    if (values.every((value) => value === values[0])) return [];
    const order = [winner, ...people.filter((person) => person !== winner)];
    const usual = order.find((person) => (isOptOut ? valueOf(person) === true : valueOf(person) !== null)) ?? winner;
    const asked = isOptOut ? undefined : people.find(({ personId }) => personId === chosen[field]);
    return [{ field, label, isOptOut, values, from: (asked ?? usual).personId }];
  });

/** Losers of one call of Salesforce's. */
const LOSERS_A_CALL = 2;
export const callsOf = (merges: number): number => Math.ceil(merges / LOSERS_A_CALL);

/** Every field that differs is said, so that what somebody saw is what is done. Null: there are not two of them. */
export const wishOf = ({ winner, losers, fields }: Merging): MergePeople | null =>
  winner === null || losers.length === 0
    ? null
    : {
        kind: 'merge',
        winnerId: winner.personId,
        ids: losers.map(({ personId }) => personId),
        values: Object.fromEntries(fields.filter(({ isOptOut }) => !isOptOut).map(({ field, from }) => [field, from])),
      };
