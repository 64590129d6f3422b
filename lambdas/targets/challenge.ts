import type { Event } from '../events/event.ts';
import type { Attempt } from '../http-client/attempt-record.ts';
import { isPermanent, isSuccess } from '../http-client/status-codes.ts';
import { isSameText } from '../values/timing-safe-equal.ts';
import { schemeNamed, signingSecrets } from './signature.ts';
import type { Target } from './target.ts';

/**
 * The check that an endpoint belongs to the owner of the target's secret: it gets a token, and answers as the target's
 * signature scheme says.
 */
const CHALLENGE_TYPE = 'posthorn.challenge';

/** Waits before the second and the third try: a deployment's hiccup is over by then, and a person still waits. */
const WAITS_SECONDS = [5, 30];

/** What is posted, in the form of an event, since it goes out as one. @param token a ULID */
export const challengeEvent = (token: string) =>
  ({
    id: `chl_${token}`,
    ulid: token,
    type: CHALLENGE_TYPE,
    contentType: 'application/json',
    payload: { kind: 'text', text: JSON.stringify({ type: CHALLENGE_TYPE, challenge: token }) },
  }) satisfies Event;

export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'again'; readonly delaySeconds: number }
  /** `problem` says what was expected and what came, and holds no secret. */
  | { readonly kind: 'failed'; readonly problem: string };

/** An endpoint of a target, and the setting that names it first. */
export interface Endpoint {
  readonly field: string;
  readonly url: string;
}

/** The endpoints that a target's events can go to, each URL once: its own, and those of regions. */
export function endpointsOf({ url, regions = {} }: Pick<Target, 'url' | 'regions'>): Endpoint[] {
  const all = [{ field: 'url', url }];
  for (const [region, regional] of Object.entries(regions)) {
    if (!all.some((known) => known.url === regional)) all.push({ field: `regions.${region}`, url: regional });
  }
  return all;
}

/**
 * What the verdicts on a target's endpoints mean together. One that has failed decides, and the problem says which;
 * passed are only all of them.
 */
export function combinedVerdict(verdicts: readonly { endpoint: Endpoint; verdict: Verdict }[]): Verdict {
  for (const { endpoint, verdict } of verdicts) {
    if (verdict.kind === 'failed') {
      return { kind: 'failed', problem: `${endpoint.field}: ${verdict.problem}` };
    }
  }
  const again = verdicts.find(({ verdict }) => verdict.kind === 'again');
  return again?.verdict ?? { kind: 'passed' };
}

/** Whether the challenge that a target has now was passed, and not one that it had before. */
export const hasPassed = (
  challenge: Target['challenge'],
  result: { readonly token: string; readonly passed: boolean } | undefined,
): boolean => result?.passed === true && result.token === challenge?.token;

/**
 * Decides what an endpoint's answer to a challenge means. While a secret is being replaced, an answer made with
 * either is right.
 *
 * @param tries how often the endpoint has been asked, this time included
 * @param now milliseconds since the epoch
 */
export function judge(
  target: Pick<Target, 'signature' | 'secrets'>,
  token: string,
  attempt: Attempt,
  tries: number,
  now: number,
): Verdict {
  const { status, error, detail } = attempt;
  if (status !== undefined && isSuccess(status)) return judgeAnswer(target, token, attempt.answer, now);
  const wait = WAITS_SECONDS[tries - 1];
  if (mayPass(attempt) && wait !== undefined) return { kind: 'again', delaySeconds: wait };
  const came = status === undefined ? `no answer (${error}: ${detail})` : `status ${status}`;
  const times = tries > 1 ? `, the last of ${tries} times` : '';
  return { kind: 'failed', problem: `expected an answer with status 2xx, got ${came}${times}` };
}

/** A redirect will not go away by itself; what may is what a delivery would be retried for. */
const mayPass = ({ status, error }: Attempt): boolean =>
  status === undefined ? error !== 'forbidden_address' : status >= 400 && !isPermanent(status);

function judgeAnswer(
  { signature, secrets }: Pick<Target, 'signature' | 'secrets'>,
  token: string,
  answer: string | undefined,
  now: number,
): Verdict {
  const keys = signingSecrets(secrets, now);
  const scheme = schemeNamed(signature);
  const right = scheme.challenge.answers(token, keys);
  const response = responseIn(answer ?? '');
  if (response !== undefined && right.some((one) => isSameText(one, response))) return { kind: 'passed' };
  const secretTexts = [...keys, ...keys.flatMap((key) => scheme.sharedKeys(key)).map(String)];
  const problem = `expected the JSON {"response": "…"} with ${scheme.challenge.expected}; got ${quoted(answer ?? '', secretTexts)}`;
  return { kind: 'failed', problem };
}

/** The answer's `response`, if the answer is a JSON object that has one. */
function responseIn(answer: string): string | undefined {
  try {
    const json: unknown = JSON.parse(answer);
    if (typeof json !== 'object' || json === null || !Object.hasOwn(json, 'response')) return undefined;
    const { response } = json as { response: unknown };
    return typeof response === 'string' ? response : undefined;
  } catch {
    return undefined;
  }
}

/** Enough of an answer to see what it was; one that holds a secret is not shown. */
function quoted(answer: string, secrets: readonly string[]): string {
  if (answer === '') return 'an empty body';
  if (secrets.some((secret) => answer.includes(secret))) return 'an answer that holds the secret itself';
  return JSON.stringify(answer.length <= 200 ? answer : `${answer.slice(0, 200)}…`);
}
