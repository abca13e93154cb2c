/**
 * Loaded into every process of `sf` first: a connection to another machine is refused, and noted with the command in the file
 * `SF_ASKED`.
 */
import { appendFileSync } from 'node:fs';
import { type NetConnectOpts, Socket } from 'node:net';

const HERE = new Set(['localhost', '127.0.0.1', '::1']);

/** Whom a call of `connect` means, in each of its forms; undefined for this machine. */
const elsewhere = (first: unknown, second: unknown): string | undefined => {
  const given: unknown = Array.isArray(first) ? first[0] : first;
  if (typeof given === 'object' && given !== null) {
    const options = given as Partial<NetConnectOpts> & { readonly host?: string; readonly path?: string };
    if (typeof options.path === 'string') return undefined;
    return HERE.has(options.host ?? 'localhost') ? undefined : options.host;
  }
  if (typeof given !== 'number' || typeof second !== 'string') return undefined;
  return HERE.has(second) ? undefined : second;
};

type Connect = (this: Socket, ...given: unknown[]) => Socket;

const connect = Socket.prototype.connect as Connect;
const connectHere: Connect = function (...given) {
  const host = elsewhere(given[0], given[1]);
  if (host === undefined) return connect.apply(this, given);
  appendFileSync(process.env['SF_ASKED'] ?? '', `${host} by ${process.argv.slice(2, 5).join(' ')}\n`);
  // Nobody listens there, so it meets what a machine without a network meets.
  return connect.call(this, { host: '127.0.0.1', port: 1 });
};
Socket.prototype.connect = connectHere as typeof Socket.prototype.connect;
