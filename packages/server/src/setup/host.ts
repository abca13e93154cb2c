/** What somebody types as the address of an org, as an origin. Whether it may be asked is the Salesforce door's business (SEC4). */
import type { ConnectMethod } from '@syncline/contract/setup';
import { Problem } from '../errors/errors.ts';

const PRODUCTION = 'https://login.salesforce.com';
const SANDBOX = 'https://test.salesforce.com';

/**
 * `acme.my.salesforce.com/home` -> `https://acme.my.salesforce.com`; an address of Lightning, which people copy from the browser,
 * means the My Domain beside it. Nothing typed: the box decides (N5), but for client credentials, which My Domain alone takes.
 * Errors: `host-not-allowed` for what is no address at all.
 */
export const originOf = (typed: string | undefined, method: ConnectMethod, isSandbox: boolean): string => {
  const text = typed?.trim() ?? '';
  if (text === '' && method !== 'client_credentials') return isSandbox ? SANDBOX : PRODUCTION;
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(address)) throw new Problem('host-not-allowed', { host: text });
  const url = new URL(address);
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '') {
    throw new Problem('host-not-allowed', { host: url.hostname });
  }
  const host = url.host.replace(/\.lightning\.force\.com$/, '.my.salesforce.com');
  return `${url.protocol}//${host}`;
};
