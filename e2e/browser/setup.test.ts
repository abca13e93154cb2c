/**
 * The whole setup by keyboard alone, and each state of its screens and of the settings as somebody meets it, against the product as `npm start` starts it. States come from
 * the practice org wherever it can have them; what it cannot (Professional Edition, a production org's box) is an answer changed on its way.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { InitialSync, InitialSyncRow } from '@syncline/contract/initial-sync';
import { problemShape } from '@syncline/contract/problems';
import type { SyncFields } from '@syncline/contract/setup';
import type { SetupField, SetupFields, SetupOutcomes } from '@syncline/contract/setup-org';
import type { Locator, Route } from 'playwright-core';
import { checkNoSidewaysScroll, look, picture } from './screen.ts';
import {
  altered,
  button,
  complaints,
  faces,
  go,
  heading,
  link,
  onTheWay,
  page,
  started,
  switches,
  walk,
} from './walk.ts';

const ADMIN = { name: 'Ana Ruiz', email: 'ana@example.com', password: 'correct horse battery' } as const;
/** No control of these screens lies further away than this. */
const TABS_MAX = 150;

// -- by keyboard ------------------------------------------------------------------------------------------------------

const isFocused = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => element.matches(':focus')).catch(() => false);

/** Presses Tab until the control has the focus; a control that Tab does not reach is none. */
const tabTo = async (target: Locator): Promise<void> => {
  await target.waitFor();
  for (let presses = 0; presses < TABS_MAX; presses += 1) {
    if (await isFocused(target)) return;
    await page().keyboard.press('Tab');
  }
  assert.fail(`Tab does not reach ${String(target)}`);
};
const press = async (target: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> => {
  await tabTo(target);
  await page().keyboard.press(key);
};
const type = async (target: Locator, text: string): Promise<void> => {
  await tabTo(target);
  await page().keyboard.press('ControlOrMeta+a');
  await page().keyboard.insertText(text);
};
/** A way of signing in, by the arrows. */
const choose = async (name: RegExp): Promise<void> => {
  const wanted = page().getByRole('radio', { name });
  await tabTo(page().locator('input[type=radio]:checked'));
  for (let presses = 0; presses < 4 && !(await wanted.isChecked()); presses += 1)
    await page().keyboard.press('ArrowDown');
  assert.ok(await wanted.isChecked());
};

describe('the setup and the settings in a browser', { concurrency: false, timeout: 600_000 }, () => {
  walk('setup', { stepsDepend: true });

  test('the first administrator signs in by keyboard, and the hub says what is left', async () => {
    await page().goto(started().signInLink);
    await type(page().getByLabel('Name', { exact: true }), ADMIN.name);
    await type(page().getByLabel('E-mail'), ADMIN.email);
    await type(page().getByRole('textbox', { name: /^Password/ }), ADMIN.password);
    await faces('sign-in--first', 'QE');
    await press(button('Create and sign in'));
    await heading('Connect Salesforce').waitFor();
    await faces('setup--nothing-done', 'EP');
  });

  test('step 1 is read without an admin, and says so while it asks', async () => {
    await page().route('**/api/setup/fields', async (route) => {
      await page().getByText('Checking 34 places in Salesforce').waitFor();
      await picture(page(), 'setup-fields--checking');
      await route.continue();
    });
    await press(link(/^Open: Salesforce fields/));
    await page()
      .getByRole('rowheader', { name: /Syncline Key/ })
      .waitFor();
    await page().unroute('**/api/setup/fields');
    await page().getByText('No Salesforce admin is signed in').waitFor();
    await look(page(), 'setup-fields--not-signed-in');
  });

  test('[SET3] an admin signs in for a moment and makes what is missing; what Salesforce refuses is said first', async () => {
    await press(button('Sign in as a Salesforce admin'));
    const dialog = page().getByRole('dialog');
    await press(dialog.getByRole('button', { name: 'Use the admin of the practice org' }));
    await page()
      .getByText(/^Signed in as .* until/)
      .waitFor();
    await button(/^Create \d+ fields?$/).waitFor();
    await faces('setup-fields--missing', 'EAP');

    const wrong = (fields: readonly SetupField[]): readonly SetupField[] =>
      fields.map((field, at) =>
        at === 1 ? { ...field, lead: { state: 'wrong_type', foundType: 'Text(255)' } } : field,
      );
    const retyped = altered<SetupFields>((body) => ({ ...body, fields: wrong(body.fields) }));
    await onTheWay(/\/api\/setup\/fields$/, retyped, async () => {
      await press(button('Check again'));
      await page()
        .getByText(/exists on Lead as Text/)
        .waitFor();
      await faces('setup-fields--wrong-type', 'Q');
    });
    await press(button('Check again'));
    await page()
      .getByText(/exists on Lead as Text/)
      .waitFor({ state: 'detached' });

    await press(button(/^Create \d+ fields?$/));
    const asks = page().getByRole('alertdialog');
    await asks.getByText('only the sync user edits them').waitFor();
    await picture(page(), 'setup-fields--dialog');
    const refused = altered<SetupOutcomes | SetupFields>((body) =>
      'outcomes' in body
        ? { outcomes: body.outcomes.map((each, at) => (at === 0 ? { ...each, ...LIMIT } : each)) }
        : body,
    );
    await onTheWay(/\/api\/setup\/fields$/, refused, async () => {
      await press(asks.getByRole('button', { name: /^Create/ }));
      await page()
        .getByText(/acts done\.$/)
        .waitFor();
    });
    await faces('setup-fields--partly-refused', 'Q');
    await page().reload();
    await page()
      .getByRole('rowheader', { name: /Syncline Key/ })
      .waitFor();
    await look(page(), 'setup-fields--done');
  });

  test('step 2 needs somebody to ask about, and says where to choose them', async () => {
    await press(link('Continue to step 2'));
    await page().getByText('No way of signing in to Salesforce has been chosen.').waitFor();
    await picture(page(), 'setup-user--nobody');
    await press(page().getByRole('main').getByRole('link', { name: 'Connect Salesforce' }).last());
    await heading('How will Syncline sign in?').waitFor();
  });

  test('four ways in, by keyboard: each says what it asks for', async () => {
    await tabTo(page().getByRole('radio', { name: /client credentials/ }));
    await faces('setup-connect--client-credentials', 'E');
    for (const [name, way, says] of [
      ['web', /web sign-in/, /^Callback URL$/],
      ['jwt', /JWT/, /^Private key$/],
      ['password', /User name, password/, /^Salesforce ends this way of signing in in 2027\./],
    ] as const) {
      await choose(way);
      await page().getByText(says).first().waitFor();
      await picture(page(), `setup-connect--${name}`);
      await checkNoSidewaysScroll(page(), name);
    }
    await choose(/client credentials/);
  });

  test('[SET10] what does not work says why: refused, and a box that does not fit', async () => {
    const { org } = started();
    await press(button('Test'));
    await link('Consumer key is needed.').waitFor();
    await type(page().getByLabel('My Domain'), org.instanceUrl);
    await type(page().getByLabel('Consumer key'), org.clientId);
    await type(page().getByRole('textbox', { name: 'Consumer secret' }), 'not the secret');
    await press(button('Test'));
    await page().getByText('Salesforce refused the credentials.').waitFor();
    await faces('setup-connect--refused', 'E');

    await type(page().getByRole('textbox', { name: 'Consumer secret' }), org.clientSecret);
    // A production org of Salesforce is not at hand: the answer of the third line is changed on its way.
    await page().route('**/api/setup/connection/test', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as { lines: { line: string; state: string; problem: unknown }[] };
      const lines = body.lines.map((line, at) =>
        at < 2 ? line : { ...line, state: at === 2 ? 'failed' : 'not_reached', problem: at === 2 ? MISMATCH : null },
      );
      await route.fulfill({ response: answer, json: { ...body, passed: false, lines } });
    });
    await press(button('Test'));
    await page().getByText('This is a sandbox.').waitFor();
    await look(page(), 'setup-connect--sandbox-mismatch');
    await page().unroute('**/api/setup/connection/test');
  });

  test('[SEC7] the sync user signs in in a window of Salesforce, and the test passes by what it left', async () => {
    const { org } = started();
    await choose(/web sign-in/);
    await type(page().getByRole('textbox', { name: /^Consumer secret/ }), org.clientSecret);
    await press(button('Sign in with Salesforce'));
    await type(page().getByLabel('Username'), org.username);
    await type(page().getByLabel('Password'), org.password);
    await page().keyboard.press('Enter');
    // The practice org has agreed to its app before, so no page asks for it again.
    await page().getByText('Signed in with Salesforce. Press Test.').waitFor();
    await look(page(), 'setup-connect--back');
    await switches({ latencyMs: 700 });
    await press(button('Test'));
    await page().locator('.test-lines .badge.run').first().waitFor();
    await picture(page(), 'setup-connect--testing');
    await switches({ latencyMs: 0 });
    await page().getByText('The credentials work.').waitFor();
    assert.equal(await page().locator('.test-lines .badge.ok').count(), 5);
    await look(page(), 'setup-connect--passed');
    await go('/setup/connect?from=mismatch');
    await page().getByText('This sign-in was not begun in this browser, or it is over.').waitFor();
    await picture(page(), 'setup-connect--mismatch');
  });

  test('[SET2] [SET3] the sync user: what is missing, what follows, who mends it; one press does', async () => {
    await switches({ hiddenFields: ['Lead.Status'] });
    await go('/setup');
    await page().getByText('To fix').first().waitFor();
    await look(page(), 'setup--one-to-fix');
    await press(link(/^Open: Sync user/));
    await page().getByText('The sync user cannot see Status. Without it Lead cannot sync.').waitFor();
    await faces('setup-user--to-fix', 'EP');

    await page().route('**/api/setup/sync-user', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as { checks: { check: string }[] };
      const checks = [...body.checks.filter(({ check }) => check !== 'activity_fields'), PROFESSIONAL];
      await route.fulfill({ response: answer, json: { ...body, edition: 'Professional Edition', checks } });
    });
    await press(button('Check again'));
    await page().getByText('Edition: Professional Edition').waitFor();
    await page().getByText('This edition has no field-level security').scrollIntoViewIfNeeded();
    await picture(page(), 'setup-user--professional');
    await page().unroute('**/api/setup/sync-user');

    // Nor has it an admin who may not read permissions.
    await press(button(/^Sign in as a(nother| Salesforce) admin$/));
    const dialog = page().getByRole('dialog');
    await press(dialog.getByRole('button', { name: 'Use the admin of the practice org' }));
    await dialog.waitFor({ state: 'detached' });
    await page().route('**/api/setup/sync-user', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as { checks: { check: string }[] };
      const checks = body.checks.map((check) =>
        check.check === 'dedicated' ? { ...check, state: 'cannot_tell' } : check,
      );
      await route.fulfill({ response: answer, json: { ...body, checks } });
    });
    await press(button('Check again'));
    await page().getByText('may not read permissions in Salesforce.').waitFor();
    await look(page(), 'setup-user--may-not-read');
    await page().unroute('**/api/setup/sync-user');
    await press(button('Check again'));
    await page().getByText('may not read permissions in Salesforce.').waitFor({ state: 'detached' });

    await switches({ refuse: [REFUSED_ASSIGNMENT] });
    await press(button('Create permission set and assign'));
    await page().getByText('1 refused.').waitFor();
    await look(page(), 'setup-user--partly-refused');
    await switches({ refuse: [], hiddenFields: [] });
    await press(button('Create permission set and assign'));
    await page()
      .getByText(/acts done\.$/)
      .waitFor();
    await page().getByText('1 refused.').waitFor({ state: 'detached' });
    await look(page(), 'setup-user--passed');
    await press(link('Continue to step 3'));
    await heading('How will Syncline sign in?').waitFor();
  });

  test('[SET7] by keyboard from the fields to a running sync', async () => {
    const unreadable = altered<SyncFields>((body) => ({
      ...body,
      objects: body.objects.map((each, at) =>
        at === 0 ? { ...each, problem: problemShape('object-unreadable', { object: each.object }) } : each,
      ),
    }));
    const onceReading = async (route: Route): Promise<void> => {
      await page().getByText('Reading the fields from Salesforce').waitFor();
      await picture(page(), 'setup-sync-fields--reading');
      await unreadable(route);
    };
    await onTheWay(/\/api\/setup\/sync-fields$/, onceReading, async () => {
      await press(link('Sync Fields').last());
      await page().getByText('Who can fix it').first().waitFor();
      await faces('setup-sync-fields--unreadable', '');
    });
    await page().reload();
    await heading('Fields about to be created').waitFor();
    await button('Confirm Credentials').waitFor();
    // Hundreds of fields, each with its box: a search brings the end near.
    await type(page().getByRole('main').getByRole('searchbox'), 'Syncline');
    await page().getByRole('checkbox', { name: 'Keep Last Name of Lead' }).waitFor({ state: 'detached' });
    await press(button('Confirm Credentials'));
    await press(page().getByRole('alertdialog').getByRole('button', { name: 'Confirm Credentials' }));
    await press(link('Continue to the mappings'));
    const counting = async (route: Route): Promise<void> => {
      await page().getByText('Counting in Salesforce').waitFor();
      await picture(page(), 'setup-start--estimating');
      await route.continue();
    };
    await onTheWay(/\/api\/setup\/start$/, counting, async () => {
      await press(page().getByRole('link', { name: 'Continue', exact: true }));
      await button('Start Salesforce Sync').waitFor();
    });
    await press(button('Start Salesforce Sync'));
    await press(page().getByRole('alertdialog').getByRole('button', { name: 'Start Sync' }));
    await heading('Initial sync').waitFor();
    await page()
      .getByText(/^[\d,]+ records in /)
      .waitFor({ timeout: 120_000 });
    // A practice org is read faster than anybody looks.
    await onTheWay(/\/api\/initial-sync$/, altered(halfWay), async () => {
      await go('/setup/initial-sync');
      await page().getByText('The others go on.').waitFor();
      await faces('initial-sync--object-failed', '');
    });
    await onTheWay(
      /\/api\/initial-sync$/,
      altered<InitialSync>((body) => withoutFailure(halfWay(body))),
      async () => {
        await go('/setup/initial-sync');
        await page().getByText('estimating').first().waitFor();
        await faces('initial-sync--running', 'QEDP');
      },
    );
    await go('/setup');
    await page().getByText('Everything is set up and the sync runs.').waitFor();
    await look(page(), 'setup--all-done');
  });

  test('[SET8] other credentials of the same org are looked at first, and what they would lose is named', async () => {
    const { org } = started();
    await switches({ hiddenFields: ['Lead.Phone'] });
    await go('/setup/connect');
    await choose(/client credentials/);
    await type(page().getByRole('textbox', { name: 'Consumer secret' }), org.clientSecret);
    await press(button('Test'));
    await page().getByText('This user sees less than Syncline keeps in step.').waitFor();
    await page().getByText('Lead: Phone').waitFor();
    await look(page(), 'setup-connect--loses');
    await switches({ hiddenFields: [] });
    await press(button('Test again'));
    await page().getByText('Saved, and in use now.').waitFor();
  });

  test('each page of the settings is there, in both languages', async () => {
    for (const [path, says] of [
      ['connection', 'Way of signing in'],
      ['sync', 'Ask Salesforce every'],
      ['defaults', 'Used only where empty, only the first time.'],
      ['budget', 'Used by us in 24 hours'],
      ['notifications', 'Address of the webhook'],
      ['users', 'API tokens'],
    ] as const) {
      await go(`/settings/${path}`);
      await page().getByText(says).first().waitFor();
      await faces(`settings-${path}`, 'E');
    }
  });

  test('a page is saved as a whole, what is wrong is named, and leaving with changes asks', async () => {
    await go('/settings/sync');
    await type(page().getByLabel('Ask Salesforce every'), '2');
    await press(button('Save'));
    await link('Ask Salesforce every: a number from 5 to 3,600.').waitFor();
    await look(page(), 'settings-sync--mistake');
    await type(page().getByLabel('Ask Salesforce every'), '45');
    await page().getByText('1 change, not saved').waitFor();
    await press(page().getByRole('navigation', { name: 'Pages of settings' }).getByRole('link', { name: 'Defaults' }));
    const asks = page().getByRole('alertdialog', { name: 'Discard 1 change?' });
    await asks.waitFor();
    await look(page(), 'settings--unsaved');
    await press(asks.getByRole('button', { name: 'Stay here' }));
    await press(button('Save'));
    await page().getByText('Saved.').waitFor();
    await page().reload();
    assert.equal(await page().getByLabel('Ask Salesforce every').inputValue(), '45');

    await press(button('Disable Sync'));
    await page().getByRole('alertdialog').getByText('Nothing is lost for 15 days').waitFor();
    await look(page(), 'settings-sync--disable');
    await page().keyboard.press('Escape');
  });

  test('[SEC2] a token is shown once, and is gone with the page', async () => {
    await go('/settings/users');
    await press(button('Make a token'));
    await type(page().getByRole('dialog').getByLabel('Name'), 'Nightly export');
    await press(page().getByRole('dialog').getByRole('button', { name: 'Make a token' }));
    await page().getByText('Shown once. Copy it now.').waitFor();
    const secret = (await page().locator('.secret-once code').textContent()) ?? '';
    assert.match(secret, /^syncline_/);
    await look(page(), 'settings-users--token');
    await page().reload();
    await page().getByText('Nightly export').waitFor();
    assert.equal((await page().content()).includes(secret), false);
  });

  test('[SEC8] a viewer reads the settings and may change nothing', async () => {
    await press(button('Add a person'));
    const dialog = page().getByRole('dialog');
    await type(dialog.getByLabel('Name'), 'Vera Leal');
    await type(dialog.getByLabel('E-mail'), 'vera@example.com');
    await type(dialog.getByRole('textbox', { name: /^Password/ }), 'a viewer reads alone');
    await press(dialog.getByRole('button', { name: 'Add a person' }));
    await page().getByText('vera@example.com').waitFor();
    await page().context().clearCookies();
    await go('/sign-in');
    await type(page().getByLabel('E-mail'), 'vera@example.com');
    await type(page().getByRole('textbox', { name: 'Password' }), 'a viewer reads alone');
    await page().keyboard.press('Enter');
    await page().locator('.state-link').waitFor();
    await go('/settings/sync');
    await page().getByText('Only an administrator may do this.').first().waitFor();
    assert.ok(await button('Save').isDisabled());
    await look(page(), 'settings-sync--viewer');
    await go('/settings/users');
    await page().getByText('Only an administrator sees users and tokens.').waitFor();
    await go('/setup/fields');
    await page()
      .getByRole('rowheader', { name: /Syncline Key/ })
      .waitFor();
    assert.ok(await button('Sign in as a Salesforce admin').isDisabled());
  });

  test('no screen broke its policy or threw on the way', () => {
    assert.deepEqual(complaints(), []);
  });
});

