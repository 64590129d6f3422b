import type { Allowed } from '../../http-client/target-url.ts';
import { targetUrlProblem } from '../../http-client/target-url.ts';
import { customHeaderProblem } from '../../targets/request-headers.ts';
import type { SettingProblem } from '../setting-problem.ts';

/** How a request says who sends it. */
export type Auth =
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'header'; readonly name: string; readonly value: string }
  | ({ readonly type: 'oauth2' } & OAuthClient);

/** A client of an OAuth 2 authorization server (RFC 6749). */
export interface OAuthClient {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How it says who it is (RFC 6749, 2.3.1): in a header, or in the form. `basic` when left out. */
  readonly clientAuthentication?: 'basic' | 'post' | undefined;
  readonly scope?: string | undefined;
  /** Whom the token is for, as some servers want it said. */
  readonly audience?: string | undefined;
  /** Further fields of the form. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/** Of the settings of a target, what is never shown. Many services take a key as the user's name. */
export const AUTH_SECRETS = ['username', 'password', 'token', 'value', 'clientSecret', 'parameters.*'].map(
  (path) => `auth.${path}`,
);

/** A header, and what of it is a credential wherever it stands. */
export interface AuthHeader {
  readonly name: string;
  readonly value: string;
  readonly credentials: readonly string[];
}

/** RFC 7617; names and passwords are sent as UTF-8. */
export function basicHeader({ username, password }: Extract<Auth, { type: 'basic' }>): AuthHeader {
  const encoded = Buffer.from(`${username}:${password}`).toString('base64');
  return {
    name: 'authorization',
    value: `Basic ${encoded}`,
    credentials: [encoded, username, password],
  };
}

/** RFC 6750, 2.1. */
export const bearerHeader = (token: string): AuthHeader => ({
  name: 'authorization',
  value: `Bearer ${token}`,
  credentials: [token],
});

export const ownHeader = ({ name, value }: Extract<Auth, { type: 'header' }>): AuthHeader => ({
  name: name.toLowerCase(),
  value,
  credentials: [value],
});

/** The name of the header that it takes, in lower case. */
const headerOf = (auth: Auth): string => (auth.type === 'header' ? auth.name.toLowerCase() : 'authorization');

/** Fields of the form that have settings of their own, or that make it another grant. */
const TAKEN = ['grant_type', 'client_id', 'client_secret', 'scope', 'audience'];

/**
 * What is wrong with it, that its schema can't see.
 * @param own the target's own headers
 */
export function authProblem(
  auth: Auth,
  own: Readonly<Record<string, string>>,
  allowed: Allowed,
): SettingProblem | undefined {
  const name = headerOf(auth);
  if (auth.type === 'header') {
    const problem = customHeaderProblem(auth.name, '');
    if (problem !== undefined) return { field: 'auth.name', message: problem };
  }
  if (auth.type === 'oauth2') {
    const problem = clientProblem(auth, allowed);
    if (problem) return problem;
  }
  const isTwice = Object.keys(own).some((one) => one.toLowerCase() === name);
  if (!isTwice) return undefined;
  return { field: 'auth', message: `expected no header ${name} among the target's headers: this makes it` };
}

function clientProblem(
  { tokenUrl, parameters = {} }: OAuthClient,
  allowed: Allowed,
): SettingProblem | undefined {
  const field = 'auth.tokenUrl';
  const message = targetUrlProblem(tokenUrl, allowed);
  if (message !== undefined) return { field, message };
  // It is shown, and a query may hold a key.
  if (tokenUrl.includes('?'))
    return { field, message: 'expected no query: `parameters` are sent in the form' };
  const taken = TAKEN.find((one) => Object.hasOwn(parameters, one));
  return taken === undefined
    ? undefined
    : {
        field: `auth.parameters.${taken}`,
        message: 'expected another name: this field has a setting, or is fixed',
      };
}
