import type { JsonAnswer } from '../../http-client/json-client.ts';
import { isSuccess } from '../../http-client/status-codes.ts';
import { isObject } from '../../values/json.ts';

/** A token, and for how long it may be used. */
export interface Granted {
  readonly token: string;
  readonly lifetimeMs: number;
}

/**
 * For an answer that does not say how long its token lives (RFC 6749, 5.1, only recommends it): a token of any server lives as
 * long, and asking for another costs little.
 */
const DEFAULT_LIFETIME_MS = 5 * 60_000;

/** Longer ones are asked for anew after a day. */
const MAX_LIFETIME_MS = 24 * 3_600_000;

/** A header's value has no blanks or control characters; a server takes no longer header than this. */
const TOKEN = /^[\x21-\x7e]{1,8192}$/;

/** RFC 6749, 5.2; RFC 8707, 2. Other texts are not shown: an answer may hold anything. */
const ERRORS = new Set([
  ...['invalid_request', 'invalid_client', 'invalid_grant', 'unauthorized_client', 'unsupported_grant_type'],
  ...['invalid_scope', 'invalid_target', 'access_denied', 'server_error', 'temporarily_unavailable'],
]);

/**
 * Reads a token endpoint's answer (RFC 6749, 5).
 * @returns why there is no token otherwise, without anything that was sent or answered but the status and a known code
 */
export function readTokenAnswer(answer: JsonAnswer): Granted | string {
  if (answer.kind === 'failed') return `no answer of use from the token endpoint (${answer.problem})`;
  const { status } = answer;
  const body = isObject(answer.body) ? answer.body : {};
  if (!isSuccess(status)) {
    const code = ERRORS.has(String(body.error)) ? ` ${body.error}` : '';
    return `the token endpoint answered ${status}${code}`;
  }
  const { access_token: token, token_type: type = 'Bearer' } = body;
  if (typeof token !== 'string' || !TOKEN.test(token)) return NO_TOKEN;
  if (String(type).toLowerCase() !== 'bearer') return OTHER_TYPE;
  return { token, lifetimeMs: lifetimeOf(body.expires_in) };
}

const NO_TOKEN = 'the token endpoint answered without an access_token that a header can hold';
const OTHER_TYPE = 'the token endpoint gave a token of another type than Bearer';

/** Some servers write the seconds as a text. */
function lifetimeOf(seconds: unknown): number {
  const ms = typeof seconds === 'number' || typeof seconds === 'string' ? Number(seconds) * 1000 : Number.NaN;
  if (seconds === '' || !Number.isFinite(ms) || ms < 0) return DEFAULT_LIFETIME_MS;
  return Math.min(ms, MAX_LIFETIME_MS);
}
