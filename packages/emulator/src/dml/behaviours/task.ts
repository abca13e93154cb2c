import type { Stored, StoredRow } from '../../store/store.ts';
import { refusals } from '../refusals.ts';
import type { Writing } from '../writing.ts';
import type { Behaviour } from './behaviours.ts';

/** Tasks follow their status and name their account; one that is added or moved bumps its parents (A13). */
export const task: Behaviour = {
  complete: (writing, { row, changes, before }) => {
    const whoId = row['WhoId'] ?? null;
    const whatId = row['WhatId'] ?? null;
    if (whoId?.startsWith('00Q') === true && whatId !== null) {
      return {
        ok: false,
        error: refusals.integrity('Related To ID: you cannot relate a task to a lead and another record', 'WhatId'),
      };
    }
    const values: Record<string, Stored> = {};
    if (before === undefined || 'Status' in changes) {
      const closed = row['Status'] === 'Completed';
      values['IsClosed'] = String(closed);
      values['CompletedDateTime'] = closed ? (before?.['CompletedDateTime'] ?? writing.now) : null;
    }
    if (before === undefined || 'Priority' in changes) values['IsHighPriority'] = String(row['Priority'] === 'High');
    if (before === undefined || 'WhoId' in changes || 'WhatId' in changes)
      values['AccountId'] = accountOf(writing, whoId, whatId);
    const object = writing.object('Task');
    return {
      ok: true,
      values: Object.fromEntries(Object.entries(values).filter(([name]) => object?.field(name) !== undefined)),
    };
  },
  follow: (writing, { before, after }) => {
    const row = after ?? before;
    if (row !== undefined) bumpParents(writing, row);
  },
};

/** The account a person or a record belongs to. */
export function accountOf(writing: Writing, whoId: Stored, whatId: Stored): Stored {
  if (whatId?.startsWith('001') === true) return whatId;
  const by = whatId ?? whoId;
  const object = by === null ? undefined : writing.parts.schema.byPrefix(by.slice(0, 3));
  if (by === null || object?.field('AccountId') === undefined) return null;
  return writing.store.read(object.name, by)?.['AccountId'] ?? null;
}

/** Moves `LastActivityDate` of the records an activity is about, and with it `SystemModstamp` alone (A11). */
export function bumpParents(writing: Writing, activity: StoredRow): void {
  const parents = new Set([activity['WhoId'], activity['WhatId'], activity['AccountId']]);
  for (const id of parents) {
    const object = typeof id === 'string' ? writing.parts.schema.byPrefix(id.slice(0, 3)) : undefined;
    if (object?.field('LastActivityDate') === undefined || typeof id !== 'string') continue;
    const row = writing.store.read(object.name, id);
    if (row === undefined || row['IsDeleted'] === 'true') continue;
    const date = lastActivity(writing, id);
    if (date !== (row['LastActivityDate'] ?? null))
      writing.change(object, row, { LastActivityDate: date }, { systemOnly: true });
  }
}

/** The latest due date of the closed activities about a record, up to today, or of any. */
function lastActivity(writing: Writing, id: string): Stored {
  const latest = ['Task', 'Event'].flatMap((name) => {
    const object = writing.object(name);
    if (object === undefined) return [];
    const by = ['WhoId', 'WhatId', 'AccountId'].filter((field) => object.field(field) !== undefined);
    const sql = `select max(coalesce("ActivityDate", substr("CreatedDate", 1, 10))) as latest from "${name}"
      where "IsDeleted" = 'false' and (${by.map((field) => `"${field}" = ?`).join(' or ')})`;
    const found = writing.store.statement(sql).get(...by.map(() => id))?.['latest'];
    return typeof found === 'string' ? [found] : [];
  });
  return latest.toSorted().at(-1) ?? null;
}
