/**
 * The corridor, walked by a person: from the printed link to a running sync, then one change each way, in a real browser against
 * the product as `npm start` starts it. The steps depend on each other, so the first that fails ends the walk.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { atRest, checkNoSidewaysScroll, DESK, look, PHONE, picture, until } from './screen.ts';
import { button, complaints, go, heading, page, sql, started, state, switches, walk } from './walk.ts';

const ADMIN = { name: 'Ana Ruiz', email: 'ana@example.com', password: 'correct horse battery' } as const;

/** The record as the practice org has it now. */
const recordOf = async (salesforceId: string): Promise<Record<string, unknown>> => {
  const { instanceUrl, accessToken } = started().org;
  const answer = await fetch(`${instanceUrl}/services/data/v64.0/sobjects/Lead/${salesforceId}`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  assert.equal(answer.status, 200);
  return (await answer.json()) as Record<string, unknown>;
};

describe('the corridor in a browser', { concurrency: false, timeout: 900_000 }, () => {
  walk('corridor', { stepsDepend: true });

  test('[SEC8] the printed link makes the first administrator, once', async () => {
    await go('/');
    await page().getByText('Open the link that the server printed').waitFor();
    await picture(page(), 'sign-in--before-first');

    await page().goto(started().signInLink);
    await button('Create and sign in').click();
    await page().getByRole('link', { name: 'Name is needed.' }).waitFor();
    await look(page(), 'sign-in--first--mistakes');
    await page().getByLabel('Name', { exact: true }).fill(ADMIN.name);
    await page().getByLabel('E-mail').fill(ADMIN.email);
    await page().getByRole('textbox', { name: 'Password, 12 or more characters' }).fill(ADMIN.password);
    await picture(page(), 'sign-in--first');
    await button('Create and sign in').click();
    await heading('Connect Salesforce').waitFor();
    await page().getByText('Salesforce fields').waitFor();
    await look(page(), 'setup--nothing-done');

    await page().goto(started().signInLink);
    await page().getByLabel('Name', { exact: true }).fill('Somebody Else');
    await page().getByLabel('E-mail').fill('else@example.com');
    await page().getByRole('textbox', { name: 'Password, 12 or more characters' }).fill('another long password');
    await button('Create and sign in').click();
    await page().getByText('This link has been used.').waitFor();
    await picture(page(), 'sign-in--used-link');
  });

  test('credentials that Salesforce refuses are a sentence, and the right ones pass five lines', async () => {
    await go('/setup/connect');
    await page().getByText('Sync Fields opens when the test has passed.').waitFor();
    await page()
      .getByRole('radio', { name: /User name, password/ })
      .check({ force: true });
    await page().getByText('Salesforce ends this way of signing in in 2027.').waitFor();
    await look(page(), 'setup-connect--classic');
    await page()
      .getByRole('radio', { name: /client credentials/ })
      .check({ force: true });

    const { org } = started();
    await page().getByLabel('My Domain').fill(org.instanceUrl);
    await page().getByLabel('Consumer key').fill(org.clientId);
    await page().getByRole('textbox', { name: 'Consumer secret' }).fill('not the secret');
    await button('Test').click();
    await page().getByText('Salesforce refused the credentials.').waitFor();
    await look(page(), 'setup-connect--refused');

    await page().getByRole('textbox', { name: 'Consumer secret' }).fill(org.clientSecret);
    await button('Test').click();
    await page().getByText('The credentials work.').waitFor();
    assert.equal(await page().locator('.test-lines .badge.ok').count(), 5);
    await picture(page(), 'setup-connect--passed');
  });

  test('[SEC2] the stored secret does not come back to the browser', async () => {
    await go('/setup/connect');
    await page()
      .getByText(/^Saved .*Type to replace\.$/)
      .waitFor();
    assert.equal(await page().getByRole('textbox', { name: 'Consumer secret' }).inputValue(), '');
    const answers = await page().evaluate(async () => {
      const texts = ['/api/setup/connection', '/api/practice', '/api/setup', '/api/me'].map(async (path) =>
        (await fetch(path)).text(),
      );
      return (await Promise.all(texts)).join('\n');
    });
    assert.ok(!answers.includes(started().org.clientSecret));
  });

  test('[SET7] Sync Fields shows the list first, a field can be dropped, and confirming is a second act', async () => {
    await page().getByRole('link', { name: 'Sync Fields' }).last().click();
    await heading('Fields about to be created').waitFor();
    await button('Confirm Credentials').waitFor();
    await look(page(), 'setup-sync-fields--list');
    assert.ok(await page().getByRole('checkbox', { name: 'Keep Last Name of Lead' }).isDisabled());
    await page().getByRole('checkbox', { name: 'Keep Website of Lead' }).uncheck();
    await page()
      .getByText(/ kept, 1 dropped$/)
      .waitFor();

    // Leaving loses nothing: the choice is stored a moment after it was made.
    await until('the choice is stored', async () => {
      const kept = await page().evaluate(async () => {
        const { fields } = (await (await fetch('/api/setup/sync-fields')).json()) as {
          fields: { object: string; apiName: string; kept: boolean }[];
        };
        return fields.find((field) => field.object === 'Lead' && field.apiName === 'Website')?.kept;
      });
      return kept === false ? true : null;
    });
    await go('/');
    await heading('Connect Salesforce').waitFor();
    await page().getByRole('link', { name: 'Continue' }).click();
    await page()
      .getByText(/ kept, 1 dropped$/)
      .waitFor();
    const columns = `select column_name from information_schema.columns where table_schema = 'marketing' and table_name = 'person'`;
    const before = await sql<{ column_name: string }>(columns);
    assert.ok(!before.some((column) => column.column_name === 'email'), 'no column exists before the second act');

    await button('Confirm Credentials').click();
    await page().getByRole('alertdialog', { name: 'Read before you confirm' }).waitFor();
    await look(page(), 'setup-sync-fields--warning');
    await page().getByRole('alertdialog').getByRole('button', { name: 'Confirm Credentials' }).click();
    await page()
      .getByText(/columns created in/)
      .waitFor();
    const names = (await sql<{ column_name: string }>(columns)).map((column) => column.column_name);
    assert.ok(names.includes('email') && !names.includes('website'));
  });

  test('the map is shown, the start is counted, and Start Sync loads until Last sync', async () => {
    await page().getByRole('link', { name: 'Continue to the mappings' }).click();
    await heading('Mappings').waitFor();
    await page()
      .getByRole('rowheader', { name: /^Last Name/ })
      .waitFor();
    await look(page(), 'mappings--setup');
    await page().getByRole('link', { name: 'Continue', exact: true }).click();
    await button('Start Salesforce Sync').waitFor();
    await look(page(), 'setup-start--counted');
    assert.equal((await sql('select id from marketing.person limit 1')).length, 0);

    await button('Start Salesforce Sync').click();
    const dialog = page().getByRole('alertdialog');
    await dialog.getByText('Syncline does not merge duplicates').waitFor();
    await picture(page(), 'setup-start--dialog');
    await dialog.getByRole('button', { name: 'Start Sync' }).click();
    await heading('Initial sync').waitFor();
    await page()
      .getByText(/^[\d,]+ records in /)
      .waitFor({ timeout: 120_000 });
    await state('Last sync').waitFor();
    await look(page(), 'initial-sync--done');
    const [counted] = await sql<{ people: string }>('select count(*) as people from marketing.person');
    assert.ok(Number(counted?.people) > 1_000);
  });

  test('home, activity, errors, conflicts, fields, settings and the practice org are there', async () => {
    await go('/');
    await page().getByRole('rowheader', { name: 'Lead' }).waitFor();
    await look(page(), 'home--well');
    for (const [path, title] of [
      ['/activity', 'Sync activity'],
      ['/errors', 'Errors'],
      ['/conflicts', 'Conflicts'],
      ['/fields', 'Fields'],
      ['/settings/sync', 'Settings'],
      ['/settings/connection', 'Settings'],
      ['/practice', 'Practice org'],
      ['/setup', 'Connect Salesforce'],
    ] as const) {
      await go(path);
      await heading(title).waitFor();
      await atRest(page());
      await look(page(), path.slice(1).replace('/', '-'));
      await checkNoSidewaysScroll(page(), path);
    }
  });

  test('a person is found, and an edit made here is in Salesforce within seconds', async () => {
    const [someone] = await sql<{ id: string; email: string; salesforce_id: string }>(
      `select id, email, salesforce_id from marketing.person where salesforce_type = 'Lead' and email is not null order by id limit 1`,
    );
    assert.ok(someone);
    await go('/people');
    await page().getByRole('row').nth(3).waitFor();
    await look(page(), 'people--list');
    await page().getByRole('main').getByRole('searchbox').fill(someone.email);
    await page().waitForURL(/q=/);
    assert.match((await page().locator('.views [aria-current=page]').textContent()) ?? '', /^All/);
    await page().locator(`:is(a[href="/people/${someone.id}"], a[href^="/people/${someone.id}?"])`).click();
    await page()
      .getByRole('rowheader', { name: /^Last Name/ })
      .waitFor();
    await look(page(), 'person--lead');

    await button('Edit Title').click();
    await page().getByLabel('New value').fill('Head of the corridor');
    await picture(page(), 'person--edit');
    await button(/^Save$/).click();
    await until('the title is in Salesforce', async () =>
      (await recordOf(someone.salesforce_id))['Title'] === 'Head of the corridor' ? true : null,
    );
    await page().getByRole('link', { name: 'Timeline' }).click();
    await page().getByRole('listitem').filter({ hasText: 'Sent to Salesforce' }).first().waitFor();
    await look(page(), 'person--timeline');
    await page().getByRole('link', { name: 'Ids and SQL' }).click();
    await page().getByRole('heading', { name: 'Identity' }).waitFor();
    assert.deepEqual(await page().locator('.views [aria-current=page]').allTextContents(), ['Ids and SQL']);
    await look(page(), 'person--ids');
  });

  test('the page says why somebody is not in Salesforce, and Sync person makes the lead', async () => {
    const [made] = await sql<{ id: string }>(
      `insert into marketing.person (last_name, first_name, company, email)
       values ('Östlund', 'Nora', 'Corridor AB', 'nora.ostlund@example.com') returning id`,
    );
    assert.ok(made);
    await go('/people?view=not_in_salesforce');
    await page()
      .getByRole('link', { name: /Östlund/ })
      .click();
    await page().getByText('Why is this person not in Salesforce?').waitFor();
    await look(page(), 'person--why-not');
    await button(/^Sync person$/).click();
    await page().getByText('The lead is in Salesforce.').waitFor();
    await picture(page(), 'person--synced');
    const [linked] = await sql<{ salesforce_id: string }>('select salesforce_id from marketing.person where id = $1', [
      made.id,
    ]);
    assert.ok(linked);
    assert.equal((await recordOf(linked.salesforce_id))['LastName'], 'Östlund');
  });

  test('[SET11] while the sync is disabled an edit waits, and enabling sends it', async () => {
    await go('/settings/sync');
    await button(/^Disable Sync$/).click();
    await page().getByRole('alertdialog').getByText('Nothing is lost for 15 days').waitFor();
    await picture(page(), 'settings-sync--dialog');
    await page().getByRole('alertdialog').getByRole('button', { name: 'Disable Sync' }).click();
    await button(/^Enable Sync$/).waitFor();
    await page().locator('.state-link .detail', { hasText: 'disabled' }).waitFor();

    const [someone] = await sql<{ id: string; salesforce_id: string }>(
      `update marketing.person set title = 'Waits' where id =
         (select max(id) from marketing.person where salesforce_type = 'Lead') returning id, salesforce_id`,
    );
    assert.ok(someone);
    await go('/');
    await page().getByText('The background sync is disabled since').waitFor();
    await page().getByText('1 change waits.').waitFor();
    await look(page(), 'home--disabled');
    await page()
      .getByRole('link', { name: /Waiting to send/ })
      .click();
    await page().locator(`:is(a[href="/people/${someone.id}"], a[href^="/people/${someone.id}?"])`).waitFor();
    assert.notEqual((await recordOf(someone.salesforce_id))['Title'], 'Waits');

    await go('/');
    await button(/^Enable Sync$/).click();
    await page().getByText('The background sync is disabled since').waitFor({ state: 'detached' });
    await until('the change is sent', async () =>
      (await recordOf(someone.salesforce_id))['Title'] === 'Waits' ? true : null,
    );
  });

  test('when Salesforce locks the sync user the state is Failed with a sentence, and a passed Test mends it', async () => {
    await switches({ userLocked: true, expireSessions: true });
    await go('/');
    await button(/^Sync now$/).click();
    await state('Failed').waitFor();
    await page().getByText('Failed since').waitFor();
    await page().getByText('Unlock or activate it in Salesforce').first().waitFor();
    await look(page(), 'home--failed');

    await switches({ userLocked: false });
    await page().getByRole('main').getByRole('link', { name: 'Connect Salesforce' }).first().click();
    await button('Test').click();
    await page().getByText('The credentials work.').waitFor();
    await state('Last sync').waitFor();
  });

  test('Spanish: the same screens say the same', async () => {
    await go('/');
    await button(/Español/).click();
    for (const [path, title, name] of [
      ['/', 'Inicio', 'home'],
      ['/people', 'Personas', 'people'],
      ['/activity', 'Actividad de sincronización', 'activity'],
      ['/errors', 'Errores', 'errors'],
      ['/fields', 'Campos', 'fields'],
      ['/settings/sync', 'Ajustes', 'settings'],
      ['/setup', 'Conectar Salesforce', 'setup'],
      ['/setup/connect', '¿Cómo iniciará sesión Syncline?', 'setup-connect'],
    ] as const) {
      await go(path);
      await heading(title).waitFor();
      await state('Última sincronización').waitFor();
      await atRest(page());
      await picture(page(), `${name}--es`);
      await checkNoSidewaysScroll(page(), path);
    }
    assert.equal(await page().locator('html').getAttribute('lang'), 'es');
  });

  test('on a phone one reads home and people without scrolling sideways', async () => {
    await page().setViewportSize(PHONE);
    for (const [path, title, name] of [
      ['/', 'Inicio', 'home'],
      ['/people', 'Personas', 'people'],
      ['/errors', 'Errores', 'errors'],
      ['/settings/sync', 'Ajustes', 'settings'],
    ] as const) {
      await go(path);
      await heading(title).waitFor();
      await atRest(page());
      await checkNoSidewaysScroll(page(), path);
      await look(page(), `${name}--es--390`);
    }
    await button('Menú').click();
    await page().getByRole('link', { name: 'Personas' }).waitFor();
    await look(page(), 'shell--menu--es--390');
  });

  test('signing out leads to the sign-in, which says the same for a wrong name and a wrong password', async () => {
    await button(/^Cerrar sesión$/).click();
    await heading('Iniciar sesión').waitFor();
    await page().setViewportSize(DESK);
    await button(/English/).click();
    await look(page(), 'sign-in');
    await page().getByLabel('E-mail').fill('nobody@example.com');
    await page().getByRole('textbox', { name: 'Password' }).fill('wrong');
    await button(/^Sign in$/).click();
    await page().getByText('The e-mail or the password is not right.').waitFor();
    await picture(page(), 'sign-in--wrong');
    await page().getByLabel('E-mail').fill(ADMIN.email);
    await page().getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
    await button(/^Sign in$/).click();
    await page().locator('.state-link').waitFor();
  });

  test('no screen broke its policy or threw on the way', () => {
    assert.deepEqual(complaints(), []);
  });
});