const MISMATCH = problemShape('sandbox-mismatch', {});
const PROFESSIONAL = {
  check: 'professional_layouts',
  object: null,
  missing: [],
  state: 'cannot_tell',
  effect: 'blocks_start',
  whoCanFix: 'salesforce-admin',
  isMendable: false,
  seen: null,
  there: null,
};
const REFUSED_ASSIGNMENT = {
  object: 'PermissionSetAssignment',
  statusCode: 'LICENSE_LIMIT_EXCEEDED',
  message: 'The user license does not allow this permission set.',
};
const LIMIT = { done: false, code: 'LIMIT_EXCEEDED', message: 'The object has no room for another custom field.' };

/** One object is done, one failed, one is read, and the others wait for their file. */
const halfWay = (sync: InitialSync): InitialSync => ({
  ...sync,
  startedAt: new Date(Date.now() - 26_000).toISOString(),
  endedAt: null,
  readRecords: 700_514,
  totalRecords: 1_321_718,
  remainingMs: { low: 24_000, high: 31_000 },
  objects: sync.objects.map(atPlace),
});
const atPlace = (row: InitialSyncRow, place: number): InitialSyncRow => {
  if (place === 0) return row;
  const open = { ...row, endedAt: null, remainingMs: null, recordsPerSecond: null };
  if (place === 1)
    return {
      ...open,
      phase: 'reading',
      readRecords: 612_400,
      totalRecords: 1_204_330,
      recordsPerSecond: 28_900,
      remainingMs: { low: 20_000, high: 24_000 },
    };
  if (place === 2)
    return { ...open, phase: 'failed', problem: problemShape('object-unreadable', { object: row.object }) };
  return { ...open, phase: 'preparing', readRecords: 0, totalRecords: null };
};
const withoutFailure = (sync: InitialSync): InitialSync => ({
  ...sync,
  objects: sync.objects.map((row) => (row.phase === 'failed' ? { ...row, phase: 'preparing', problem: null } : row)),
});
