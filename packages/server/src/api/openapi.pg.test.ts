import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ACCESS } from './access.ts';
import { type Instance, startInstance } from './testing/instance.ts';

interface Operation {
  readonly summary: string;
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

let instance: Instance;
let document: Document;
before(async () => {
  instance = await startInstance();
  const answer = await instance.app.inject({ url: '/api/openapi.json' });
  assert.equal(answer.statusCode, 200, answer.body);
  document = answer.json();
});
after(() => instance?.close());

test('the description of the API is public, and names each address with what it is for', () => {
  assert.equal(document.openapi, '3.1.0');
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { summary }]) => [
      `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      summary,
    ]),
  );
  const listed = Object.entries(ACCESS)
    .filter(([address]) => address !== 'GET /metrics' && address !== 'GET /api/openapi.json')
    .map(([address, [, says]]) => [address, says]);
  const lines = (pairs: readonly (readonly string[])[]): Set<string> => new Set(pairs.map((pair) => pair.join(': ')));
  assert.deepEqual(lines(described), lines(listed), 'the table of access.ts and the routes are the same');
});

test('every reference of it leads to a shape, and every operation says how it fails', () => {
  const text = JSON.stringify(document);
  const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? '');
  assert.ok(names.length > 50, String(names.length));
  for (const name of new Set(names)) assert.ok(document.components.schemas[name], name);
  for (const operations of Object.values(document.paths))
    for (const { responses } of Object.values(operations)) assert.ok(responses['default']);
  assert.match(JSON.stringify(document.components.schemas['Person']), /"links"/);
});
