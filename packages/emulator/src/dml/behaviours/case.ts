import type { Stored } from '../../store/store.ts';
import type { Behaviour } from './behaviours.ts';

const setting = 'caseNumber';

/** Cases are numbered, close by their status, and belong to their contact's account. */
export const caseBehaviour: Behaviour = {
  complete: (writing, { row, changes, before }) => {
    const { store } = writing;
    const object = writing.object('Case');
    const values: Record<string, Stored> = {};
    if (before === undefined) {
      const number = Number(store.setting(setting) ?? '1000');
      store.setSetting(setting, String(number + 1));
      values['CaseNumber'] = String(number).padStart(8, '0');
    }
    if (before === undefined || 'Status' in changes) {
      const closed = isClosed(
        store.statement.bind(store),
        writing.object('CaseStatus') !== undefined,
        row['Status'] ?? null,
      );
      values['IsClosed'] = String(closed);
      values['ClosedDate'] = closed ? (before?.['ClosedDate'] ?? writing.now) : null;
      if (before === undefined) values['IsClosedOnCreate'] = String(closed);
    }
    const contactId = row['ContactId'] ?? null;
    if (contactId !== null && (row['AccountId'] ?? null) === null) {
      values['AccountId'] = store.read('Contact', contactId)?.['AccountId'] ?? null;
    }
    return {
      ok: true,
      values: Object.fromEntries(Object.entries(values).filter(([name]) => object?.field(name) !== undefined)),
    };
  },
};

type Statement = (sql: string) => { get(value: Stored): Readonly<Record<string, unknown>> | undefined };

function isClosed(statement: Statement, known: boolean, status: Stored): boolean {
  if (!known) return status === 'Closed';
  const row = statement(`select "IsClosed" from "CaseStatus" where "ApiName" = ? collate nocase`).get(status);
  return row?.['IsClosed'] === 'true';
}
