import type { OrgUser } from '../access/access.ts';
import { secret } from '../access/sessions.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { canonicalId } from '../store/ids.ts';
import { textIn } from '../xml/read.ts';
import { element } from '../xml/write.ts';
import { type Operating, result } from './operating.ts';

const lengthMin = 8;

function userOf({ org, session, call }: Operating): OrgUser {
  const given = textIn(call.body, 'userId') ?? '';
  const user = org.access.user(canonicalId(given) ?? '');
  if (user === undefined) throw new SalesforceError(500, 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
  if (user.id !== session.user.id && !org.access.sight(session.user).has('ManageUsers')) {
    throw new SalesforceError(500, 'INSUFFICIENT_ACCESS', 'insufficient access rights on cross-reference id');
  }
  return user;
}

function checked(password: string): string {
  if (password.length >= lengthMin && /[A-Za-z]/.test(password) && /\d/.test(password)) return password;
  throw new SalesforceError(
    500,
    'INVALID_NEW_PASSWORD',
    `Your password must be at least ${lengthMin} characters long and have a mix of letters and numbers`,
  );
}

/** setPassword: gives a user the password an administrator chose. */
export function setPassword(of: Operating): string {
  const user = userOf(of);
  of.org.access.setPassword(user, checked(textIn(of.call.body, 'password') ?? ''));
  return result('');
}

/** resetPassword: gives a user a password nobody chose, and tells it. */
export function resetPassword(of: Operating): string {
  const user = userOf(of);
  const password = `${secret(14)}1a`;
  of.org.access.setPassword(user, password);
  return result(element('password', password));
}

/** changeOwnPassword, with the old one for proof. */
export function changeOwnPassword(of: Operating): string {
  const { org, session, call } = of;
  if (org.access.credentialsOf(session.user)?.password !== textIn(call.body, 'oldPassword')) {
    throw new SalesforceError(500, 'INVALID_OLD_PASSWORD', 'The old password is not right');
  }
  org.access.setPassword(session.user, checked(textIn(call.body, 'newPassword') ?? ''));
  return result('');
}
