/** What the form holds, and what it sends; pure. */
import type { ConnectionAnswer, ConnectionChoice, ConnectMethod, WebSignIn } from '@syncline/contract/setup';

export interface ConnectForm {
  readonly method: ConnectMethod;
  readonly host: string;
  readonly isSandbox: boolean;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
  readonly securityToken: string;
  readonly privateKey: string;
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
  privateKey: '',
});

const keepsSecrets = (form: ConnectForm, stored: Stored): boolean =>
  stored !== null && stored.method === form.method && stored.secretsSet;

/** Left out where nothing was typed: the box then decides between login and test. */
const loginHost = (form: ConnectForm): { readonly host?: string } =>
  form.host.trim() === '' ? {} : { host: form.host.trim() };

/** A secret that was not typed is left out, which keeps the stored one. A web sign-in is no choice: it is made by signing in. */
export const choiceOf = (form: ConnectForm, stored: Stored): ConnectionChoice | null => {
  const { method, isSandbox } = form;
  const clientId = form.clientId.trim();
  switch (method) {
    case 'client_credentials':
      return {
        method,
        host: form.host.trim(),
        isSandbox,
        clientId,
        ...(form.clientSecret === '' ? {} : { clientSecret: form.clientSecret }),
      };
    case 'web':
      return null;
    case 'jwt':
      return {
        method,
        ...loginHost(form),
        isSandbox,
        clientId,
        username: form.username.trim(),
        ...(form.privateKey.trim() === '' ? {} : { privateKey: form.privateKey }),
      };
    case 'password':
      return {
        method,
        ...loginHost(form),
        isSandbox,
        username: form.username.trim(),
        ...(form.password === '' ? {} : { password: form.password }),
        // Without a password typed the stored pair is kept whole; with one, an empty token means that none is needed.
        ...(keepsSecrets(form, stored) && form.password === '' && form.securityToken === ''
          ? {}
          : { securityToken: form.securityToken }),
      };
  }
};

export const webSignInOf = (form: ConnectForm): WebSignIn => ({
  ...loginHost(form),
  isSandbox: form.isSandbox,
  clientId: form.clientId.trim(),
  ...(form.clientSecret === '' ? {} : { clientSecret: form.clientSecret }),
});

const NEEDED = {
  client_credentials: { always: ['host', 'clientId'], secrets: ['clientSecret'] },
  web: { always: ['clientId'], secrets: [] },
  jwt: { always: ['clientId', 'username'], secrets: ['privateKey'] },
  password: { always: ['username'], secrets: ['password'] },
} as const satisfies Record<
  ConnectMethod,
  { readonly always: readonly (keyof ConnectForm)[]; readonly secrets: readonly (keyof ConnectForm)[] }
>;

/** Which fields are still empty, by their names in the form. */
export const missingIn = (form: ConnectForm, stored: Stored): readonly (keyof ConnectForm)[] => {
  const { always, secrets } = NEEDED[form.method];
  const needed: readonly (keyof ConnectForm)[] = [...always, ...(keepsSecrets(form, stored) ? [] : secrets)];
  return needed.filter((name) => String(form[name]).trim() === '');
};
