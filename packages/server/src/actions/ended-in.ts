/** In which record others ended, as Salesforce says it now: `MasterRecordId`, which is read before a merge is asked for a second time (ID22). */
import type { Salesforce } from '../salesforce/salesforce.ts';
import { isOneOf, select } from '../salesforce/soql.ts';

export interface EndedRow {
  readonly Id: string;
  readonly IsDeleted: boolean;
  readonly MasterRecordId: string | null;
}

/** `one`: the two are one record, whichever way they were merged. `gone`: one of them is not what it was. `apart`: both are there. */
export type Standing = 'one' | 'gone' | 'apart';

export const readEnded = (
  salesforce: Salesforce,
  object: 'Lead' | 'Contact',
  ids: readonly string[],
): Promise<readonly EndedRow[]> =>
  salesforce.records<EndedRow>(
    select({ fields: ['Id', 'IsDeleted', 'MasterRecordId'], from: object, where: isOneOf('Id', ids) }),
    { all: true },
  );

/** Pure. */
export const standingOf = (rows: readonly EndedRow[], loserId: string, winnerId: string): Standing => {
  const [loser, winner] = [endOf(rows, loserId), endOf(rows, winnerId)];
  if (loser.id === winner.id) return 'one';
  return loser.id === loserId && winner.id === winnerId && loser.isThere && winner.isThere ? 'apart' : 'gone';
};

/** The end of its chain, as far as these rows tell. */
const endOf = (rows: readonly EndedRow[], id: string): { readonly id: string; readonly isThere: boolean } => {
  let at = id;
  for (let steps = 0; steps <= rows.length; steps += 1) {
    const row = rows.find(({ Id }) => Id === at);
    if (row === undefined || row.MasterRecordId === null) return { id: at, isThere: row?.IsDeleted === false };
    at = row.MasterRecordId;
  }
  return { id: at, isThere: false };
};
