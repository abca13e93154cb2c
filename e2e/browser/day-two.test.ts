/**
 * What is seen once the sync runs: each screen in its states, in a real browser against the product as `npm start` starts it. The setup before it is
 * driven by requests; the corridor's own test walks it by hand.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { call, callOrg, driveToRunning } from './drive.ts';
import { type Product, startProduct } from './product.ts';
import {
  atRest,
  checkNoSidewaysScroll,
  DESK,
  look,
  openBrowser,
  openScreen,
  PHONE,
  picture,
  type Screen,
  until,
} from './screen.ts';

let product: Product | undefined;
let browser: Browser | undefined;
let database: pg.Pool | undefined;
/** As the database's own superuser: for states that only time or Salesforce would bring about. */
let owner: pg.Pool | undefined;
let screen: Screen | undefined;

const started = (): Product => {
  assert.ok(product, 'the product runs');
  return product;
};
const page = (): Page => {
  assert.ok(screen, 'the browser runs');
  return screen.page;
};
const sql = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> => {
  assert.ok(database, 'the database is open');
  return (await database.query<Row>(text, values)).rows;
};
const seed = async (text: string, values: unknown[] = []): Promise<void> => {
  assert.ok(owner, 'the database is open');
  await owner.query(text, values);
};
const go = async (path: string): Promise<void> => {
  await page().goto(`${started().url}${path}`);
};
const heading = (name: string | RegExp) => page().getByRole('heading', { level: 1, name });
const button = (name: string | RegExp) => page().getByRole('button', { name });

/**
 * A screen and its other faces: E Spanish, D dark, A dark and checked, P a phone. axe takes its time, so what only repeats the parts of another
 * screen is Q, a quick look without it.
 */
const faces = async (name: string, marks: string): Promise<void> => {
  if (marks.includes('Q')) {
    await atRest(page());
    await picture(page(), name);
  } else await look(page(), name);
  await checkNoSidewaysScroll(page(), name);
  if (marks.includes('E')) {
    await button(/Español/).click();
    await page().locator('html[lang=es]').waitFor();
    await picture(page(), `${name}--es`);
    await checkNoSidewaysScroll(page(), `${name}--es`);
    await button(/English/).click();
    await page().locator('html[lang=en]').waitFor();
  }
  if (marks.includes('D') || marks.includes('A')) {
    await page().emulateMedia({ colorScheme: 'dark' });
    // Contrast on the dark grounds: asked where most colours meet.
    if (marks.includes('A')) await look(page(), `${name}--dark`);
    await picture(page(), `${name}--dark`);
    await page().emulateMedia({ colorScheme: 'light' });
  }
  if (marks.includes('P')) {
    await page().setViewportSize(PHONE);
    await atRest(page());
    await picture(page(), `${name}--390`);
    await checkNoSidewaysScroll(page(), `${name}--390`);
    await page().setViewportSize(DESK);
  }
};

/** A fault of the practice org. */
const practice = async (switches: Readonly<Record<string, unknown>>): Promise<void> => {
  const answer = await fetch(`${started().org.instanceUrl}/practice/switches`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(switches),
  });
  assert.ok(answer.ok, `PUT /practice/switches: ${answer.status}`);
};

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
    (await call<{ records: number }>(page(), 'GET', '/errors/causes')).records >= 10 ? true : null,
  );
};

