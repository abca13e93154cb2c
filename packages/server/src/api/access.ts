/**
 * Who may ask what, in one table: every address below /api with the least role that may. An address that is not in it is an
 * administrator's, so that a new route is closed until somebody opens it here.
 *
 * `open` needs nobody's name: signing in, and what is public anyway. `monitor` reads numbers, names of fields and causes, and nothing of
 * any person (SEC6). A viewer reads everything; an operator also acts on people and errors; an administrator also sets up.
 */
import type { TokenRole } from '@syncline/contract/tokens';
import { Problem } from '../errors/errors.ts';

export type Access = 'open' | TokenRole;

const RANK = { monitor: 0, viewer: 1, operator: 2, admin: 3 } as const satisfies Record<TokenRole, number>;

export const ACCESS: Readonly<Record<string, Access>> = {
  'GET /api/me': 'open',
  'POST /api/users/first': 'open',
  'POST /api/sessions': 'open',
  'DELETE /api/sessions': 'open',
  'PATCH /api/me': 'viewer',
  'GET /api/openapi.json': 'open',

  'GET /api/status': 'monitor',
  'GET /api/objects': 'monitor',
  'GET /api/initial-sync': 'monitor',
  'GET /api/runs': 'monitor',
  'GET /api/errors/causes': 'monitor',
  'GET /api/backlog': 'monitor',
  'GET /api/api-budget': 'monitor',
  'GET /api/field-maps': 'monitor',
  'GET /metrics': 'monitor',

  'GET /api/events': 'viewer',
  'GET /api/runs/export.csv': 'viewer',
  'GET /api/errors': 'viewer',
  'GET /api/errors/:id': 'viewer',
  'GET /api/errors/export.csv': 'viewer',
  'GET /api/conflicts': 'viewer',
  'GET /api/people': 'viewer',
  'GET /api/people/export.csv': 'viewer',
  'GET /api/people/:id': 'viewer',
  'GET /api/people/by-external-id/:externalId': 'viewer',
  'GET /api/people/:id/sync': 'viewer',
  'GET /api/people/:id/gates': 'viewer',
  'GET /api/people/:id/fields/:field/decisions': 'viewer',
  'GET /api/companies': 'viewer',
  'GET /api/companies/:id': 'viewer',
  'GET /api/opportunities': 'viewer',
  'GET /api/opportunities/:id': 'viewer',
  'GET /api/notifications': 'viewer',
  'POST /api/notifications/read': 'viewer',
  'GET /api/settings/sync': 'viewer',
  'GET /api/settings/defaults': 'viewer',
  'GET /api/settings/budget': 'viewer',
  'GET /api/settings/notifications': 'viewer',
  'GET /api/practice': 'viewer',
  'GET /api/setup': 'viewer',
  'GET /api/setup/connection': 'viewer',
  'GET /api/setup/sync-fields': 'viewer',
  'GET /api/setup/start': 'viewer',
  'GET /api/setup/fields': 'viewer',
  'GET /api/setup/sync-user': 'viewer',
  'GET /api/setup/package.zip': 'viewer',

  'POST /api/people': 'operator',
  'PATCH /api/people/:id': 'operator',
  'POST /api/people/:id/sync': 'operator',
  'POST /api/conflicts/:id/reverse': 'operator',
  'POST /api/errors/retry': 'operator',
  'POST /api/errors/discard': 'operator',
  'POST /api/sync/now': 'operator',

  'PUT /api/sync': 'admin',
  'GET /api/users': 'admin',
  'POST /api/users': 'admin',
  'PATCH /api/users/:id': 'admin',
  'DELETE /api/users/:id': 'admin',
  'GET /api/tokens': 'admin',
  'POST /api/tokens': 'admin',
  'DELETE /api/tokens/:id': 'admin',
  'PUT /api/settings/sync': 'admin',
  'PUT /api/settings/defaults': 'admin',
  'PUT /api/settings/budget': 'admin',
  'PUT /api/settings/notifications': 'admin',
  'POST /api/settings/notifications/test': 'admin',
  'PUT /api/setup/connection': 'admin',
  'POST /api/setup/connection/test': 'admin',
  'PUT /api/setup/sync-fields': 'admin',
  'POST /api/setup/confirm-credentials': 'admin',
  'POST /api/setup/start': 'admin',
  'POST /api/practice/use': 'admin',
};

/** `url` is the route's pattern, not the address that was asked. HEAD reads what GET reads. Pure. */
export const accessOf = (method: string, url: string | undefined): Access =>
  ACCESS[`${method === 'HEAD' ? 'GET' : method} ${url ?? ''}`] ?? 'admin';

export const mayAct = (role: TokenRole, needed: TokenRole): boolean => RANK[role] >= RANK[needed];

/** Errors: `not-allowed`, which names the role that may. */
export const requireRole = (role: TokenRole, needed: TokenRole): void => {
  if (!mayAct(role, needed)) throw new Problem('not-allowed', { role: needed });
};
