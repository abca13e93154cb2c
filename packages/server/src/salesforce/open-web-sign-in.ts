/**
 * A sign-in in a window of Salesforce: the authorization code flow with PKCE (A2; RFC 7636). The browser is sent to `authorizeUrl` and comes back to the callback
 * with a code, which `redeemCode` exchanges once for a session and a refresh token.
 */
import { createHash } from 'node:crypto';
import { meaningOfToken } from './error-words.ts';
import { type RefreshToken, SalesforceError } from './salesforce.ts';
import { askToken, judged, loginHost, type TokenAnswer } from './sign-in.ts';
import { openWire } from './wire.ts';

/** `refresh_token` is what makes it last. */
const SCOPE = 'api refresh_token';

export interface WebSignInAsked {
  /** An origin; null: `login.salesforce.com`, or `test.salesforce.com` where `isSandbox`. */
  readonly host: string | null;
  readonly isSandbox: boolean;
  readonly clientId: string;
  readonly callbackUrl: string;
}

/** `prompt=login`: whoever is signed in to Salesforce in this browser is seldom the sync user. Errors: `host-not-allowed` (SEC4). */
export const authorizeUrl = (
  asked: WebSignInAsked,
  secrets: { readonly state: string; readonly verifier: string },
  allowedHosts: readonly string[],
): string => {
  const { origin } = judged(loginHost(asked), allowedHosts);
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: asked.clientId,
    redirect_uri: asked.callbackUrl,
    scope: SCOPE,
    state: secrets.state,
    code_challenge: createHash('sha256').update(secrets.verifier).digest('base64url'),
    code_challenge_method: 'S256',
    prompt: 'login',
  });
  return `${origin}/services/oauth2/authorize?${query.toString()}`;
};

export interface CodeParts extends WebSignInAsked {
  readonly code: string;
  readonly verifier: string;
  /** null: the app does without. */
  readonly clientSecret: string | null;
  readonly allowedHosts: readonly string[];
  readonly requestTimeoutMs: number;
}

/** Exchanges the code; the refresh token of the answer. Errors: `refresh-missing`, and what the token endpoint says. */
export const redeemCode = async (parts: CodeParts): Promise<string> => {
  const wire = openWire(parts.allowedHosts, parts.requestTimeoutMs);
  try {
    const asked = {
      grant_type: 'authorization_code',
      code: parts.code,
      client_id: parts.clientId,
      redirect_uri: parts.callbackUrl,
      code_verifier: parts.verifier,
      ...(parts.clientSecret === null ? {} : { client_secret: parts.clientSecret }),
    };
    const deadline = AbortSignal.timeout(parts.requestTimeoutMs);
    return needRefreshToken(await askToken({ ...parts, wire }, parts, asked, meaningOfToken, deadline));
  } finally {
    await wire.close();
  }
};

const needRefreshToken = ({ refreshToken }: TokenAnswer): string => {
  if (refreshToken === null) throw new SalesforceError('refresh-missing', { disposition: 'refuse' });
  return refreshToken;
};

/** What the callback's `error` means. It comes in the address, where anybody could write it, so its text is not shown. */
export const refusedCallback = (word: string): SalesforceError => {
  const { code } = meaningOfToken(word, 400);
  const known =
    word === 'access_denied' ? 'sign-in-declined' : code === 'salesforce-refused' ? 'app-not-allowed' : code;
  return new SalesforceError(known, { disposition: 'refuse' });
};

/** A refresh token that is held in memory until it is stored: of a sign-in that is being looked at. */
export const heldToken = (token: string): RefreshToken & { last(): string } => {
  let held = token;
  return {
    lend: async (use) => {
      const { next, value } = await use(held);
      held = next ?? held;
      return value;
    },
    last: () => held,
  };
};
