/**
 * The door of HTTP: JSON under /api, one event stream, the web app, and two probes. Shapes are the contract's: a request that does not
 * fit is refused before anything runs, and an answer holds what its shape names and nothing else (SEC2).
 *
 * Promises: everything below /api needs a session or a token with the role that one table asks for (access.ts); a changing request with a
 * session needs proof that our own pages sent it (SEC8); a failure is `application/problem+json` with a code of the problems table and a request id; no line of the log holds a
 * person's details, a query text or a secret (SEC3).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Actions } from '../actions/actions.ts';
import type { Database } from '../db/db.ts';
import type { Mappings, OrgSetup, Settings, Setup } from '../setup/setup.ts';
import type { Status } from '../status/status.ts';
import type { Undos } from '../undo/undo.ts';
import type { Caller } from './caller.ts';

export interface ApiOptions {
  readonly db: Database;
  readonly actions: Pick<Actions, 'begin' | 'count' | 'action' | 'owners' | 'conversion' | 'convertedStatuses'>;
  readonly undos: Undos;
  readonly setup: Setup;
  readonly orgSetup: OrgSetup;
  readonly mappings: Mappings;
  readonly settings: Settings;
  readonly status: Status;
  /** Whether this process may take requests: false while it starts and while it stops. Ready unless said. */
  readonly isReady?: () => boolean;
  /** Of Syncline, as the API's description says it. */
  readonly version: string;
  /** The built web app, `packages/web/dist`. */
  readonly webDir: string;
  readonly log: FastifyBaseLogger;
}

/** Fastify with the contract's shapes as types of requests and answers. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set for every route that is not open. */
    caller: Caller | null;
  }
}
