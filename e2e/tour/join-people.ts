/**
 * Records that become one and leads that become contacts, amid the edits: half of them by Salesforce's own hand, half begun in the app. What is
 * promised of them is what is promised of everybody: both sides the same, nobody twice, nothing that waits.
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { EditPlan, Pair, Subject } from './edits.ts';
import type { Stage } from './stage.ts';
import { until } from './supervised-server.ts';
import { editWhoIsThere } from './write-people.ts';

export interface JoinOptions {
  readonly stage: Stage;
  readonly engineer: pg.Client;
  readonly plan: EditPlan;
}

export interface Joined {
  readonly merged: number;
  readonly converted: number;
}

const STATUS = 'Closed - Converted';
const ENDS_MS = 120_000;

/** Those that are to end are edited here meanwhile: what comes too late for them meets nobody. */
export const joinPeople = async ({ stage, engineer, plan }: JoinOptions): Promise<Joined> => {
  const leads = await ownedByUsers(stage.look, [...plan.convertedHere, ...plan.convertedThere]);
  const here = plan.convertedHere.filter(({ salesforceId }) => leads.has(salesforceId));
  const there = plan.convertedThere.filter(({ salesforceId }) => leads.has(salesforceId));
  const edits = async (): Promise<void> => {
    for (const edit of plan.ending) await editWhoIsThere(engineer, edit);
  };
  await Promise.all([edits(), joinThere(stage, plan.mergedThere, there), joinHere(stage, plan.mergedHere, here)]);
  return {
    merged: plan.mergedThere.length + plan.mergedHere.length,
    converted: here.length + there.length,
  };
};

/** Nobody but an active user owns a contact. */
const ownedByUsers = async (look: pg.ClientBase, leads: readonly Subject[]): Promise<ReadonlySet<string>> => {
  const { rows } = await look.query<{ id: string }>(
    `select l."Id" as id from salesforce."Lead" l join salesforce."User" u on u."Id" = l."OwnerId" and u."IsActive"
      where l."Id" = any ($1) and not l."IsConverted"`,
    [leads.map(({ salesforceId }) => salesforceId)],
  );
  return new Set(rows.map(({ id }) => id));
};

const joinThere = async ({ org }: Stage, pairs: readonly Pair[], leads: readonly Subject[]): Promise<void> => {
  for (const { winner, loser } of pairs) await org.merge(winner.object, winner.salesforceId, loser.salesforceId);
  for (const lead of leads) await org.convert(lead.salesforceId, STATUS);
};

const joinHere = async (stage: Stage, pairs: readonly Pair[], leads: readonly Subject[]): Promise<void> => {
  const wishes = [
    ...pairs.map(({ winner, loser }) => ({ kind: 'merge', winnerId: winner.personId, ids: [loser.personId] })),
    ...leads.map((lead) => ({ ...CONVERSION, ids: [lead.personId] })),
  ];
  for (const wish of wishes) {
    const begun = await stage.app.call<Action>('POST', '/api/actions', wish, { key: randomUUID() });
    if (begun === null) throw new Error('an action without an answer');
    await until('an action has ended', ENDS_MS, async () => {
      const action = await stage.app.call<Action>('GET', `/api/actions/${begun.actionId}`);
      if (action?.isEnded && action.done !== 1) throw new Error(`refused: ${JSON.stringify(action)}`);
      return action?.isEnded === true;
    });
  }
};

interface Action {
  readonly actionId: number;
  readonly isEnded: boolean;
  readonly done: number;
}

const CONVERSION = {
  kind: 'convert',
  convertedStatus: STATUS,
  accountId: null,
  ownerId: null,
  opportunityName: null,
  notifiesOwner: false,
} as const;
