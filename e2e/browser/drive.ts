/** What a person would click, done by requests of the signed-in browser: for tests whose subject comes after it. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Product } from './product.ts';
import { until } from './screen.ts';

const ADMIN = { name: 'Ana Ruiz', email: 'ana@example.com', password: 'correct horse battery' } as const;

const LOAD_MS = 120_000;

/** A request of the page itself, with its session. The answer's body; anything but success fails the test. */
export const call = async <Answer>(
  page: Page,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer> => {
  const answer = await page.evaluate(
    async ([how, where, what]) => {
      const response = await fetch(`/api${where}`, {
        method: how,
        ...(what === null ? {} : { headers: { 'content-type': 'application/json' }, body: what }),
      });
      return { status: response.status, text: await response.text() };
    },
    [method, path, body === undefined ? null : JSON.stringify(body)] as const,
  );
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
  return (answer.text === '' ? undefined : JSON.parse(answer.text)) as Answer;
};

/** The first administrator signs in, the practice org is connected, and its fields are columns. */
export const driveToMapped = async (page: Page, product: Product): Promise<void> => {
  await page.goto(product.url);
  const code = new URL(product.signInLink).searchParams.get('code');
  await call(page, 'POST', '/users/first', { code, ...ADMIN, language: 'en' });
  await call(page, 'POST', '/practice/use', { method: 'client_credentials' });
  const test = await call<{ passed: boolean }>(page, 'POST', '/setup/connection/test');
  assert.ok(test.passed, 'the practice org takes its own credentials');
  const { fingerprint } = await call<{ fingerprint: string }>(page, 'GET', '/setup/sync-fields');
  await call(page, 'POST', '/setup/confirm-credentials', { fingerprint, dropped: [] });
};

/** The same, and the initial sync ends. */
export const driveToRunning = async (page: Page, product: Product): Promise<void> => {
  await driveToMapped(page, product);
  await call(page, 'POST', '/setup/start');
  await until(
    'the initial sync is over',
    async () => ((await call<{ stage: string }>(page, 'GET', '/status')).stage === 'running' ? true : null),
    LOAD_MS,
  );
};

/** A request to the practice org as its admin would send it; the parsed body. */
export const callOrg = async <Answer>(
  { org }: Product,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer> => {
  const answer = await fetch(`${org.instanceUrl}/services/data/v64.0${path}`, {
    method,
    headers: { authorization: `Bearer ${org.adminAccessToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
};

/** What only SOAP does (A12): a call of the partner API by the org's admin; the answer's text. */
export const callSoap = async ({ org }: Product, body: string): Promise<string> => {
  const answer = await fetch(`${org.instanceUrl}/services/Soap/u/64.0`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=UTF-8', soapaction: '""' },
    body: `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com" xmlns:so="urn:sobject.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Header><SessionHeader><sessionId>${org.adminAccessToken}</sessionId></SessionHeader></soapenv:Header><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`,
  });
  const text = await answer.text();
  assert.ok(answer.ok && text.includes('<success>true</success>'), text);
  return text;
};
