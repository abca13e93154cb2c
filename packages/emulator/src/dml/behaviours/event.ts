import type { Stored } from '../../store/store.ts';
import { refusals } from '../refusals.ts';
import type { Behaviour } from './behaviours.ts';
import { accountOf, bumpParents } from './task.ts';

const minuteMs = 60_000;

/** Events have a start, an end and a duration, of which two say the third; they bump their parents as tasks do. */
export const event: Behaviour = {
  complete: (writing, { row, changes, before }) => {
    const [whoId, whatId] = [row['WhoId'] ?? null, row['WhatId'] ?? null];
    if (whoId?.startsWith('00Q') === true && whatId !== null) {
      const message = 'Related To ID: you cannot relate an event to a lead and another record';
      return { ok: false, error: refusals.integrity(message, 'WhatId') };
    }
    const start =
      changes['StartDateTime'] ??
      changes['ActivityDateTime'] ??
      row['StartDateTime'] ??
      row['ActivityDateTime'] ??
      null;
    if (start === null && row['ActivityDate'] === undefined)
      return { ok: false, error: refusals.required(['ActivityDateTime']) };
    const minutes = durationOf(row, changes, start);
    const values: Record<string, Stored> = {
      AccountId: accountOf(writing, whoId, whatId),
      ...(start === null
        ? {}
        : {
            StartDateTime: start,
            ActivityDateTime: start,
            ActivityDate: start.slice(0, 10),
            DurationInMinutes: String(minutes),
            EndDateTime: new Date(Date.parse(start) + minutes * minuteMs).toISOString(),
          }),
      ...(before === undefined ? { IsChild: 'false', IsGroupEvent: 'false' } : {}),
    };
    const object = writing.object('Event');
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

function durationOf(
  row: Readonly<Record<string, Stored>>,
  changes: Readonly<Record<string, Stored>>,
  start: Stored,
): number {
  const end = changes['EndDateTime'] ?? null;
  if (end !== null && start !== null) return Math.max(0, Math.round((Date.parse(end) - Date.parse(start)) / minuteMs));
  return Number(changes['DurationInMinutes'] ?? row['DurationInMinutes'] ?? 60);
}
