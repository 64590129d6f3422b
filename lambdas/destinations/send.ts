import type { Attempt } from '../http-client/attempt-record.ts';
import { meaningOf, type Verdict } from '../http-client/verdict.ts';
import { type DestinationDeps, type KindRequest, type Making, RequestProblem } from './kind.ts';
import { kindOf } from './kinds.ts';

/** What is sent, and where. */
export type ToSend = Omit<Making, 'deps' | 'settings'>;

/**
 * Sends an event, or several, to a target of any kind, and says what came of it.
 * @throws only a fault of this function's own, or for a kind that a newer release knows
 */
export async function send(deps: DestinationDeps, toSend: ToSend): Promise<Attempt> {
  const { target, at, timeoutMs } = toSend;
  const made = await requestOf({ ...toSend, deps, settings: target.settings ?? {} });
  if (made instanceof RequestProblem)
    return { at, ms: deps.now() - at, error: made.why, detail: made.message.slice(0, MAX_DETAIL) };
  const { sent, read, ...request } = made;
  const left = Math.max(1, timeoutMs - (deps.now() - at));
  const answered = await deps.post({ ...request, at, timeoutMs: left });
  const attempt = answered.status === undefined ? answered : judged(answered, read?.(answered));
  return { ...attempt, sent };
}

const MAX_DETAIL = 300;

async function requestOf(making: Making): Promise<KindRequest | RequestProblem> {
  try {
    return await kindOf(making.target).request(making);
  } catch (error) {
    if (error instanceof RequestProblem) return error;
    throw error;
  }
}

/** An attempt with what its answer means, where that is not what its status says. */
function judged(attempt: Attempt, verdict: Verdict | undefined): Attempt {
  if (!verdict) return attempt;
  const { means, detail, retryAfterMs } = verdict;
  return {
    ...attempt,
    ...(means !== meaningOf(attempt) && { verdict: means }),
    ...(detail !== undefined && { detail: detail.slice(0, MAX_DETAIL) }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}
