/**
 * What is seen once the sync runs: each screen in its states, in a real browser against the product as `npm start` starts it. The setup before it is
 * driven by requests; the corridor's own test walks it by hand.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ApiBudget } from '@syncline/contract/budget';
import type { Person } from '@syncline/contract/people';
import type { ObjectRow, Status } from '@syncline/contract/status';
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
  onTheWay,
  page,
  seed,
  silent,
  sql,
  started,
  state,
  switches,
  unanswered,
  walk,
} from './walk.ts';

const REFUSED = 'Not this title';

/** A rule of the org refuses eight people, and a text is too long for two more. */
const makeErrors = async (): Promise<void> => {
  await callOrg(started(), 'POST', '/tooling/sobjects/ValidationRule', {
    FullName: 'Lead.Refuses_a_title',
    Metadata: {
      active: true,
      errorConditionFormula: `Title = '${REFUSED}'`,
      errorMessage: 'Such a title is not allowed here.',
      errorDisplayField: 'Title',
    },
  });
  await sql(
    `update marketing.person set title = $1
      where id in (select id from marketing.person where salesforce_type = 'Lead' order by id limit 8)`,
    [REFUSED],
  );
  await sql(
    `update marketing.person set first_name = repeat('x', 60)
      where id in (select id from marketing.person where salesforce_type = 'Lead' order by id offset 8 limit 2)`,
  );
  await until('ten records are refused', async () =>
    (await ask<{ records: number }>('GET', '/errors/causes')).records >= 10 ? true : null,
  );
};

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

