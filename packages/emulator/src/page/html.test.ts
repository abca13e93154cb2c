import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html } from './html.ts';

test('values are escaped, HTML is not, lists are joined and undefined is nothing', () => {
  const bold = html`<b>${'<&">'}</b>`;
  assert.equal(
    html`${bold}${[html`<i></i>`, 'a\r']}${undefined}${1}`.text,
    '<b>&#60;&#38;&#34;&#62;</b><i></i>a&#13;1',
  );
});
