/** The map in a browser: joined by keyboard before the start; after it edited in a draft, tried, refused because data moved, and applied. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Route } from 'playwright-core';
import { driveToMapped } from './drive.ts';
import { checkNoSidewaysScroll, DESK, look, PHONE, picture, until } from './screen.ts';
import { ask, button, complaints, faces, go, onTheWay, page, practice, seed, sql, started, walk } from './walk.ts';

/** The sync goes on meanwhile: what it reads or sends between a dry run and the press moves the data once more. */
const applyOnStillData = async (): Promise<void> => {
  const moved = page().getByText('The data moved since');
  const applied = page().getByText('Applied.');
  for (let tries = 1; tries <= 5; tries += 1) {
    await button('Run it again').first().click();
    await moved.waitFor({ state: 'detached' });
    await page().getByLabel('Also backfill existing values').check();
    await button(/^Apply/).click();
    await applied.or(moved).first().waitFor();
    if (await applied.isVisible()) return;
  }
  assert.fail('the data moved after each of five dry runs');
};

const columnsOf = async (names: readonly string[]): Promise<readonly (string | null)[]> => {
  const rows = await sql<{ column_name: string | null }>(
    'select column_name from sync.field where name = any ($1) order by object, name',
    [names],
  );
  return rows.map((row) => row.column_name);
};

/** Edits one person of the object each, by SQL; their ids. */
const edited = async (object: 'Lead' | 'Contact', assignments: readonly string[]): Promise<readonly number[]> => {
  const rows = await sql<{ id: string }>(
    'select id from marketing.person where salesforce_type = $1 and not is_deleted order by id desc limit $2',
    [object, assignments.length],
  );
  const ids = rows.map(({ id }) => Number(id));
  for (const [at, id] of ids.entries()) await sql(`update marketing.person set ${assignments[at]} where id = $1`, [id]);
  return ids;
};
const byNumber = (one: number | undefined, other: number | undefined): number => (one ?? 0) - (other ?? 0);
const waiting = async (): Promise<readonly number[]> =>
  (await seed<{ id: string }>('select person_id as id from sync.outbox order by person_id')).map(({ id }) =>
    Number(id),
  );
const isSettled = async (id: number | undefined): Promise<boolean> =>
  id !== undefined && !(await waiting()).includes(id);

