/** Deletes on both sides: people here by SQL, records in Salesforce, among them an account that takes its contacts along. */
import type pg from 'pg';
import type { EditPlan } from './edits.ts';
import type { Stage } from './stage.ts';
import { queryAgain } from './write-people.ts';

export interface DeleteOptions {
  readonly stage: Stage;
  readonly engineer: pg.Client;
  readonly plan: EditPlan;
}

/** `here`: ids of the records whose people were deleted; `there`: how many records were deleted in Salesforce by name. */
export const deletePeople = async ({
  stage,
  engineer,
  plan,
}: DeleteOptions): Promise<{ here: ReadonlySet<string>; there: number }> => {
  const gone = [...plan.deletedThere];
  const account = await pickAccount(stage.look, plan);
  const inSalesforce = async (): Promise<void> => {
    for (const object of ['Lead', 'Contact'] as const) {
      await stage.org.destroy(
        object,
        gone.filter((subject) => subject.object === object).map((subject) => subject.salesforceId),
      );
    }
    if (account !== null) await stage.org.destroy('Account', [account]);
  };
  const bySql = async (): Promise<void> => {
    await queryAgain(engineer, 'delete from marketing.person where id = any ($1::bigint[])', [
      plan.deletedHere.map((subject) => subject.personId),
    ]);
  };
  await Promise.all([inSalesforce(), bySql()]);
  return {
    here: new Set(plan.deletedHere.map((subject) => subject.salesforceId)),
    there: gone.length + (account === null ? 0 : 1),
  };
};

/** An account with contacts and opportunities, none of whose contacts the tour deletes otherwise. */
const pickAccount = async (look: pg.ClientBase, plan: EditPlan): Promise<string | null> => {
  const { rows } = await look.query<{ id: string }>(
    `select a."Id" as id
       from salesforce."Account" a
       join salesforce."Contact" c on c."AccountId" = a."Id"
       join salesforce."Opportunity" o on o."AccountId" = a."Id"
      where not coalesce(a."IsDeleted", false)
      group by a."Id"
     having not bool_or(c."Id" = any ($1))
      order by a."Id" limit 1`,
    [[...plan.deletedHere, ...plan.deletedThere].map((subject) => subject.salesforceId)],
  );
  return rows[0]?.id ?? null;
};
