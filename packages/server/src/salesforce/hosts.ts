/**
 * Where requests and tokens may go (SEC4). Pure, but for the addresses that a name resolves to, which are asked at each connect.
 *
 * A host of Salesforce's is https on the default port, at a label boundary below one of its domains. A host that the operator named is
 * exactly the origin named, https or not, private or not: the practice org, an emulator, a proxy.
 */
import { BlockList, isIP } from 'node:net';

/** https://help.salesforce.com/s/articleView?id=000384136: My Domain, login, instance and government hosts. */
const SALESFORCE_DOMAINS = ['salesforce.com', 'force.com', 'cloudforce.com', 'salesforce.mil', 'sfcrmproducts.cn'];

export const PRODUCTION_LOGIN = 'https://login.salesforce.com';
export const SANDBOX_LOGIN = 'https://test.salesforce.com';

export type HostVerdict =
  | { readonly isAllowed: true; readonly origin: string; readonly isNamed: boolean }
  | { readonly isAllowed: false; readonly host: string };

/** `url` may be an origin or any address below it. `named` are origins that the operator named, such as `http://127.0.0.1:4010`. */
export const judgeHost = (url: string, named: readonly string[]): HostVerdict => {
  const parsed = URL.parse(url);
  if (parsed === null) return { isAllowed: false, host: url.slice(0, 100) };
  const refused = { isAllowed: false, host: parsed.host || url.slice(0, 100) } as const;
  if (parsed.username !== '' || parsed.password !== '') return refused;
  if (named.some((name) => URL.parse(name)?.origin === parsed.origin))
    return { isAllowed: true, origin: parsed.origin, isNamed: true };
  if (parsed.protocol !== 'https:' || parsed.port !== '' || !isSalesforceHost(parsed.hostname)) return refused;
  return { isAllowed: true, origin: parsed.origin, isNamed: false };
};

const isSalesforceHost = (hostname: string): boolean =>
  isIP(hostname) === 0 && SALESFORCE_DOMAINS.some((domain) => hostname.endsWith(`.${domain}`));

/** Whether an address names this machine itself, where bytes cost nothing to carry. */
export const isLoopbackHost = (url: string | null): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(URL.parse(url ?? '')?.hostname ?? '');

/** Loopback, private, link-local, shared, reserved and multicast addresses, of IPv4, IPv6 and IPv4 within IPv6. */
export const isPrivateAddress = (address: string): boolean => {
  const family = isIP(address);
  if (family === 0) return true;
  return PRIVATE.check(address, family === 4 ? 'ipv4' : 'ipv6');
};

const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv6');
}