describe('the map in a browser', { concurrency: false, timeout: 600_000 }, () => {
  walk('mappings', { stepsDepend: true, prepare: () => driveToMapped(page(), started()) });

  test('before the start two fields are joined by keyboard alone, and two kinds of value are not', async () => {
    await go('/setup/mappings?tab=unmapped');
    const grip = button('Drag Legacy Number');
    await grip.waitFor();
    await grip.focus();
    await page().keyboard.press('Enter');
    await page().locator('[data-drop-target]').waitFor();
    await look(page(), 'mappings--keyboard-join');
    await page().keyboard.press('Enter');
    await until('the pair is joined', async () => {
      const [contact, lead] = await columnsOf(['Legacy_Number__c', 'Loyalty_Points__c']);
      return contact === 'legacy_number' && lead === 'legacy_number' ? true : null;
    });

    await page().getByRole('row', { name: /Blog/ }).click();
    await page()
      .getByRole('row', { name: /Renewal/ })
      .click();
    await button('Join').click();
    await page().getByText('Text cannot join Date.').waitFor();
    await look(page(), 'mappings--refused');
  });

  test('after the start edits gather in a draft and hold nowhere', async () => {
    await ask('POST', '/setup/start', { takesOver: true });
    await until('the initial sync is over', async () => {
      const { stage } = await ask<{ stage: string }>('GET', '/status');
      return stage === 'running' ? true : null;
    });
    await go('/fields');
    await page().getByLabel('Search fields').fill('nickname');
    await page().getByLabel('If both changed Nickname').selectOption('hold');
    await page().getByText('Draft: 2 changes, not applied').waitFor();
    await page().getByLabel('Direction of Nickname').selectOption('from_salesforce');
    await page().getByText('Show the changes').click();
    await page().getByText('Lead Nickname__c: From Salesforce, Ask me').waitFor();
    await page().getByText('Show the changes').click();
    await page().getByLabel('Search fields').fill('region');
    await button('Break Region').click();
    await page().getByText('Region becomes two fields').waitFor();
    await page().getByRole('alertdialog').getByRole('button', { name: 'Break' }).click();
    await page().getByText('Draft: 3 changes, not applied').waitFor();
    await look(page(), 'mappings--draft');
    assert.deepEqual(await columnsOf(['Region__c']), ['region', 'region']);
  });

  test('the list reads well in Spanish, in the dark and on a phone', async () => {
    await go('/fields');
    await page().getByText('Draft: 3 changes, not applied').waitFor();
    await picture(page(), 'mappings--list');
    await page().emulateMedia({ colorScheme: 'dark' });
    await picture(page(), 'mappings--list--dark');
    await page().emulateMedia({ colorScheme: 'light' });
    await ask('PATCH', '/me', { language: 'es' });
    await page().reload();
    await page().getByText('Borrador: 3 cambios, sin aplicar').waitFor();
    await picture(page(), 'mappings--list--es');
    await ask('PATCH', '/me', { language: 'en' });
    await page().setViewportSize(PHONE);
    await page().reload();
    await page().getByText('Draft: 3 changes, not applied').waitFor();
    await checkNoSidewaysScroll(page(), 'mappings');
    await picture(page(), 'mappings--list--phone');
    await page().setViewportSize(DESK);
  });

  test('the dry run says what would change; data that moved since refuses the apply; run again it is applied', async () => {
    const running = async (route: Route): Promise<void> => {
      await picture(page(), 'dry-run--running');
      await route.continue();
    };
    await onTheWay(/\/dry-run$/, running, async () => {
      await button('Try it: dry run').click();
      await page().getByRole('heading', { level: 1, name: 'Dry run of 3 changes' }).waitFor();
    });
    await page().getByText('Nothing has been changed.').waitFor();
    await faces('dry-run--done', 'E');
    assert.deepEqual(await columnsOf(['Region__c']), ['region', 'region']);

    // An edit here, of a field that would not be sent any more.
    await sql(
      `update marketing.person set nickname = 'moved' where id = (select min(id) from marketing.person where salesforce_type = 'Lead')`,
    );
    await button('Apply').last().click();
    await page()
      .getByText(/The data moved since the dry run: \d+ records? differ/)
      .waitFor();
    await look(page(), 'dry-run--data-moved');
    await applyOnStillData();
    await page().getByText('Existing values are filled in').waitFor();
    await look(page(), 'dry-run--applied');
    assert.deepEqual(await columnsOf(['Region__c']), ['region_2', 'region']);
    await go('/fields');
    await page().getByText('mapped', { exact: false }).first().waitFor();
    assert.equal(await page().getByText('not applied').count(), 0);
  });

  test('what changes in Salesforce meanwhile is named with who can mend it, and keeps nobody else back', async () => {
    await practice('PUT', 'switches', { hiddenFields: ['Lead.Blog__c'], takenRights: ['Contact.edit'] });
    await practice('POST', 'schema', { retype: { field: 'Lead.Fit__c', type: 'Text', length: 40 } });
    await practice('POST', 'schema', { remove: 'Lead.Summary__c' });
    await practice('POST', 'schema', { removeValue: { field: 'Lead.Region__c', value: 'Iberia' } });
    const rule = { object: 'Lead', name: 'NoLima', formula: `City = 'Lima'`, message: 'No leads in Lima, please.' };
    await practice('POST', 'schema', { rule });

    const [hidden, deleted, value, ruled, free] = await edited('Lead', [
      `blog = 'https://example.com/new'`,
      `summary = 'A new summary'`,
      `region = 'Iberia'`,
      `city = 'Lima'`,
      `phone = '+51 1 555 0101'`,
    ]);
    const [contact] = await edited('Contact', [`phone = '+51 1 555 0102'`]);
    await until('five people wait, each for a cause of its own', async () => {
      const { records } = await ask<{ records: number }>('GET', '/errors/causes');
      return records >= 5 ? true : null;
    });
    assert.deepEqual(await waiting(), [hidden, deleted, value, ruled, contact].sort(byNumber));
    await until('whoever has no part in it goes on', async () => ((await isSettled(free)) ? true : null));

    // Nobody asks: an answer that refuses a person has the schema looked at.
    await go('/fields?tab=changed');
    const row = (name: RegExp) => page().getByRole('row', { name });
    await row(/Blog__c.*Hidden from the sync user.*your Salesforce admin/).waitFor();
    await row(/Summary__c.*Deleted.*your Salesforce admin/).waitFor();
    await row(/Fit__c.*Was percent, is string.*your Salesforce admin/).waitFor();
    await row(/Region__c.*Not offered any more: Iberia.*your Salesforce admin.*would be refused/).waitFor();
    await row(/Contact.*The sync user may not edit it any more.*your Salesforce admin/).waitFor();
    await look(page(), 'mappings--changed');
    await ask('PATCH', '/me', { language: 'es' });
    await page().reload();
    await page().getByText('Ya no se ofrecen: Iberia').waitFor();
    await picture(page(), 'mappings--changed--es');
    await ask('PATCH', '/me', { language: 'en' });

    await go('/errors');
    await page().getByText('No leads in Lima, please.').waitFor();
    await look(page(), 'errors--schema-changed');
  });

  test('undone in Salesforce, each goes on by itself', async () => {
    await practice('PUT', 'switches', { hiddenFields: [], takenRights: [] });
    await practice('POST', 'schema', { retype: { field: 'Lead.Fit__c', type: 'Percent', precision: 5, scale: 2 } });
    await practice('POST', 'schema', { restore: 'Lead.Summary__c' });
    await practice('POST', 'schema', { addValue: { field: 'Lead.Region__c', value: 'Iberia' } });
    await practice('POST', 'schema', { removeRule: 'Lead.NoLima' });
    await go('/fields?tab=changed');
    await button('Look again').click();
    await page().getByText('Salesforce has the fields that the map has.').waitFor();
    await picture(page(), 'mappings--changed-none');
    await go('/errors');
    await page().getByText('No errors.').waitFor();
    await look(page(), 'errors--healed');
    assert.deepEqual(await waiting(), []);
    assert.deepEqual(complaints(), []);
  });

  test('[MAP5] [MAP6] a new name, a new type, a note, edits that have nowhere to go and a field nobody uses are one act each', async () => {
    await practice('PUT', 'switches', { hiddenFields: ['Lead.Blog__c'] });
    await practice('POST', 'schema', { rename: { field: 'Lead.Fit__c', to: 'Fitness__c' } });
    await practice('POST', 'schema', { remove: 'Lead.Summary__c' });
    await practice('POST', 'schema', {
      retype: { field: 'Lead.Nickname__c', type: 'Text', length: 255, label: 'Short name' },
    });
    await practice('POST', 'schema', { retype: { field: 'Lead.Call_After__c', type: 'Text', length: 40 } });
    const [left] = await edited('Lead', [`summary = 'Nowhere to go'`]);
    await until('the edit of the deleted field waits', async () => {
      const { records } = await ask<{ records: number }>('GET', '/errors/causes');
      return records >= 1 ? true : null;
    });
    await go('/fields?tab=changed');
    await button('Look again').click();
    await button('Take the new name of Fit').waitFor();
    await button('Withdraw 1 change').waitFor();
    await faces('mappings--acts', 'EP');
    await button('Take the new name of Fit').click();
    await button('Take the new name of Fit').waitFor({ state: 'detached' });
    await button('Take note of Nickname').first().click();
    await page().getByText('Was called Nickname').waitFor({ state: 'detached' });
    await button('Withdraw 1 change').click();
    await page().getByRole('alertdialog').getByText('The journal of each person').waitFor();
    await picture(page(), 'mappings--withdraw');
    await page().getByRole('alertdialog').getByRole('button', { name: 'Withdraw 1 change' }).click();
    await button('Withdraw 1 change').first().waitFor({ state: 'detached' });
    await until('nothing waits for it any more', async () => ((await isSettled(left)) ? true : null));
    assert.deepEqual(await columnsOf(['Fitness__c']), ['fit']);

    await practice('PUT', 'switches', { hiddenFields: [] });
    await practice('POST', 'schema', { restore: 'Lead.Summary__c' });
    await button('Look again').click();
    await button('Take the new type of Call After').click();
    await page().getByText('in the draft').waitFor();
    await go('/fields');
    await page().getByLabel('Search fields').fill('blog');
    await page().getByLabel('Direction of Blog').selectOption('none');
    await button('Hide Blog').click();
    await page().getByText('Draft: 3 changes, not applied').waitFor();
    await picture(page(), 'mappings--hide');
    await button('Try it: dry run').click();
    await page().getByRole('heading', { level: 1, name: 'Dry run of 3 changes' }).waitFor();
    await page().getByText('Nothing has been changed.').waitFor();
    await picture(page(), 'dry-run--retype');
    await button(/^Apply/).click();
    await page().getByText('Applied.').waitFor();
    await go('/fields?tab=changed');
    await page().getByText('Salesforce has the fields that the map has.').waitFor();
    assert.deepEqual(complaints(), []);
  });

  test('a filter is made by keyboard, tried and applied; who leaves stays here, and the page of the person says why', async () => {
    await go('/fields?tab=filter');
    const press = async (name: string): Promise<void> => {
      await button(name).focus();
      await page().keyboard.press('Enter');
    };
    await button('Edit the filter of Lead').waitFor();
    await press('Edit the filter of Lead');
    await press('Add a condition');
    await page().getByLabel('Field', { exact: true }).selectOption('Email');
    await page().getByLabel('Asks').selectOption('not_empty');
    await press('Add a condition');
    const last = page().getByRole('group').last();
    await last.getByLabel('Field', { exact: true }).selectOption('LastName');
    await last.getByLabel('Asks').selectOption('contains');
    await last.getByLabel('Asks').focus();
    await page().keyboard.press('Tab');
    await page().keyboard.type('a');
    await press('Count in Salesforce');
    await page().getByText('Salesforce may have no index').first().waitFor();
    await look(page(), 'filters--edit');
    await press('Put into the draft');
    await page().getByText('Draft: 1 change, not applied').waitFor();
    await go('/settings/filters');
    await page().getByText('Email is not empty and LastName contains a').first().waitFor();
    await look(page(), 'settings--filters');
    await press('Try it: dry run');
    await page()
      .getByText(/\d+ people leave the sync; they stay on both sides\./)
      .waitFor();
    await look(page(), 'dry-run--filter');
    await press('Apply');
    await page().getByText('Applied.').waitFor();
    const left = await until('who does not match has left', async () => {
      const rows = await seed<{ person_id: string }>(
        `select person_id from sync.link where state = 'out_of_scope' and (select rescan_version is null from sync.cursor where object = 'Lead') limit 1`,
      );
      return rows[0] ? Number(rows[0].person_id) : null;
    });
    await go(`/people/${left}`);
    await page().getByText('The person does not pass the filter.').first().waitFor();
    await look(page(), 'person--out-of-filter');
    await ask('PATCH', '/me', { language: 'es' });
    await go('/settings/filters');
    await page().getByText('Email no está vacío y LastName contiene a').first().waitFor();
    await page().setViewportSize(PHONE);
    await checkNoSidewaysScroll(page(), 'filters');
    await look(page(), 'settings--filters--es');
    await page().setViewportSize(DESK);
    await ask('PATCH', '/me', { language: 'en' });
    assert.deepEqual(complaints(), []);
  });
});
