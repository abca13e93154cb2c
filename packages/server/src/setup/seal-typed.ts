/** Secrets as somebody typed them, sealed; null: none was typed. */
import type { ConnectionChoice } from '@syncline/contract/setup';
import { Problem } from '../errors/errors.ts';
import { isSigningKey } from '../salesforce/open-assertion.ts';
import type { Sealer } from './secrets.ts';

/** Errors: `private-key-wrong`. */
export const sealTyped = (choice: ConnectionChoice, sealer: Sealer): Buffer | null => {
  switch (choice.method) {
    case 'client_credentials':
      return choice.clientSecret ? sealer.seal({ clientSecret: choice.clientSecret }) : null;
    case 'jwt':
      if (!choice.privateKey) return null;
      if (!isSigningKey(choice.privateKey)) throw new Problem('private-key-wrong');
      return sealer.seal({ privateKey: choice.privateKey });
    case 'password':
      return choice.password
        ? sealer.seal({ password: choice.password, securityToken: choice.securityToken ?? '' })
        : null;
  }
};
