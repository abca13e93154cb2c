/** A real browser, and what is asked of each screen: a picture, nothing serious from axe, no sideways scroll. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const PICTURES = fileURLToPath(new URL('../pictures/', import.meta.url));
/** Far above what anything takes on a machine that is busy: a bound that is near fails for nothing. */
const WAIT_MS = 60_000;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export const DESK = { width: 1280, height: 800 } as const;
export const PHONE = { width: 390, height: 844 } as const;

/** The browser that the global set-up unpacked (`tools/test/global-e2e.ts`). */
export const openBrowser = async (): Promise<Browser> => {
  const executablePath = process.env['CHROMIUM_PATH'];
  if (executablePath === undefined) throw new Error('Run with --test-global-setup=tools/test/global-e2e.ts.');
  mkdirSync(PICTURES, { recursive: true });
  return chromium.launch({ executablePath, args: JSON.parse(process.env['CHROMIUM_ARGS'] ?? '[]') as string[] });
};

/**
 * Run by each page before its own scripts: complains where what had the focus went away or was switched off, and the focus was left to the page. What
 * the reader left by a click elsewhere is still there. Half a second is more than a dialog or the app itself takes to give the focus back.
 */
const WATCH_FOCUS = `
  let last = null;
  let looks = 0;
  document.addEventListener('focusin', ({ target }) => { last = target; });
  setInterval(() => {
    const isLost = last !== null && document.activeElement === document.body && (!last.isConnected || last.matches(':disabled'));
    looks = isLost ? looks + 1 : 0;
    if (looks < 5) return;
    console.error('The focus was lost with ' + last.outerHTML.slice(0, 200));
    last = null;
  }, 100);
`;

export interface Screen {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser's console complained about since the last call. */
  complaints(): readonly string[];
}

export const openScreen = async (
  browser: Browser,
  viewport: { readonly width: number; readonly height: number },
): Promise<Screen> => {
  const context = await browser.newContext({ viewport, locale: 'en-US', reducedMotion: 'reduce' });
  context.setDefaultTimeout(WAIT_MS);
  await context.addInitScript({ content: `(() => {${WATCH_FOCUS}})();` });
  const page = await context.newPage();
  let said: string[] = [];
  page.on('pageerror', (error) => said.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    // A refusal of the server is an answer, and the browser notes each in its console.
    const isRefusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRefusal) said.push(`${page.url()}: ${message.text()}`);
  });
  return {
    page,
    context,
    complaints: () => {
      const all = said;
      said = [];
      return all;
    },
  };
};

/** Every answer that the screen waits for is there. */
export const atRest = async (page: Page): Promise<void> => {
  await until('the screen is at rest', async () => ((await page.locator('.skeleton').count()) === 0 ? true : null));
};

export const picture = async (page: Page, name: string): Promise<void> => {
  await page.evaluate('document.fonts.ready.then(() => null)');
  await page.screenshot({ path: `${PICTURES}${name}.png`, animations: 'disabled' });
};

/** The rows of a list are alike; axe takes a minute over hundreds of them. */
const ROWS_ALIKE = 'tbody tr:nth-child(n + 9)';

/** react-aria's announcer names the button that is at work by its id, and outlives it by seconds when the screen changes. */
const ANNOUNCER = '[data-live-announcer]';

/** Nothing that keeps somebody from using the screen. */
const checkAccess = async (page: Page, name: string): Promise<void> => {
  const { violations } = await new AxeBuilder({ page })
    .options({ resultTypes: ['violations'] })
    .withTags(RULES)
    .setLegacyMode() // No frames here: the other mode opens a blank page for each check.
    .exclude([ROWS_ALIKE])
    .exclude([ANNOUNCER])
    .analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const said = grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  assert.deepEqual(said, [], `axe on ${name}`);
};

export const checkNoSidewaysScroll = async (page: Page, name: string): Promise<void> => {
  const extra = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  assert.ok(extra <= 0, `${name} is ${extra} px wider than the window`);
};

/** A screen at rest: its picture and its check. */
export const look = async (page: Page, name: string): Promise<void> => {
  await atRest(page);
  await picture(page, name);
  await checkAccess(page, name);
};

const LOOK_AGAIN_MS = 100;

/** Asks until the answer is there, at most `waitMs`. */
export const until = async <T>(what: string, ask: () => Promise<T | null>, waitMs = WAIT_MS): Promise<T> => {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadline) throw new Error(`Not within ${waitMs} ms: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
};
