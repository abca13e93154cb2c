/** Undo of a run, of an edit of several people, and of an edit just made, in a real browser against the product as `npm start` starts it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Runs } from '@syncline/contract/runs';
import { callOrg, driveToRunning } from './drive.ts';
import { look, until } from './screen.ts';
import { ask, button, faces, go, heading, link, page, seed, sql, started, walk } from './walk.ts';

interface Known {
  readonly id: string;
  readonly salesforce_id: string;
  readonly title: string | null;
  readonly phone: string | null;
}

const leadsAtRest = (place: number, count: number): Promise<Known[]> =>
  sql<Known>(
    `select p.id, p.salesforce_id, p.title, p.phone from marketing.person p
      where p.salesforce_type = 'Lead' and not p.is_deleted and not exists (select from sync.outbox o where o.person_id = p.id)
      order by p.id offset $1 limit $2`,
    [place, count],
  );

const allSent = (): Promise<true> =>
  until('everything is sent', async () => ((await sql('select from sync.outbox')).length === 0 ? true : null));

const titlesThere = async (leads: readonly Known[]): Promise<readonly (string | null)[]> => {
  const { records } = await callOrg<{ records: { Id: string; Title: string | null }[] }>(
    started(),
    'GET',
    `/query?q=${encodeURIComponent(`select Id, Title from Lead where Id in (${leads.map((lead) => `'${lead.salesforce_id}'`).join(',')})`)}`,
  );
  return leads.map((lead) => records.find(({ Id }) => Id === lead.salesforce_id)?.Title ?? null);
};

/** What has the focus: its tag and what it says. */
const focused = (): Promise<string> =>
  page().evaluate(`document.activeElement.tagName + ' ' + document.activeElement.textContent.trim()`);

const MANY = 60;

