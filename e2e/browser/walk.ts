/**
 * What every walk begins with: the product, a browser and the database, and the words to move about in them. A test file is a process of its own,
 * so there is one walk in each, and these are functions of it.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import pg from 'pg';
import type { Browser, Locator, Page, Route } from 'playwright-core';
import { call } from './drive.ts';
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
} from './screen.ts';

interface Parts {
  readonly product: Product;
  readonly browser: Browser;
  readonly screen: Screen;
  readonly engineer: pg.Pool;
  readonly owner: pg.Pool;
}

let parts: Parts | undefined;
const have = (): Parts => {
  assert.ok(parts, 'the walk has begun');
  return parts;
};

export const started = (): Product => have().product;
export const page = (): Page => have().screen.page;
export const complaints = (): readonly string[] => have().screen.complaints();

/** As the engineer's role. */
export const sql = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> =>
  (await have().engineer.query<Row>(text, values)).rows;
/** As the database's own superuser: for states that only time or Salesforce would bring about, and what only the sync may read. */
export const seed = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> =>
  (await have().owner.query<Row>(text, values)).rows;

/** A request as the app's own page sends it. */
export const ask = <Answer>(method: Parameters<typeof call>[1], path: string, body?: unknown): Promise<Answer> =>
  call<Answer>(page(), method, path, body);

/** What only the practice org has: its switches, its faults and its schema. */
export const practice = async (method: 'PUT' | 'POST', path: string, body: object): Promise<void> => {
  const answer = await fetch(`${started().org.instanceUrl}/practice/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.text()}`);
};
export const switches = (changes: Readonly<Record<string, unknown>>): Promise<void> =>
  practice('PUT', 'switches', changes);

export const go = async (path: string): Promise<void> => {
  await page().goto(`${started().url}${path}`);
};
export const heading = (name: string | RegExp): Locator => page().getByRole('heading', { level: 1, name });
export const button = (name: string | RegExp): Locator => page().getByRole('button', { name });
export const link = (name: string | RegExp): Locator => page().getByRole('link', { name });

/** What stands where the next key goes, within a dialog or a part of another role (the part itself counts). */
export const focusedIn = (role: 'dialog' | 'alertdialog'): Locator =>
  page().locator(`[role=${role}]:focus, [role=${role}] :focus`);

export const state = (name: string): Locator => page().locator('.state-link .word', { hasText: name });

const speak = async (language: 'en' | 'es'): Promise<void> => {
  await button(language === 'es' ? /Español/ : /English/)
    .first()
    .click();
  await page().locator(`html[lang=${language}]`).waitFor();
};

/**
 * A screen and its other faces: E Spanish, D dark, A dark and checked, P a phone. axe takes its time, so what only repeats the parts of another
 * screen is Q, a quick look without it.
 */
export const faces = async (name: string, marks: string): Promise<void> => {
  await atRest(page());
  await (marks.includes('Q') ? picture(page(), name) : look(page(), name));
  await checkNoSidewaysScroll(page(), name);
  if (marks.includes('E')) {
    await speak('es');
    await picture(page(), `${name}--es`);
    await checkNoSidewaysScroll(page(), `${name}--es`);
    await speak('en');
  }
  if (marks.includes('D') || marks.includes('A')) {
    await page().emulateMedia({ colorScheme: 'dark' });
    // Contrast on the dark grounds: asked where most colours meet.
    await (marks.includes('A') ? look(page(), `${name}--dark`) : picture(page(), `${name}--dark`));
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

/**
 * What the practice org cannot have, or has for a moment only: answers of the server to these addresses meet `act` on their way, as long as `during`
 * lasts.
 */
export const onTheWay = async (
  addresses: RegExp,
  act: (route: Route, isOver: Promise<void>) => Promise<void>,
  during: () => Promise<void>,
): Promise<void> => {
  const over = Promise.withResolvers<void>();
  await page().route(addresses, (route) => act(route, over.promise));
  await during();
  over.resolve();
  // What is on its way still arrives: nothing of it meets the next step.
  await page().unrouteAll({ behavior: 'wait' });
};
export const altered =
  <Body>(change: (body: Body) => object) =>
  async (route: Route): Promise<void> => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: change((await answer.json()) as Body) });
  };
/** A list's answer without its rows. */
export const nothingOf = (body: object): object => ({
  ...body,
  rows: [],
  nextCursor: null,
  previousCursor: null,
  total: 0,
  totalIsExact: true,
  totalIsFloor: false,
  quietCycles: 0,
});
/** Asked, and not answered yet. */
export const unanswered = async (route: Route, isOver: Promise<void>): Promise<void> => {
  await isOver;
  await route.abort();
};
export const silent = (route: Route): Promise<void> => route.abort();

const begin = async (): Promise<Parts> => {
  const product = await startProduct();
  const url = new URL(product.databaseUrl);
  url.username = 'postgres';
  url.password = '';
  const browser = await openBrowser();
  return {
    product,
    browser,
    screen: await openScreen(browser, DESK),
    engineer: new pg.Pool({ connectionString: product.databaseUrl, max: 2 }),
    owner: new pg.Pool({ connectionString: url.href, max: 1 }),
  };
};

/**
 * To be called in the walk's `describe`: begins it before its steps, ends it after them, and leaves a picture of the first step that failed.
 * Where `stepsDepend`, the steps after that one do not run: they would only wait for what cannot come.
 */
export const walk = (
  name: string,
  { stepsDepend, prepare }: { readonly stepsDepend: boolean; readonly prepare?: () => Promise<void> },
): void => {
  let broken: string | null = null;
  before(async () => {
    parts = await begin();
    await prepare?.();
  });
  after(async () => {
    await parts?.browser.close();
    await parts?.engineer.end();
    await parts?.owner.end();
    await parts?.product.stop();
  });
  beforeEach(() => {
    if (stepsDepend && broken !== null) throw new Error(`The walk ended at: ${broken}`);
  });
  afterEach(async (context) => {
    if (!('passed' in context) || context.passed || (stepsDepend && broken !== null)) return;
    broken = context.name;
    await picture(page(), `${name}--failed`);
    console.error(`${context.name}: ${page().url()}`, complaints());
  });
};
