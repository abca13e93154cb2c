/** Undos and their people, as they are written down. */
import { randomUUID } from 'node:crypto';
import type { Undo, UndoKind, UndoStay, UndoTarget } from '@syncline/contract/undo';
import type { Connection, Database, Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { UNDO_CHANNEL, type UndoAsked } from './undo.ts';

/**
 * The undo that this request is already: the same key, or one of the same target that is still open. Null: it is a new one. Errors:
 * `request-key-used`.
 */
export const findUndo = async (
  db: Pick<Connection, 'query'>,
  { kind, id }: UndoTarget,
  { by, key }: UndoAsked,
): Promise<number | null> => {
  const [known] = await db.query<{ undo_id: number; is_same: boolean }>(
    `select undo_id, kind = $3 and target = $4 as is_same from sync.undo where asked_by = $1 and request_key = $2`,
    [by, key, kind, id],
  );
  if (known && !known.is_same) throw new Problem('request-key-used');
  if (known) return known.undo_id;
  const [open] = await db.query<{ undo_id: number }>(
    'select undo_id from sync.undo where kind = $1 and target = $2 and ended_at is null',
    [kind, id],
  );
  return open?.undo_id ?? null;
};

/** Writes it down with the people of `pg_temp.undo_plan`; null: somebody else has just begun the same. */
export const insertUndo = async (
  tx: Transaction,
  { kind, id }: UndoTarget,
  { by, key, isLookedAt }: UndoAsked,
): Promise<number | null> => {
  const [made] = await tx.query<{ undo_id: number }>(
    `insert into sync.undo (kind, target, lane, asked_by, request_key) values ($1, $2, $3, $4, $5)
         on conflict do nothing returning undo_id`,
    [kind, id, kind === 'edit' && isLookedAt ? 0 : 1, by, key ?? randomUUID()],
  );
  if (!made) return null;
  await tx.run(
    `with put as (
       insert into sync.undo_person (undo_id, person_id, wanted)
       select $1, w.person_id, w.wanted from pg_temp.undo_plan w join marketing.person p on p.id = w.person_id order by w.person_id
       returning 1)
     update sync.undo set people = (select count(*) from put), gone = (select count(*) from pg_temp.undo_plan) - (select count(*) from put)
      where undo_id = $1`,
    [made.undo_id],
  );
  await tx.query('select pg_notify($1, $2)', [UNDO_CHANNEL, '']);
  return made.undo_id;
};

/** Whoever was deleted here since it was asked has no row any more. */
export const readUndo = async (db: Database, undoId: number): Promise<Undo> => {
  const [row] = await db.query<{
    kind: UndoKind;
    target: number;
    asked_by: string;
    asked_at: Date;
    is_ended: boolean;
    people: number;
    gone: number;
    decided: number;
    changed: number;
  }>(
    `select u.kind, u.target, u.asked_by, u.asked_at, u.ended_at is not null as is_ended, u.people,
            (u.gone + u.people - count(p.undo_id))::float8 as gone,
            count(p.done_at)::float8 as decided, count(distinct p.line)::float8 as changed
       from sync.undo u left join sync.undo_person p using (undo_id) where u.undo_id = $1 group by u.undo_id`,
    [undoId],
  );
  if (!row) throw new Problem('undo-not-found', { id: undoId });
  const stays = await db.query<{ why: UndoStay; fields: number; people: number }>(
    `select e.value as why, count(*)::int as fields, count(distinct p.person_id)::int as people
       from sync.undo_person p cross join lateral jsonb_each_text(p.stays) e where p.undo_id = $1
      group by e.value order by count(*) desc, e.value`,
    [undoId],
  );
  return {
    undoId,
    kind: row.kind,
    target: row.target,
    askedBy: row.asked_by,
    askedAt: row.asked_at.toISOString(),
    isEnded: row.is_ended,
    people: row.people,
    decided: row.decided,
    changed: row.changed,
    stays,
    gone: row.gone,
  };
};

export interface OpenUndo {
  readonly undoId: number;
  readonly lane: 'urgent' | 'normal';
  readonly askedBy: string;
}

/** The open undo that waited longest for its turn. No lease: whoever else takes it shares its people. */
export const takeTurn = async (db: Database): Promise<OpenUndo | null> => {
  const [row] = await db.query<{ undo_id: number; lane: number; asked_by: string }>(
    `update sync.undo u set worked_at = clock_timestamp()
       from (select undo_id from sync.undo where ended_at is null order by worked_at nulls first, undo_id limit 1) w
      where u.undo_id = w.undo_id returning u.undo_id, u.lane, u.asked_by`,
  );
  return row ? { undoId: row.undo_id, lane: row.lane === 0 ? 'urgent' : 'normal', askedBy: row.asked_by } : null;
};

/** False: somebody is left. */
export const endUndo = async (db: Database, undoId: number): Promise<boolean> =>
  (await db.run(
    `update sync.undo set ended_at = clock_timestamp()
      where undo_id = $1 and ended_at is null and not exists (select from sync.undo_person where undo_id = $1 and done_at is null)`,
    [undoId],
  )) > 0;