describe('day two in a browser', { concurrency: false, timeout: 600_000 }, () => {
  walk('day-two', { stepsDepend: false, prepare: () => driveToRunning(page(), started()) });

  test('errors: none, by cause, the rows, one error; what is given up is taken back', async () => {
    await go('/errors');
    await page().getByText('No errors.').waitFor();
    await faces('errors--none', 'QE');
    await go('/held');
    await heading('Held').waitFor();

    await makeErrors();
    await go('/errors');
    await page().getByRole('heading', { level: 2, name: 'A Salesforce rule refused it.' }).waitFor();
    await faces('errors--cards', 'EAP');
    await button('How to fix').first().click();
    await page().getByRole('dialog').getByText('Who can fix it').waitFor();
    await look(page(), 'errors--how-to-fix');
    await page().keyboard.press('Escape');

    await page().getByRole('listitem').filter({ hasText: 'Such a title' }).getByRole('link', { name: 'Show' }).click();
    await heading('A Salesforce rule refused it.').waitFor();
    await page()
      .getByRole('checkbox', { name: /^Select / })
      .nth(1)
      .check();
    await faces('errors--rows', '');
    await page().getByRole('button', { name: 'Select none' }).click();
    await page().getByRole('rowheader').first().getByRole('link').click();
    await page().getByText('Named by Salesforce').waitFor();
    await faces('errors--one', 'E');
    await button('Discard this change').click();
    await page().getByRole('alertdialog').getByText('Salesforce keeps', { exact: false }).first().waitFor();
    await picture(page(), 'errors--discard');
    await page().getByRole('alertdialog').getByRole('button', { name: 'Discard this change' }).click();
    await page().getByText('1 change discarded.').waitFor();
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
    assert.deepEqual(
      await seed(`select evidence from sync.journal where row_id = $1 and evidence is not null`, [lead.id]),
      [{ evidence: 'She wrote to us' }],
    );
  });

  test('held: both values, and somebody decides', async () => {
    await seed(
      `insert into sync.conflict (object, person_id, sf_id, field, base, theirs, ours, policy, ours_at, theirs_at)
       select 'Lead', id, salesforce_id, 'title', to_jsonb('Buyer'::text), to_jsonb(coalesce(title, '')), to_jsonb('Head of buying'::text), 'hold', now(), now()
         from marketing.person where salesforce_type = 'Lead' order by id offset 20 limit 3`,
    );
    await go('/held');
    await button(/^Keep ours: /)
      .first()
      .waitFor();
    await faces('held--rows', 'E');
    await seed('delete from sync.conflict where winner is null');
  });

  test('home: well, the charts as tables, the connection paused', async () => {
    await seed(
      `insert into sync.backlog_sample (object, bucket, out_max, in_max, in_last)
       select 'Lead', to_timestamp(floor(extract(epoch from now()) / 14400 - n) * 14400), (n * 37) % 400, (n * 91) % 900, 0 from generate_series(1, 29) n
       on conflict do nothing`,
    );
    await seed(
      `insert into sync.api_usage (quarter_at, our_calls, used_calls, limit_calls, read_at)
       select to_timestamp(floor(extract(epoch from now()) / 900 - n) * 900), 20 + (n * 13) % 60, 31000 - n * 120, 100000, now() - n * interval '15 minutes'
         from generate_series(0, 90) n
       on conflict (quarter_at) do update set our_calls = excluded.our_calls, used_calls = excluded.used_calls, limit_calls = excluded.limit_calls, read_at = excluded.read_at`,
    );
    await go('/');
    await page().getByRole('rowheader', { name: 'Lead' }).waitFor();
    await page().locator('.recharts-surface').nth(1).waitFor();
    await faces('home--well', 'EAP');
    await page().locator('.charts').scrollIntoViewIfNeeded();
    await page().mouse.wheel(0, 2_000);
    await picture(page(), 'home--charts');
    await button('Show as table').first().click();
    await page().getByRole('region', { name: 'Backlog, five days' }).getByRole('table').waitFor();
    await look(page(), 'home--table');

    await seed(
      `update sync.connection set paused = jsonb_build_object('code', 'user-locked', 'detail', '{}'::jsonb, 'at', to_jsonb(clock_timestamp()))`,
    );
    await go('/');
    await page().getByText('People can be searched and edited meanwhile.').waitFor();
    await faces('home--failed', 'ED');
    await seed('update sync.connection set paused = null');
  });

  test('[SAFE3] home says that one company differs; the difference is named, repaired and proven equal', async () => {
    await seed(`update marketing.company set name = 'Not its name' where id = (select min(id) from marketing.company)`);
    await go('/differences/Account');
    await button('Compare now').click();
    await page().getByRole('cell', { name: 'Values' }).waitFor();
    await faces('differences--differ', 'E');
    await go('/');
    await page().getByText('1 differ').waitFor();
    await faces('home--differ', 'Q');
    await page().getByText('1 differ').click();
    await button('Repair 1').click();
    await page().getByRole('alertdialog').getByRole('button', { name: 'Repair 1' }).click();
    await page()
      .getByText(/^Equal at /)
      .waitFor();
    await faces('differences--equal', 'Q');
    assert.deepEqual(await sql(`select count(*)::int as many from marketing.company where name = 'Not its name'`), [
      { many: 0 },
    ]);
  });

  test('home: a run goes on, an object grows, the budget is near, nothing has come yet, the server is silent', async () => {
    await seed(
      `insert into sync.run (object, operation, started_at, updated) values ('Lead', 'Pull updates', now() - interval '26 seconds', 340)`,
    );
    await go('/');
    await state('Sync in progress').waitFor();
    await faces('home--in-progress', 'Q');
    const longName = altered<Status>((status) => ({
      ...status,
      org: status.org && { ...status.org, name: LONG_NAME },
    }));
    await onTheWay(/\/api\/status$/, longName, async () => {
      await go('/');
      await page().getByText(LONG_NAME).first().waitFor();
      await faces('shell--longest', 'QEP');
    });
    await seed(`delete from sync.run where status = 'in_process' and updated = 340`);

    const worse = altered<{ objects: readonly ObjectRow[] } | ApiBudget>((body) =>
      'objects' in body ? { objects: body.objects.map(growing) } : near(body),
    );
    await onTheWay(/\/api\/(objects|api-budget)$/, worse, async () => {
      await go('/');
      await page()
        .getByText(/^9,880 waiting/)
        .waitFor();
      await faces('home--growing', 'E');
      await page().getByText('Slowed').scrollIntoViewIfNeeded();
      await page().mouse.wheel(0, 2_000);
      await picture(page(), 'home--budget-near');
    });

    await onTheWay(/\/api\/(objects|backlog|api-budget)$/, unanswered, async () => {
      await go('/');
      await page().locator('.skeleton').first().waitFor();
      await picture(page(), 'home--loading');
    });

    await go('/');
    await page().getByRole('rowheader', { name: 'Lead' }).waitFor();
    await onTheWay(/\/api\//, silent, async () => {
      await button('Sync now').click();
      await page().getByText('The server did not answer. What you see is from').first().waitFor();
      await faces('home--server-silent', 'Q');
    });
  });

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

  test('people: narrowed by a field, all that match are picked, counted and synced as a set', async () => {
    await sql(`insert into marketing.person (last_name, company) values ('Oneofaset', 'Sets SL')`);
    await go('/people');
    await button('Filter').click();
    const dialog = page().getByRole('dialog', { name: 'Filter by a field' });
    await dialog.getByLabel('Field').selectOption({ label: 'Company (company)' });
    await dialog.getByLabel('Asks').selectOption({ label: 'is not' });
    await dialog.getByLabel('Value').fill('Twins SL');
    await look(page(), 'people--add-filter');
    await dialog.getByLabel('Value').press('Enter');
    await page().getByRole('list', { name: 'Filters on fields' }).getByText('Company is not Twins SL').waitFor();
    await page().getByRole('checkbox', { name: 'Select all shown' }).check({ force: true });
    await page().getByText('100 selected').first().waitFor();
    await button(/^Select all .* that match$/).click();
    await page()
      .getByText(/^All .* that match are selected\.$/)
      .first()
      .waitFor();
    await faces('people--all-selected', 'QEP');
    await button('Sync now').last().click();
    await page().getByRole('alertdialog', { name: 'Make 1 lead in Salesforce?' }).waitFor();
    await look(page(), 'people--sync-set');
    await button('Sync 1').click();
    const done = page().getByRole('dialog', { name: '1 person on the way to Salesforce' });
    await done.getByText(/people skipped: in Salesforce already/).waitFor();
    await picture(page(), 'people--sync-set-done');
    await button('Close').click();
    await page().getByRole('table').waitFor();
    await until('the one person has a lead', async () =>
      (await sql(`select from marketing.person where last_name = 'Oneofaset' and salesforce_id is not null`)).length ===
      1
        ? true
        : null,
    );
    await button('Remove the filter: Company is not Twins SL').click();
    await page().getByRole('list', { name: 'Filters on fields' }).waitFor({ state: 'detached' });
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

  test('activity: the runs, one run, no match', async () => {
    await go('/activity');
    await page().getByRole('rowheader').first().waitFor();
    await faces('activity--list', 'E');
    await page()
      .getByText(/quiet cycles? found nothing/)
      .click();
    await page().locator('details').getByRole('row').nth(3).waitFor();
    await page().mouse.wheel(0, 10_000);
    await faces('activity--quiet-open', 'Q');
    await page().getByRole('row').filter({ hasText: 'Incomplete' }).getByRole('link').first().click();
    await page().getByRole('heading', { level: 2, name: 'What it could not do' }).waitFor();
    await faces('activity--run', '');
    await go('/activity?status=cleaned_up');
    await page().getByText('No run matches.').waitFor();
    await faces('activity--no-match', 'Q');
    await onTheWay(/\/api\/runs(\?.*)?$/, altered(nothingOf), async () => {
      await go('/activity');
      await page().getByText('No runs yet.').waitFor();
      await faces('activity--empty', 'Q');
    });
  });

  test('the practice org: running, broken on purpose, absent', async () => {
    await go('/practice');
    await page().locator('.facts').waitFor();
    await faces('practice--running', 'QE');
    await onTheWay(
      /\/api\/practice$/,
      altered(() => ({ practice: null })),
      async () => {
        await go('/practice');
        await page().getByText('The practice org is not running.').waitFor();
        await faces('practice--absent', 'Q');
      },
    );
    await switches({ latencyMs: 5 });
    await page().goto(started().org.instanceUrl);
    await page().getByRole('heading').first().waitFor();
    await picture(page(), 'practice--fault-on');
    await switches({ latencyMs: 0 });
    await go('/');
  });

  test('the bell tells what needs somebody; commands and shortcuts come by key', async () => {
    await button(/^Notifications, \d+ unread/).click();
    await page().getByRole('dialog', { name: 'Notifications' }).getByRole('listitem').first().waitFor();
    await look(page(), 'notifications--unread');
    await ask('PATCH', '/me', { language: 'es' });
    await page().reload();
    await button(/^Notificaciones/).click();
    await page().getByRole('dialog').getByRole('listitem').first().waitFor();
    await picture(page(), 'notifications--unread--es');
    await go('/settings/sync');
    await button('Desactivar sincronización').click();
    await page().getByRole('alertdialog').waitFor();
    await picture(page(), 'settings-sync--disable--es');
    await ask('PATCH', '/me', { language: 'en' });
    const noNotices = altered(() => ({ rows: [], unread: 0 }));
    await onTheWay(/\/api\/notifications$/, noNotices, async () => {
      await page().reload();
      await button(/^Notifications/).click();
      await page().getByText('Nothing needs you.').waitFor();
      await picture(page(), 'notifications--empty');
    });
    await page().reload();
    await button(/^Notifications, \d+ unread/).click();
    await page().getByRole('dialog', { name: 'Notifications' }).getByRole('listitem').first().waitFor();
    await button('Mark all as read').click();
    await button('Mark all as read').waitFor({ state: 'detached' });
    await page().keyboard.press('Escape');
    await page().getByRole('dialog').waitFor({ state: 'detached' });

    await page().keyboard.press('Control+k');
    await page().keyboard.type('compa');
    await page().getByRole('menuitem', { name: 'Companies' }).waitFor();
    await look(page(), 'shell--commands');
    await page().keyboard.press('ArrowDown');
    await page().keyboard.press('Enter');
    await heading('Companies').waitFor();
    await page().keyboard.press('?');
    await page().getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await look(page(), 'shell--shortcuts');
    await page().keyboard.press('Escape');
    await page().keyboard.press('g');
    await page().keyboard.press('e');
    await heading('Errors').waitFor();
  });

  test('[SAFE1] [SAFE2] the brake: home says what stopped, a sample is looked at, and the answer is given by key', async () => {
    const { idleCallsPerDay: _, ...settings } = await ask<Record<string, unknown>>('GET', '/settings/sync');
    await ask('PUT', '/settings/sync', { ...settings, brakeSharePercent: 1, brakeFloorRecords: 5 });
    await sql(
      `update marketing.person set phone = '555 ' || id
        where id in (select id from marketing.person where salesforce_type = 'Lead' order by id desc limit 300)`,
    );
    const contacts = await sql<{ id: string }>(
      `select salesforce_id as id from marketing.person where salesforce_type = 'Contact' and not is_deleted order by id desc limit 60`,
    );
    await callOrg(started(), 'PATCH', '/composite/sobjects', {
      records: contacts.map(({ id }) => ({ attributes: { type: 'Contact' }, Id: id, Title: 'Retired' })),
    });
    await ask('POST', '/sync/now');
    await until('the brake stops both ways, and what waits is counted', async () =>
      (await ask<{ rows: { answer: string | null; waiting: number }[] }>('GET', '/brakes')).rows.filter(
        (row) => row.answer === null && row.waiting >= 40,
      ).length === 2
        ? true
        : null,
    );
    await go('/');
    await page().getByText('Contact: much changed in Salesforce at once.').waitFor();
    await page().getByText('Lead: much changed here at once.').waitFor();
    await faces('home--braked', 'E');
    await page().getByRole('link', { name: 'Look and answer' }).first().click();
    await heading('Mass changes').waitFor();
    await page().getByText('One statement at').first().waitFor();
    await page().getByText('Retired').first().waitFor();
    await faces('brakes--open', 'EDP');
    await button(/^Withdraw /).focus();
    await page().keyboard.press('Enter');
    await page().getByRole('alertdialog').waitFor();
    await look(page(), 'brakes--withdraw');
    await page().keyboard.press('Tab');
    await page().keyboard.press('Enter');
    await page()
      .getByText(/records were withdrawn/)
      .first()
      .waitFor();
    await button(/^Take .* from Salesforce$/).click();
    await page()
      .getByRole('alertdialog')
      .getByRole('button', { name: /^Take / })
      .click();
    await page().getByText('Nothing waits for an answer.').waitFor();
    await faces('brakes--answered', 'Q');
    await go('/settings/sync');
    await page().getByLabel('Brake off, because').scrollIntoViewIfNeeded();
    await faces('settings--sync-brake', 'E');
    await ask('PUT', '/settings/sync', settings);
  });

  test('a viewer reads, and each act says who may', async () => {
    const password = 'a long enough password';
    await ask('POST', '/users', {
      name: 'Vic',
      email: 'vic@example.com',
      role: 'viewer',
      language: 'en',
      password,
    });
    await ask('DELETE', '/sessions');
    await ask('POST', '/sessions', { email: 'vic@example.com', password });
    await go('/errors');
    await button(/^Retry/)
      .first()
      .waitFor();
    assert.ok(
      await button(/^Retry/)
        .first()
        .isDisabled(),
    );
    await page().getByText('Operators and administrators may also act on it.').waitFor();
    await faces('shell--viewer', '');
  });

  test('no screen broke its policy or threw on the way', () => {
    assert.deepEqual(complaints(), []);
  });
});

const LONG_NAME = 'Compañía Iberoamericana de Distribución y Logística';
const HOUR_MS = 3_600_000;
const nothingOf = (body: object): object => ({
  ...body,
  rows: [],
  nextCursor: null,
  previousCursor: null,
  total: 0,
  totalIsExact: true,
  totalIsFloor: false,
  quietCycles: 0,
});
const growing = (row: ObjectRow): ObjectRow =>
  row.object === 'Account'
    ? {
        ...row,
        health: 'growing',
        backlogIn: 9_880,
        remainingMs: { low: 16_200_000, high: 19_800_000 },
        lastFetchedAt: new Date(Date.now() - 7 * HOUR_MS).toISOString(),
      }
    : row;
const near = (budget: ApiBudget): ApiBudget => ({
  ...budget,
  state: 'slowed',
  usedCalls: 71_400,
  limitCalls: 100_000,
  ourCalls: 36_800,
  ourLimitCalls: 40_000,
  reaches80At: new Date(Date.now() + HOUR_MS).toISOString(),
});