describe('day two in a browser', { concurrency: false, timeout: 600_000 }, () => {
  before(async () => {
    product = await startProduct();
    database = new pg.Pool({ connectionString: product.databaseUrl, max: 2 });
    const url = new URL(product.databaseUrl);
    url.username = 'postgres';
    url.password = '';
    owner = new pg.Pool({ connectionString: url.href, max: 1 });
    browser = await openBrowser();
    screen = await openScreen(browser, DESK);
    await driveToRunning(page(), product);
  });

  after(async () => {
    await browser?.close();
    await database?.end();
    await owner?.end();
    await product?.stop();
  });

  afterEach(async (context) => {
    if (!('passed' in context) || context.passed) return;
    await picture(page(), 'day-two--failed');
    console.error(`${context.name}: ${page().url()}`, screen?.complaints());
  });

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
    await practice({ duplicateRules: [{ object: 'Lead', fields: ['Email'], allowSave: true }] });
    const [twin] = await sql<{ id: string }>(
      `insert into marketing.person (last_name, company, email)
       select 'Once more', 'Twins SL', email from marketing.person
        where salesforce_type = 'Lead' and email is not null order by id offset 60 limit 1 returning id`,
    );
    assert.ok(twin);
    await sql('select marketing.sync_person($1)', [twin.id]);
    await until('the rule has blocked it', async () =>
      (await call<{ duplicateErrorId: number | null }>(page(), 'GET', `/people/${twin.id}`)).duplicateErrorId === null
        ? null
        : true,
    );
    await go(`/people/${twin.id}`);
    await page().getByText('saving duplicates is switched off', { exact: false }).waitFor();
    await faces('person--duplicate', 'Q');

    await call(page(), 'PUT', '/settings/defaults', { lastName: null, company: null, saveDuplicates: true });
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
    await practice({ duplicateRules: [] });
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

  test('people: views, duplicates, what is picked; nobody matches', async () => {
    await go('/people');
    await page().getByRole('row').nth(3).waitFor();
    await page()
      .getByRole('checkbox', { name: /^Select / })
      .nth(2)
      .check();
    await faces('people--list', 'EP');
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

  test('person: why is this value here, why is this person not in Salesforce', async () => {
    const [lead] = await sql<{ id: string }>(
      `select id from marketing.person where salesforce_type = 'Lead' order by id offset 40 limit 1`,
    );
    assert.ok(lead);
    await call(page(), 'PATCH', `/people/${lead.id}`, { fields: { title: 'Reader of reasons' } });
    await until('the title is sent', async () =>
      (
        await call<{ fields: readonly { field: string; state: string; ours: unknown; base: unknown }[] }>(
          page(),
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

    // A lead that was converted, and one that was merged into it.
    await seed(
      `insert into sync.link (sf_id, object, person_id, state, since, ended_at)
       values (sync.id18('00Q500000zzzzz1'), 'Lead', $1, 'converted', now() - interval '90 days', now() - interval '30 days'),
              (sync.id18('00Q500000zzzzz2'), 'Lead', $1, 'merged', now() - interval '80 days', now() - interval '20 days')`,
      [lead.id],
    );
    await go(`/people/${lead.id}`);
    await page().getByRole('list', { name: 'Identity' }).waitFor();
    await faces('person--converted', 'EDP');
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
    const { rows } = await call<{ rows: readonly { opportunityId: number; roles: number }[] }>(
      page(),
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
    await page().getByRole('row').filter({ hasText: 'Incomplete' }).getByRole('link').first().click();
    await page().getByRole('heading', { level: 2, name: 'What it could not do' }).waitFor();
    await faces('activity--run', '');
    await go('/activity?status=cleaned_up');
    await page().getByText('No run matches.').waitFor();
    await faces('activity--no-match', 'Q');
  });

  test('the bell tells what needs somebody; commands and shortcuts come by key', async () => {
    await button(/^Notifications, \d+ unread/).click();
    await page().getByRole('dialog', { name: 'Notifications' }).getByRole('listitem').first().waitFor();
    await look(page(), 'notifications--unread');
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

  test('a viewer reads, and each act says who may', async () => {
    const password = 'a long enough password';
    await call(page(), 'POST', '/users', {
      name: 'Vic',
      email: 'vic@example.com',
      role: 'viewer',
      language: 'en',
      password,
    });
    await call(page(), 'DELETE', '/sessions');
    await call(page(), 'POST', '/sessions', { email: 'vic@example.com', password });
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
    assert.deepEqual(screen?.complaints(), []);
  });
});