describe('undo in a browser', { concurrency: false, timeout: 600_000 }, () => {
  walk('undo', { stepsDepend: false, prepare: () => driveToRunning(page(), started()) });

  test('[SAFE6] a run that changed 60 leads is undone after their number is typed; the one that was edited since stays, and the undo can be undone', async () => {
    const leads = await leadsAtRest(0, MANY);
    await callOrg(started(), 'PATCH', '/composite/sobjects', {
      records: leads.map(({ salesforce_id }) => ({
        attributes: { type: 'Lead' },
        id: salesforce_id,
        Title: 'Chief of nothing',
      })),
    });
    await ask('POST', '/sync/now');
    const run = await until('the run is there', async () => {
      const { rows } = await ask<Runs>('GET', '/runs?object=Lead&operation=Pull%20updates');
      return rows.find(({ updated, endedAt }) => updated >= MANY && endedAt !== null) ?? null;
    });
    await sql(`update marketing.person set title = 'Chief of something' where id = $1`, [leads[0]?.id]);
    await allSent();
    await go(`/activity/${run.runId}`);
    await button('Undo this run').click();
    const dialog = page().getByRole('alertdialog', { name: `Undo run ${run.runId}?` });
    await dialog.getByText('Of 59 people something goes back:').waitFor();
    await dialog.getByText('1 field: changed since, here or in Salesforce').waitFor();
    await dialog.getByText(/^In Salesforce 59 records change: 1 API call, about /).waitFor();
    await faces('undo--run', 'AP');
    const act = dialog.getByRole('button', { name: 'Undo for 59 people' });
    assert.ok(await act.isDisabled(), 'the number is not typed yet');
    await dialog.getByLabel('Type 59 to go on').fill('58');
    assert.ok(await act.isDisabled(), 'another number');
    await dialog.getByLabel('Type 59 to go on').fill('59');
    await act.click();
    await heading(/^Undo \d+$/).waitFor();
    await page().getByText('What went back is sent like any edit').waitFor();
    const table = page().getByRole('table', { name: 'What stayed, and why' });
    await table.getByText('changed since, here or in Salesforce').waitFor();
    await table.getByText('Chief of something').waitFor();
    assert.match(await focused(), /^H1 Undo /, 'the reader is on the new screen');
    await faces('undo--done', 'EDP');
    await allSent();
    assert.deepEqual(await titlesThere(leads), ['Chief of something', ...leads.slice(1).map(({ title }) => title)]);

    await button('Undo this undo').click();
    await page().getByText('Of 59 people something goes back:').waitFor();
    await button('Cancel').click();
    await until('the focus is on the button again', async () =>
      (await focused()).includes('Undo this undo') ? true : null,
    );
    await go(`/activity/${run.runId}`);
    await page().getByText('This run was undone.').waitFor();
    await look(page(), 'run--undone');
  });

  test('[SAFE6] one statement that edited two people is undone for both, from the timeline of one', async () => {
    const leads = await leadsAtRest(MANY, 2);
    await sql(`update marketing.person set title = 'Everybody' where id = any ($1::bigint[])`, [
      leads.map(({ id }) => id),
    ]);
    await allSent();
    await go(`/people/${leads[0]?.id}?tab=timeline`);
    await button(/^Undo this edit: Sent to Salesforce, /)
      .first()
      .click();
    const dialog = page().getByRole('alertdialog', { name: 'Undo this edit?' });
    await dialog.getByRole('button', { name: 'Undo for 1 person' }).waitFor();
    await dialog.getByRole('radio', { name: /^All 2 people’s/ }).check({ force: true });
    await dialog.getByText('Of 2 people something goes back:').waitFor();
    await look(page(), 'undo--edit');
    await dialog.getByRole('button', { name: 'Undo for 2 people' }).click();
    await page().getByText('Everything went back.').waitFor();
    await allSent();
    assert.deepEqual(
      await titlesThere(leads),
      leads.map(({ title }) => title),
    );
    await go(`/people/${leads[1]?.id}?tab=timeline`);
    await page().getByRole('listitem').getByText('Put back here').first().waitFor();
    await page().getByText('by Ana Ruiz').first().waitFor();
    await link(/^Undo \d+$/)
      .first()
      .waitFor();
    await look(page(), 'person--timeline-undone');
  });

  test('[SAFE6] an edit is saved at once and taken back within ten seconds, by keyboard alone, and the focus comes back', async () => {
    const [lead] = await leadsAtRest(MANY + 2, 1);
    assert.ok(lead);
    await go(`/people/${lead.id}`);
    await button('Edit Phone').click();
    await page().getByLabel('New value').fill('+34 600 000 000');
    await page().getByLabel('New value').press('Enter');
    await page().getByRole('status').getByText('Phone is saved.').waitFor();
    await page().getByRole('dialog').waitFor({ state: 'detached' });
    await until('the dialog gave the focus back', async () => ((await focused()).startsWith('BUTTON') ? true : null));
    await page().keyboard.press('F6');
    assert.match(await focused(), /^BUTTON Undo/);
    await look(page(), 'undo--toast');
    await page().keyboard.press('Enter');
    await page().getByRole('status').getByText('Phone is as it was.').waitFor();
    await until('the toast is gone, and the focus where it was', async () =>
      (await page().evaluate(`document.activeElement.getAttribute('aria-label')`)) === 'Edit Phone' ? true : null,
    );
    const [now] = await sql<{ phone: string | null }>('select phone from marketing.person where id = $1', [lead.id]);
    assert.equal(now?.phone ?? null, lead.phone);
  });

  test('[MRG12] a held field that was decided is decided the other way, from the toast', async () => {
    const [lead] = await leadsAtRest(MANY + 3, 1);
    assert.ok(lead);
    await seed(
      `insert into sync.conflict (object, person_id, sf_id, field, base, theirs, ours, policy, winner)
       values ('Lead', $1, $2, 'phone', 'null', to_jsonb($3::text), '"+34 611 111 111"', 'hold', null)`,
      [lead.id, lead.salesforce_id, lead.phone],
    );
    await sql(`update marketing.person set phone = '+34 611 111 111' where id = $1`, [lead.id]);
    await go('/held');
    await button(/^Take Salesforce.s: Phone of /).click();
    await page().getByRole('status').getByText('1 field decided.').waitFor();
    await page().getByRole('status').getByRole('button', { name: 'Undo' }).click();
    await page().getByRole('status').getByText('Taken back: ours is kept after all, and sent.').waitFor();
    assert.ok(!(await focused()).startsWith('BODY'), 'the focus is not lost with the row and the toast');
    await allSent();
    const [sent] = await sql<{ phone: string | null }>('select phone from marketing.person where id = $1', [lead.id]);
    assert.equal(sent?.phone, '+34 611 111 111');
  });

  test('[MRG20] a company that was edited through a person is edited back, from the toast', async () => {
    const [contact] = await sql<{ id: string; company_id: string; name: string }>(
      `select p.id, v.company_id, c.name from marketing.person p
         join marketing.person_company v on v.person_id = p.id join marketing.company c on c.id = v.company_id
        where p.salesforce_type = 'Contact' and not p.is_deleted order by p.id limit 1`,
    );
    assert.ok(contact);
    const nameHere = async (): Promise<string | undefined> =>
      (await sql<{ name: string }>('select name from marketing.company where id = $1', [contact.company_id]))[0]?.name;
    await go(`/people/${contact.id}`);
    await button('Edit Company').click();
    await page().getByLabel('New value').fill('Nobody and Sons');
    await page().getByLabel('New value').press('Enter');
    await page().getByRole('status').getByText('Company is saved.').waitFor();
    assert.equal(await nameHere(), 'Nobody and Sons');
    await page().getByRole('status').getByRole('button', { name: 'Undo' }).click();
    await page().getByRole('status').getByText('Company is as it was.').waitFor();
    assert.equal(await nameHere(), contact.name);
  });
});
