import type { Attempt, Sent } from '../http-client/attempt-record.ts';
import type { Identity } from '../http-client/connections.ts';
import type { Posted } from '../http-client/http-post.ts';
import { meaningOf, type Verdict } from '../http-client/verdict.ts';
import type { Shaped } from '../transform/shaped.ts';
import { type DestinationDeps, type KindRequest, type Making, RequestProblem } from './kind.ts';
import { kindOf } from './kinds.ts';
import { type ShapeDeps, transformed } from './transformed.ts';
import { hiderOf, longOnes } from './without-credentials.ts';

export interface SendDeps extends DestinationDeps, ShapeDeps {}

/** What is sent, and where. */
export type ToSend = Omit<Making, 'deps' | 'settings' | 'shaped'>;

/**
 * Sends an event, or several, to a target of any kind, and says what came of it.
 * @throws only a fault of this function's own, or for a kind that a newer release knows
 */
export async function send(deps: SendDeps, toSend: ToSend): Promise<Attempt> {
  const shaped = await orProblem(() => transformed(deps, toSend));
  const making = { ...toSend, deps, settings: toSend.target.settings ?? {} };
  if (shaped instanceof RequestProblem) return withoutRequest(shaped, making);
  // An endpoint gets all of its time, however long others' transformations took.
  return shaped === toSend ? sendAs(making) : sendAs({ ...making, ...shaped, at: deps.now() });
}

async function sendAs(making: Making): Promise<Attempt> {
  const made = await requestOf(making);
  if (made instanceof RequestProblem) return withoutRequest(made, making);
  const answered = await postWithin(made, making);
  if (made.note?.(answered) !== 'anew') return concluded(made, making, answered);
  const again = await requestOf({ ...making, timeoutMs: leftOf(making) });
  if (again instanceof RequestProblem) return withoutRequest(again, making);
  const answeredAgain = await postWithin(again, making);
  again.note?.(answeredAgain);
  return concluded(again, making, answeredAgain);
}

const leftOf = ({ at, timeoutMs, deps }: Making): number => Math.max(1, timeoutMs - (deps.now() - at));

const withoutRequest = ({ why, message }: RequestProblem, { at, deps }: Making): Attempt => ({
  at,
  ms: deps.now() - at,
  error: why,
  detail: message.slice(0, MAX_DETAIL),
});

const postWithin = (
  { method, url, headers, body, identity, wanted }: Prepared,
  making: Making,
): Promise<Posted> =>
  making.deps.post({
    ...(method && { method }),
    ...(identity && { identity }),
    url,
    headers,
    body,
    ...(wanted && { wanted }),
    at: making.at,
    timeoutMs: leftOf(making),
  });

function concluded(
  { sent, read, body, credentials = [] }: KindRequest,
  making: Making,
  answered: Posted,
): Attempt {
  const { headers: _, ...kept } = answered;
  // What an answer means is read before anything in it is hidden.
  const attempt = kept.status === undefined ? kept : judged(kept, read?.(answered));
  const { shaped } = making;
  return {
    ...withoutCredentials(attempt, () => [...credentials, ...ownCredentials(making)]),
    sent: shaped ? sentAs(shaped, sent, body) : sent,
  };
}

/** An attempt whose texts, which are its endpoint's or come of them, hold no credential. */
function withoutCredentials(attempt: Attempt, credentials: () => readonly string[]): Attempt {
  const { answer, detail } = attempt;
  if (answer === undefined && detail === undefined) return attempt;
  const hide = hiderOf(credentials());
  return {
    ...attempt,
    ...(answer !== undefined && { answer: hide(answer) }),
    ...(detail !== undefined && { detail: hide(detail).slice(0, MAX_DETAIL) }),
  };
}

/** What any target may be sent that its readers do not see: the values of its own headers, and its URLs' queries. */
function ownCredentials({ target: { url, regions = {}, headers = {} }, shaped }: Making): string[] {
  const own = Object.entries(headers).filter(([name]) => !Object.hasOwn(shaped?.headers ?? {}, name));
  const queries = [url, ...Object.values(regions)].flatMap((one) => [
    ...(URL.parse(one)?.searchParams.values() ?? []),
  ]);
  return longOnes([...own.map(([, value]) => value), ...queries]);
}

/** What the log keeps of a request, with what can't be seen in its event. */
const sentAs = ({ contentType }: Shaped, sent: Sent, { length }: Uint8Array): Sent => ({
  ...sent,
  shaped: true,
  bytes: sent.bytes ?? length,
  ...(contentType !== undefined && { contentType }),
});

const MAX_DETAIL = 300;

/** A request, and what its connection proves its client by. */
interface Prepared extends KindRequest {
  readonly identity?: Identity;
}

const requestOf = (making: Making): Promise<Prepared | RequestProblem> =>
  orProblem(async () => {
    const { target, tenant, deps, timeoutMs } = making;
    const { clientCertificate } = target;
    if (clientCertificate === undefined) return kindOf(target).request(making);
    const [identity, made] = await Promise.all([
      deps.certificates.identityFor({ tenant, target: target.id }, clientCertificate, timeoutMs),
      kindOf(target).request(making),
    ]);
    return { ...made, identity };
  });

async function orProblem<T>(make: () => Promise<T> | T): Promise<T | RequestProblem> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof RequestProblem) return error;
    throw error;
  }
}

/** An attempt with what its answer means, where that is not what its status says. */
function judged(attempt: Attempt, verdict: Verdict | undefined): Attempt {
  if (!verdict) return attempt;
  const { means, detail, retryAfterMs, answer = attempt.answer } = verdict;
  const { answer: _, ...rest } = attempt;
  return {
    ...rest,
    ...(answer && { answer }),
    ...(means !== meaningOf(attempt) && { verdict: means }),
    ...(detail !== undefined && { detail }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}
