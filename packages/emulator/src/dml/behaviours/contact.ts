import { refusals } from '../refusals.ts';
import type { Behaviour } from './behaviours.ts';

/** The contact of a person account is written through its account alone (A13). */
export const contact: Behaviour = {
  complete: (_, { before }) =>
    before?.['IsPersonAccount'] === 'true'
      ? { ok: false, error: refusals.insufficientAccess() }
      : { ok: true, values: {} },
};
