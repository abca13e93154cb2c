/**
 * People, companies and opportunities once the sync runs: lists, one person, and what is done with them, in a real browser against the product as
 * `npm start` starts it. The setup before it is driven by requests.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Person } from '@syncline/contract/people';
import type { ObjectRow } from '@syncline/contract/status';
import type { Locator } from 'playwright-core';
import { callOrg, callSoap, driveToRunning } from './drive.ts';
import { look, picture, until } from './screen.ts';
import {
  altered,
  ask,
  button,
  complaints,
  faces,
  go,
  heading,
  link,
  nothingOf,
  onTheWay,
  page,
  seed,
  sql,
  started,
  switches,
  walk,
} from './walk.ts';

/** In Salesforce one lead is merged into another, which is then converted: one person is left, with three ids. */
const convertedAndMerged = async (): Promise<void> => {
  const [winner, loser] = await sql<{ id: string; salesforce_id: string }>(
    `select p.id, p.salesforce_id from marketing.person p
      where p.salesforce_type = 'Lead' and not p.is_deleted and not exists (select from sync.outbox o where o.person_id = p.id) order by p.id offset 50 limit 2`,
  );
  assert.ok(winner && loser);
  await callSoap(
    started(),
    `<merge><request><masterRecord><so:type>Lead</so:type><so:Id>${winner.salesforce_id}</so:Id></masterRecord><recordToMergeIds>${loser.salesforce_id}</recordToMergeIds></request></merge>`,
  );
  await callSoap(
    started(),
    `<convertLead><leadConverts><convertedStatus>Closed - Converted</convertedStatus><doNotCreateOpportunity>true</doNotCreateOpportunity><leadId>${winner.salesforce_id}</leadId><overwriteLeadSource>false</overwriteLeadSource><sendNotificationEmail>false</sendNotificationEmail></leadConverts></convertLead>`,
  );
  await ask('POST', '/sync/now');
  await until('the two are one, and a contact', async () => {
    const { person } = await ask<Person>('GET', `/people/${loser.id}`);
    return person.personId === Number(winner.id) && person.recordKind === 'contact' ? true : null;
  });
  await go(`/people/${loser.id}`);
  await page().getByText('was folded into this one', { exact: false }).waitFor();
  const lanes = page().getByRole('list', { name: 'Identity' });
  await lanes.getByText('Merged').waitFor();
  await lanes.getByText('Converted').waitFor();
  await faces('person--converted-and-merged', 'EDP');
  await link('Timeline').click();
  const timeline = page().getByRole('listitem');
  await timeline.filter({ hasText: 'The lead was converted in Salesforce' }).waitFor();
  await timeline.filter({ hasText: 'Two persons became one' }).first().waitFor();
  await faces('person--converted-and-merged-timeline', 'E');
};

/** Those whose company is Sets SL. */
const narrowToSets = async (): Promise<void> => {
  await go('/people');
  await button('Filter').click();
  const dialog = page().getByRole('dialog', { name: 'Filter by a field' });
  await dialog.getByLabel('Field').selectOption({ label: 'Company (company)' });
  await dialog.getByLabel('Asks').selectOption({ label: 'is' });
  await dialog.getByLabel('Value').fill('Sets SL');
  await look(page(), 'people--add-filter');
  await dialog.getByLabel('Value').press('Enter');
  await page().getByRole('list', { name: 'Filters on fields' }).getByText('Company is Sets SL').waitFor();
  await pickAll().and(page().locator(':enabled')).waitFor({ state: 'attached' });
};

const pickAll = (): Locator => page().getByRole('checkbox', { name: 'Select all shown' });

const more = async (item: string): Promise<void> => {
  await button(/^More$/).click();
  await page().getByRole('menuitem', { name: item }).click();
};

