/** What the form holds, and what it sends; pure. */
import type { ConnectionAnswer, ConnectionChoice, ConnectMethod } from '@syncline/contract/setup';

export interface ConnectForm {
  readonly method: ConnectMethod;
  readonly host: string;
  readonly isSandbox: boolean;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
  readonly securityToken: string;
}

type Stored = ConnectionAnswer['connection'];

/** Secrets never come back, so their fields start empty. */
export const formOf = (stored: Stored): ConnectForm => ({
  method: stored?.method ?? 'client_credentials',
  host: stored?.host.replace(/^https:\/\//, '') ?? '',
  isSandbox: stored?.isSandbox ?? false,
  clientId: stored?.clientId ?? '',
  clientSecret: '',
  username: stored?.username ?? '',
  password: '',
  securityToken: '',
});

/** A secret that was not typed is left out, which keeps the stored one. */
export const choiceOf = (form: ConnectForm, stored: Stored): ConnectionChoice => {
  const keepsStored = stored !== null && stored.method === form.method && stored.secretsSet;
  if (form.method === 'client_credentials') {
    return {
      method: 'client_credentials',
      host: form.host.trim(),
      isSandbox: form.isSandbox,
      clientId: form.clientId.trim(),
      ...(form.clientSecret === '' ? {} : { clientSecret: form.clientSecret }),
    };
  }
  return {
    method: 'password',
    ...(form.host.trim() === '' ? {} : { host: form.host.trim() }),
    isSandbox: form.isSandbox,
    username: form.username.trim(),
    ...(form.password === '' ? {} : { password: form.password }),
    // Without a password typed the stored pair is kept whole; with one, an empty token means that none is needed.
    ...(keepsStored && form.password === '' && form.securityToken === '' ? {} : { securityToken: form.securityToken }),
  };
};

/** Which fields are still empty, by their names in the form. */
export const missingIn = (form: ConnectForm, stored: Stored): readonly (keyof ConnectForm)[] => {
  const keepsStored = stored !== null && stored.method === form.method && stored.secretsSet;
  const needed: readonly (keyof ConnectForm)[] =
    form.method === 'client_credentials'
      ? ['host', 'clientId', ...(keepsStored ? [] : (['clientSecret'] as const))]
      : ['username', ...(keepsStored ? [] : (['password'] as const))];
  return needed.filter((name) => String(form[name]).trim() === '');
};
