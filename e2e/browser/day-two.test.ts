/**
 * What is seen once the sync runs: what needs somebody, and home in its states, in a real browser against the product as `npm start` starts it. The
 * setup before it is driven by requests; the corridor's own test walks it by hand. `people.test.ts` beside it has the people.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ApiBudget } from '@syncline/contract/budget';
import type { ObjectRow, Status } from '@syncline/contract/status';
import { callOrg, driveToRunning } from './drive.ts';
import { look, picture, until } from './screen.ts';
import {
  altered,
  ask,
  button,
  complaints,
  faces,
  focusedIn,
  go,
  heading,
  nothingOf,
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
    await focusedIn('dialog').waitFor();
    await page().getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
    await button('Mark all as read').waitFor();
    await focusedIn('dialog').waitFor();
    await page().keyboard.press('Escape');
    await page().getByRole('dialog').waitFor({ state: 'detached' });

    await page().keyboard.press('Control+k');
    await focusedIn('dialog').waitFor();
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
    await page().getByRole('dialog').waitFor({ state: 'detached' });
    // The second key counts for a little more than a second, which a busy machine may take between two.
    await until('the two keys came together', async () => {
      await page().keyboard.press('g');
      await page().keyboard.press('e');
      return (await heading('Errors').isVisible()) ? true : null;
    });
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
    await page().getByLabel('Brake off, because').waitFor();
    // From its top: what a scrolled page leaves under the bar is no target there.
    await faces('settings--sync', 'E');
    await page().getByLabel('Look for the e-mail address before a lead is made').scrollIntoViewIfNeeded();
    await picture(page(), 'settings--sync-brake');
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