describe('people in a browser', { concurrency: false, timeout: 600_000 }, () => {
  walk('people', { stepsDepend: false, prepare: () => driveToRunning(page(), started()) });

  test('people: views, duplicates, what is picked; nobody matches', async () => {
    await go('/people');
    await page().getByRole('row').nth(3).waitFor();
    await page()
      .getByRole('checkbox', { name: /^Select / })
      .nth(2)
      .check();
    await faces('people--list', 'EP');
    await onTheWay(/\/api\/people(\?.*)?$/, altered(nothingOf), async () => {
      await go('/people');
      await page().getByText('Nobody here yet.').waitFor();
      await faces('people--empty', 'Q');
    });
    await sql(
      `insert into marketing.person (last_name, company, email)
       values ('Alvarado', 'Twins SL', 'same@example.com'), ('Alvarez', 'Twins SL', 'SAME@example.com')`,
    );
    await go('/people?view=likely_duplicates&q=same');
    await page().getByText('Several people of one e-mail address').waitFor();
    await page().getByRole('link', { name: 'Alvarez' }).waitFor();
    await faces('people--duplicates', 'Q');
    await go('/people?q=nobody-is-called-this');
    await page().getByText('Nobody matches.').waitFor();
    await faces('people--no-match', 'Q');
    // More than a hundred rows: only those in view are in the page.
    await go('/people');
    await button(/^Show 100 more/).click();
    await page()
      .getByText(/^200 of /)
      .waitFor();
    assert.ok((await page().locator('tbody tr').count()) < 120, 'of 200 rows not all are in the page');
  });

  test('[ACT3] people: narrowed by a field, all that match are picked, counted and synced as a set', async () => {
    await sql(
      `insert into marketing.person (last_name, company) select 'Oneofaset' || g, 'Sets SL' from generate_series(1, 101) g`,
    );
    await narrowToSets();
    await pickAll().check({ force: true });
    await page().getByText('100 selected').first().waitFor();
    await button('Select all 101 that match').click();
    await page().getByText('All 101 that match are selected.').first().waitFor();
    await faces('people--all-selected', 'QEP');
    await button('Sync now').last().click();
    const asked = page().getByRole('alertdialog', { name: 'Sync all 101 that match now?' });
    await asked.getByText('101 people are not in Salesforce. Their leads are made there first.').waitFor();
    await look(page(), 'people--sync-set');
    await button('Sync 101').click();
    await page().getByRole('dialog', { name: '101 people synced' }).getByText('Everybody is done.').waitFor();
    await picture(page(), 'people--sync-set-done');
    await button('Close').click();
    await page()
      .getByText(/selected/)
      .waitFor({ state: 'detached' });
    assert.deepEqual(
      await sql(
        `select count(*)::int as n from marketing.person where company = 'Sets SL' and salesforce_id is not null`,
      ),
      [{ n: 101 }],
    );
  });

  test('[ACT5] [ACT9] a set changes its owner and is converted, by key; whoever is skipped is counted with the reason', async () => {
    await narrowToSets();
    for (const name of ['Select Oneofaset1', 'Select Oneofaset2'])
      await page().getByRole('checkbox', { name, exact: true }).check({ force: true });
    await page().getByText('2 selected').first().waitFor();
    await more('Convert');
    const dialog = page().getByRole('alertdialog', { name: 'Convert 2 people' });
    await dialog.getByText('Each person is decided as they are').waitFor();
    await look(page(), 'people--convert-set');
    await dialog.getByRole('button', { name: 'Convert 2' }).focus();
    await page().keyboard.press('Enter');
    await page().getByRole('dialog', { name: '2 people converted' }).waitFor();
    await page().keyboard.press('Enter');
    await page().getByRole('dialog').waitFor({ state: 'detached' });
    const accounts = await sql<{ id: string }>(
      `select c."AccountId" as id from marketing.person p join salesforce."Contact" c on c."Id" = p.salesforce_id
        where p.last_name in ('Oneofaset1', 'Oneofaset2')`,
    );
    assert.equal(accounts.length, 2);
    assert.equal(new Set(accounts.map(({ id }) => id)).size, 1, 'one account is made for both');

    await pickAll().check({ force: true });
    await page()
      .getByText(/^\d+ selected$/)
      .first()
      .waitFor();
    await button('Change owner').click();
    const owner = page().getByRole('alertdialog', { name: /^Change the owner of / });
    await owner.getByRole('radio', { name: /Web Inquiries/ }).check({ force: true });
    await owner.getByText('2 people skipped: A contact cannot belong to a queue.').waitFor();
    await faces('people--owner-of-set', 'P');
    await owner.getByRole('button', { name: 'Change owner of 98' }).click();
    const done = page().getByRole('dialog', { name: 'Owner of 98 people changed' });
    await done.getByText('98 done, 2 not.').waitFor();
    await done.getByText('Oneofaset1: A contact cannot belong to a queue.', { exact: true }).waitFor();
    await look(page(), 'people--owner-of-set-done');
    await button('Close').click();
  });

  test('[ACT11] a set is deleted where it is said, its number typed', async () => {
    await narrowToSets();
    await pickAll().check({ force: true });
    await button('Select all 101 that match').click();
    await more('Delete people');
    const dialog = page().getByRole('alertdialog', { name: 'Delete all 101 that match?' });
    await dialog.getByRole('radio', { name: /Delete it in Salesforce too/ }).check({ force: true });
    const press = dialog.getByRole('button', { name: 'Delete 101' });
    await press.waitFor();
    await dialog.getByLabel('How many people?').fill('100');
    assert.equal(await press.isDisabled(), true);
    await look(page(), 'people--delete-set');
    await dialog.getByLabel('How many people?').fill('101');
    await press.click();
    await page().getByRole('dialog', { name: '101 people deleted' }).waitFor();
    await button('Close').click();
    await page().getByText('Nobody matches.').waitFor();
    const { totalSize } = await callOrg<{ totalSize: number }>(
      started(),
      'GET',
      `/query?q=${encodeURIComponent(`SELECT Id FROM Lead WHERE Company = 'Sets SL' AND IsConverted = false`)}`,
    );
    assert.equal(totalSize, 0);
  });

  test('people: the last of a long list, what is new waits until it is taken, and columns are chosen', async () => {
    await go('/people');
    await button('Last').click();
    await page()
      .getByText(/^last 100 of /)
      .waitFor();
    await faces('people--last', 'QEP'); // without axe: it takes what lies under the sticky head for too small
    await page().mouse.move(4, 400);
    await ask('POST', '/people', { fields: { last_name: 'Newcomer', company: 'Sets SL' } });
    await button('1 new').waitFor();
    assert.equal(await page().getByRole('link', { name: 'Newcomer' }).count(), 0);
    await faces('people--new', 'Q');
    await button('1 new').click();
    await page().getByRole('link', { name: 'Newcomer' }).waitFor();
    await button('Show 100 earlier').click();
    await page()
      .getByText(/^last 200 of /)
      .waitFor();
    await page().getByRole('rowheader').first().getByRole('link').focus();
    await page().keyboard.press('Home');
    await page()
      .getByText(/^100 of /)
      .waitFor();

    await button('Columns').click();
    await page().getByLabel('Add a column').selectOption({ label: 'Title' });
    await button('Move Title to the left').click();
    await button('Remove Updated').click();
    await look(page(), 'people--columns');
    await button('Close').click();
    await page().getByRole('columnheader', { name: 'Title' }).waitFor();
    await page().reload();
    await page().getByRole('columnheader', { name: 'Title' }).waitFor();
    assert.equal(await page().getByRole('columnheader', { name: 'Updated' }).count(), 0);
    await faces('people--own-columns', 'Q');
    await button('Columns').click();
    await button('Reset').click();
    await button('Close').click();
    await page().getByRole('columnheader', { name: 'Updated' }).waitFor();
  });

  test('person: why is this value here, why is this person not in Salesforce', async () => {
    const [lead] = await sql<{ id: string }>(
      `select id from marketing.person where salesforce_type = 'Lead' order by id offset 40 limit 1`,
    );
    assert.ok(lead);
    await ask('PATCH', `/people/${lead.id}`, { fields: { title: 'Reader of reasons' } });
    await until('the title is sent', async () =>
      (
        await ask<{ fields: readonly { field: string; state: string; ours: unknown; base: unknown }[] }>(
          'GET',
          `/people/${lead.id}`,
        )
      ).fields.some(({ field, ours, base }) => field === 'title' && ours === base)
        ? true
        : null,
    );
    await go(`/people/${lead.id}`);
    await button('Why is this value here? Title').click();
    await page().getByRole('dialog').getByText('and Salesforce took it').waitFor();
    await faces('person--why-value', '');
    await page().keyboard.press('Escape');

    await go('/people?view=not_in_salesforce&q=same');
    await page().getByRole('link', { name: 'Alvarez' }).click();
    await button('Show every gate').click();
    await page().getByText('Somebody or something asked to send the person').waitFor();
    await faces('person--why-not', 'ED');

    await convertedAndMerged();
  });

  test('a duplicate: what the rule found, and saved anyway once an administrator lets that be', async () => {
    await switches({ duplicateRules: [{ object: 'Lead', fields: ['Email'], allowSave: true }] });
    const [twin] = await sql<{ id: string }>(
      `insert into marketing.person (last_name, company, email)
       select 'Once more', 'Twins SL', email from marketing.person
        where salesforce_type = 'Lead' and email is not null order by id offset 60 limit 1 returning id`,
    );
    assert.ok(twin);
    await sql('select marketing.sync_person($1)', [twin.id]);
    await until('the rule has blocked it', async () =>
      (await ask<{ duplicateErrorId: number | null }>('GET', `/people/${twin.id}`)).duplicateErrorId === null
        ? null
        : true,
    );
    await go(`/people/${twin.id}`);
    await page().getByText('saving duplicates is switched off', { exact: false }).waitFor();
    await faces('person--duplicate', 'Q');

    await ask('PUT', '/settings/defaults', { lastName: null, company: null, saveDuplicates: true });
    await go('/errors');
    await page()
      .getByRole('listitem')
      .filter({ hasText: 'sees a duplicate' })
      .getByRole('link', { name: 'Show' })
      .click();
    await page().getByRole('rowheader').first().getByRole('link').click();
    await page().getByRole('link', { name: 'A person here already' }).waitFor();
    await faces('errors--duplicate', 'E');
    await button('Save anyway').click();
    await page()
      .getByText(/^Solved at/)
      .waitFor();
    await switches({ duplicateRules: [] });
  });

  test('[OUT32] a duplicate that is no person here yet is linked to the person', async () => {
    await switches({ duplicateRules: [{ object: 'Lead', fields: ['Email'], allowSave: false }] });
    // Nothing is read meanwhile: read, it would be a person of its own.
    await ask('PUT', '/sync', { enabled: false });
    const [twin] = await sql<{ id: string }>(
      `insert into marketing.person (last_name, company, email) values ('Linked', 'Twins SL', 'linked@example.com') returning id`,
    );
    assert.ok(twin);
    const { id } = await callOrg<{ id: string }>(started(), 'POST', '/sobjects/Lead', {
      LastName: 'Known there',
      Company: 'Twins SL',
      Email: 'linked@example.com',
    });
    await sql('select marketing.sync_person($1)', [twin.id]);
    await until('the rule has blocked it', async () =>
      (await ask<{ duplicateErrorId: number | null }>('GET', `/people/${twin.id}`)).duplicateErrorId === null
        ? null
        : true,
    );
    await go(`/people/${twin.id}`);
    await button(/^Link to Known there/).waitFor();
    await faces('person--duplicate-link', 'E');
    await button(/^Link to Known there/).click();
    await page().getByText('The record is read and linked.').waitFor();
    await ask('PUT', '/sync', { enabled: true });
    await until('the person is that lead', async () => {
      const { person } = await ask<{ person: { salesforceId: string | null } }>('GET', `/people/${twin.id}`);
      return person.salesforceId === id ? true : null;
    });
    await switches({ duplicateRules: [] });
  });

  test('[MRG16] an opt-out is loosened with a reason, and not without one', async () => {
    const [lead] = await sql<{ id: string; salesforce_id: string; name: string }>(
      `update marketing.person set has_opted_out_of_email = true
        where id = (select id from marketing.person where salesforce_type = 'Lead' and not is_deleted order by id offset 45 limit 1)
       returning id, salesforce_id, name`,
    );
    assert.ok(lead);
    const stateThere = async (): Promise<boolean> =>
      (await callOrg<{ HasOptedOutOfEmail: boolean }>(started(), 'GET', `/sobjects/Lead/${lead.salesforce_id}`))
        .HasOptedOutOfEmail;
    await until('Salesforce has the opt-out', async () => ((await stateThere()) ? true : null));
    await ask('POST', '/sync/now');
    await go(`/people/${lead.id}`);
    await heading(lead.name).waitFor();
    await page().getByRole('searchbox', { name: 'Search fields' }).fill('opted_out_of_email');
    await button('Edit Email Opt Out').click();
    const dialog = page().getByRole('dialog');
    await dialog.getByLabel('New value').selectOption('no');
    await dialog.getByText('Why the person may be written to again').waitFor();
    assert.ok(await dialog.getByRole('button', { name: 'Save' }).isDisabled());
    await picture(page(), 'person--loosen');
    await dialog.getByLabel('Reason').fill('She wrote to us');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await until('Salesforce has it', async () => ((await stateThere()) ? null : true));
    // Salesforce has a value a moment before its answer is settled here.
    const lines = await until('the journal says that it was sent', async () => {
      const found = await seed<{ evidence: string }>(
        `select evidence from sync.journal where row_id = $1 and evidence is not null`,
        [lead.id],
      );
      return found.length > 0 ? found : null;
    });
    assert.deepEqual(lines, [{ evidence: 'She wrote to us' }]);
  });

  test('[MAP7] a value is chosen from what leads and contacts share, by key, and another one can be typed', async () => {
    const told = await seed<{ picklist: string[] }>(
      `select picklist from sync.field where object = 'Contact' and name = 'Region__c'`,
    );
    const [lead] = await sql<{ id: string; name: string }>(
      `update marketing.person set region = 'North'
        where id = (select id from marketing.person where salesforce_type = 'Lead' and not is_deleted order by id offset 47 limit 1)
       returning id, name`,
    );
    assert.ok(lead && told[0]);
    await seed(`update sync.field set picklist = '{South,Overseas}' where object = 'Contact' and name = 'Region__c'`);
    try {
      await go(`/people/${lead.id}`);
      await heading(lead.name).waitFor();
      await page().getByRole('searchbox', { name: 'Search fields' }).fill('region');
      await button('Edit Region').press('Enter');
      const dialog = page().getByRole('dialog');
      const chosen = dialog.getByLabel('New value');
      assert.deepEqual(await chosen.locator('option').allTextContents(), ['empty', 'North', 'South', 'Another value…']);
      await picture(page(), 'person--offered');
      await chosen.selectOption({ label: 'Another value…' });
      const typed = dialog.getByRole('textbox', { name: 'New value' });
      await typed.and(page().locator(':focus')).waitFor();
      await typed.fill('South');
      await page().keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      const [saved] = await sql<{ region: string }>(`select region from marketing.person where id = ${lead.id}`);
      assert.equal(saved?.region, 'South');
      await go('/fields');
      await page().getByText('Leads and contacts share one value; an edit here is offered those.').waitFor();
      await faces('fields--lists', 'E');
    } finally {
      await seed(`update sync.field set picklist = $1 where object = 'Contact' and name = 'Region__c'`, [
        told[0].picklist,
      ]);
    }
  });

  test('[ACT5] [ACT9] [ACT11] person: a new owner, a contact of a lead, nobody; each by its button and its outcome in place', async () => {
    const [contact] = await sql<{ id: number; name: string }>(
      `select id, name from marketing.person where salesforce_type = 'Contact' and not is_deleted order by id desc limit 1`,
    );
    const made = await ask<{ personId: number }>('POST', '/people', {
      fields: { first_name: 'Noa', last_name: 'Actsfirst', company: 'Acts SL' },
    });
    const dialog = page().getByRole('alertdialog');
    await go(`/people/${contact?.id}`);
    await button('Change owner').click();
    await dialog.getByRole('radio', { name: /Web Inquiries/ }).check({ force: true });
    await dialog.getByText('A contact cannot belong to a queue.').waitFor();
    assert.equal(await dialog.getByRole('button', { name: 'Change owner' }).isDisabled(), true);
    await faces('person--queue-refused', 'DP');
    await dialog.getByRole('radio', { name: /User/ }).first().check({ force: true });
    await dialog.getByRole('button', { name: 'Change owner' }).click();
    await page().getByRole('status').getByText('The owner is changed.').waitFor();

    // By key: a lead is made first, then a contact of it.
    await go(`/people/${made.personId}`);
    await button(/^Convert$/).focus();
    await page().keyboard.press('Enter');
    await dialog.getByRole('heading', { name: 'Convert Noa Actsfirst' }).waitFor();
    await faces('person--convert', 'P');
    await dialog.getByRole('button', { name: 'Convert' }).focus();
    await page().keyboard.press('Enter');
    await page().getByRole('status').getByText('The lead is a contact now.').waitFor();
    await faces('person--acted', 'Q');

    await button(/^More$/).click();
    await page().getByRole('menuitem', { name: 'Delete person' }).click();
    await dialog.getByRole('heading', { name: 'Delete Noa Actsfirst?' }).waitFor();
    assert.equal(
      await dialog.getByRole('button', { name: 'Delete person' }).isDisabled(),
      true,
      'no side is a default',
    );
    await dialog.getByRole('radio', { name: /Delete it in Salesforce too/ }).check({ force: true });
    await faces('person--delete', 'P');
    await dialog.getByRole('button', { name: 'Delete person' }).click();
    await heading('People').waitFor();
    assert.deepEqual(await sql(`select from marketing.person where last_name = 'Actsfirst'`), []);
    const { records } = await callOrg<{ records: readonly { IsDeleted: boolean }[] }>(
      started(),
      'GET',
      `/queryAll?q=${encodeURIComponent(`SELECT IsDeleted FROM Contact WHERE LastName = 'Actsfirst'`)}`,
    );
    assert.deepEqual(
      records.map(({ IsDeleted }) => IsDeleted),
      [true],
    );
  });

  test('[ID22] likely duplicates: two are picked and merged, by key; the one who stays is shown with what was chosen', async () => {
    const [stays, goes] = await sql<{ id: string; name: string }>(
      `select p.id, p.name from marketing.person p
        where p.salesforce_type = 'Lead' and not p.is_deleted and not exists (select from sync.outbox o where o.person_id = p.id) order by p.id desc limit 2`,
    );
    assert.ok(stays && goes);
    await sql(`update marketing.person set email = 'twin@acme.test', phone = '1' where id = $1`, [stays.id]);
    await sql(`update marketing.person set email = 'Twin@acme.test', phone = '2' where id = $1`, [goes.id]);
    await go('/people?view=likely_duplicates&q=twin%40acme.test');
    for (const { name } of [stays, goes])
      await page()
        .getByRole('checkbox', { name: `Select ${name}` })
        .check();
    await button('Merge').click();
    const dialog = page().getByRole('alertdialog');
    await dialog.getByRole('radio', { name: stays.name }).first().check();
    await dialog.getByRole('radio', { name: `Phone: ${goes.name}`, exact: true }).check();
    await dialog.getByText('Salesforce merges 1 record first').waitFor();
    await look(page(), 'merge--side-by-side');
    await dialog.getByRole('button', { name: 'Merge 2 people' }).focus();
    await page().keyboard.press('Enter');
    await page().getByRole('heading', { level: 1, name: stays.name }).waitFor();
    assert.notEqual(await page().evaluate('document.activeElement?.tagName'), 'BODY', 'the focus is somewhere');
    assert.deepEqual(await sql(`select phone from marketing.person where id = $1`, [stays.id]), [{ phone: '2' }]);
    assert.deepEqual(await sql(`select from marketing.person where id = $1`, [goes.id]), []);
    await go(`/people/${stays.id}`);
    await button('More').click();
    await page().getByRole('menuitem', { name: 'Merge with a duplicate' }).click();
    await page().getByRole('dialog').getByText('Nobody else has this e-mail address.', { exact: false }).waitFor();
    await page().keyboard.press('Escape');
  });

  test("[MRG20] a contact's company field is the company's: it changes for all its people, and Salesforce will overwrite it", async () => {
    const [contact] = await sql<{ id: string; name: string }>(
      `select p.id, p.name
         from marketing.person p
         join marketing.person_company v on v.person_id = p.id
         join marketing.company c on c.id = v.company_id
         join salesforce."Account" a on a."Id" = c.salesforce_id
        where a."SystemModstamp" < now() - interval '1 hour' -- a younger one is left out of a comparison
        order by p.id limit 1`,
    );
    assert.ok(contact);
    await go(`/people/${contact.id}`);
    await heading(contact.name).waitFor();
    await page().getByRole('searchbox', { name: 'Search fields' }).fill('company');
    await button('Edit Company').click();
    await page().getByRole('dialog').getByText('This is the company’s field.').waitFor();
    await picture(page(), 'person--company-edit');
    await page().getByRole('dialog').getByLabel('New value').fill('Northwind Iberia');
    await button('Save').click();
    await page().getByText('Salesforce will overwrite this').waitFor();
    await faces('person--company', 'EP');
    await page().getByRole('link', { name: 'The company’s' }).click();
    await heading('Northwind Iberia').waitFor();
    await page().getByText('Somebody changed it here. Salesforce will overwrite this').waitFor();
    await faces('companies--edited', 'Q');
    await ask('POST', '/objects/Account/check');
    await until('the company waits and is no difference', async () => {
      const { objects } = await ask<{ objects: readonly ObjectRow[] }>('GET', '/objects');
      const found = objects.find(({ object }) => object === 'Account')?.sameness;
      return found?.state === 'equal' && found.waiting === 1 ? true : null;
    });
    await go('/differences/Account');
    await page().getByText('was edited here through one of its people').waitFor();
    await picture(page(), 'differences--company-waits');
  });

  test('companies and opportunities: lists, pages, a deal without a role', async () => {
    for (const [path, name] of [
      ['/companies', 'companies'],
      ['/opportunities', 'opportunities'],
    ] as const) {
      await go(path);
      await page().getByRole('rowheader').nth(2).waitFor();
      await faces(`${name}--list`, 'Q');
      await page().getByRole('rowheader').first().getByRole('link').click();
      await page().getByRole('heading', { level: 2, name: 'Fields' }).waitFor();
      await faces(`${name}--page`, 'P');
    }
    const { rows } = await ask<{ rows: readonly { opportunityId: number; roles: number }[] }>(
      'GET',
      '/opportunities?limit=200',
    );
    const alone = rows.find(({ roles }) => roles === 0);
    if (alone !== undefined) {
      await go(`/opportunities/${alone.opportunityId}`);
      await page().getByText('No contact role').waitFor();
      await faces('opportunities--no-role', 'Q');
    }
  });

  test('no screen broke its policy or threw on the way', () => {
    assert.deepEqual(complaints(), []);
  });
});
