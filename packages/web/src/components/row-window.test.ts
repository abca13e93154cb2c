import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROW_PX, rowsInView } from './row-window.ts';

test('of a long table the rows in view are in the page, and what is left out keeps its height', () => {
  for (const top of [300, 0, -1_000, -20_000, -36_000, -90_000]) {
    const view = rowsInView(1_000, top, 800);
    assert.equal(view.above + (view.to - view.from) * ROW_PX + view.below, 1_000 * ROW_PX, `at ${top}`);
    assert.ok(view.to - view.from <= 80, `at ${top}: ${view.to - view.from} rows`);
    const firstSeen = Math.floor(-top / ROW_PX);
    if (firstSeen >= 0 && firstSeen < 1_000) assert.ok(view.from <= firstSeen && view.to > firstSeen, `at ${top}`);
  }
});
