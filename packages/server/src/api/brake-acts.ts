/** What somebody answers where the brake stopped (SAFE2): nothing is decided by waiting. */
import { ANSWERS_OF, type BrakeAnswer, type BrakeAnswered } from '@syncline/contract/brakes';
import { ASIDE, countWaiting, holdOpen, setAside, writeAnswer } from '../brake/brake.ts';
import type { Database, Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { takeBack } from './take-back.ts';

/** People whose edits are taken back in one transaction. */
const PORTION = 2_000;

/**
 * The answer is for what was said to wait, and what was counted until then is looked at. Errors: `brake-answered`; `bad-request` for an answer of
 * the other direction. A withdrawal that is cut off leaves the question open, and answering it again goes on.
 */
export const answerBrake = async (
  db: Database,
  brakeId: number,
  answer: BrakeAnswer,
  by: string,
): Promise<BrakeAnswered> => {
  const [brake] = await db.query<{ object: 'Lead' | 'Contact'; direction: 'in' | 'out' }>(
    'select object, direction from sync.brake where brake_id = $1 and answer is null',
    [brakeId],
  );
  if (!brake) throw new Problem('brake-answered');
  if (!(ANSWERS_OF[brake.direction] as readonly BrakeAnswer[]).includes(answer))
    throw new Problem('bad-request', { where: 'body.answer' });
  const withdrawn = answer === 'withdraw' ? await withdrawAll(db, brake.object) : 0;
  return db.transaction(async (tx) => {
    const held = await holdOpen(tx, brakeId);
    if (!held) throw new Problem('brake-answered');
    const waiting = brake.direction === 'out' ? await countWaiting(tx, brake.object) : held.waiting;
    await writeAnswer(tx, brakeId, { ...held, waiting }, answer, by);
    return { records: answer === 'withdraw' ? withdrawn : waiting };
  });
};

/** Everything of the object that waits behind the brake: what the brake kept from its lane, after the rest of the lane was set aside too. */
const withdrawAll = async (db: Database, object: 'Lead' | 'Contact'): Promise<number> => {
  const optOuts = await optOutsOf(db, object);
  for (const lane of [1, 2]) while (!(await setAside(db, lane, object, optOuts)).isAll);
  let [withdrawn, after] = [0, 0];
  for (;;) {
    const persons = (
      await db.query<{ person_id: number }>(
        `select o.person_id from sync.outbox o join marketing.person p on p.id = o.person_id and p.salesforce_type = $1
          where o.lane > ${ASIDE} and o.claim_id is null and o.person_id > $2 order by o.person_id limit ${PORTION}`,
        [object, after],
      )
    ).map(({ person_id }) => person_id);
    if (persons.length === 0) return withdrawn;
    withdrawn += await db.ownTransaction((tx) => withdraw(tx, object, persons));
    after = persons.at(-1) ?? after;
  }
};

const optOutsOf = async (db: Database, object: string): Promise<readonly string[]> =>
  (
    await db.query<{ column_name: string }>(
      'select column_name from sync.field where object = $1 and is_opt_out and column_name is not null',
      [object],
    )
  ).map(({ column_name }) => column_name);

/** What is parked waits for its own cause, and stays. */
const COLUMNS = `
array(select e.key from jsonb_each(o.edits) e join sync.field f on f.object = $3 and f.column_name = e.key
       where not o.parked ?| array[e.key, '*'])`;

const withdraw = async (tx: Transaction, object: 'Lead' | 'Contact', persons: readonly number[]): Promise<number> => {
  // The order in which everybody holds people and entries.
  await tx.run('select from marketing.person where id = any($1) order by id for no key update', [persons]);
  await tx.run('select from sync.outbox where person_id = any($1) order by person_id for update', [persons]);
  const done = await takeBack(tx, { object, persons, columnsOfEntry: COLUMNS, word: '' });
  await tx.run(
    `delete from sync.conflict k where k.winner is null and k.person_id = any($1)
        and not exists (select from sync.outbox o where o.person_id = k.person_id and o.edits ? k.field)`,
    [done],
  );
  await tx.run(
    `delete from sync.outbox where person_id = any($1) and claim_id is null and edits = '{}' and not create_lead`,
    [done],
  );
  return done.length;
};
