/** Hooks that ask for a role before an act. */
import type { Role } from '@syncline/contract/users';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../errors/errors.ts';
import { requireRole } from './guard.ts';

const asRole =
  (role: Role) =>
  async (request: FastifyRequest): Promise<void> => {
    if (!request.user) throw new Problem('not-signed-in');
    requireRole(request.user, role);
  };

export const asAdministrator = asRole('admin');
export const asOperator = asRole('operator');
