import { inlineBytes } from '../events/payload.ts';
import type { Attempt } from '../http-client/attempt.ts';
import { requireEnv } from '../platform/env.ts';
import { fail } from '../platform/items.ts';
import { errorFields, warn } from '../platform/log.ts';
import { sendMessages } from '../platform/sqs.ts';
import { challengeEvent, combinedVerdict, endpointsOf, judge } from '../targets/challenge.ts';
import { putChallengeResult } from '../targets/challenge-store.ts';
import { requestHeaders } from '../targets/request-headers.ts';
import type { Target } from '../targets/target.ts';
import { loadTargets } from '../targets/target-store.ts';
import { refName } from '../values/target-ref.ts';
import { laneUrl } from './lane-queues.ts';
import type { ChallengeMessage } from './messages.ts';
import { post } from './post.ts';

const configTable = requireEnv('CONFIG_TABLE');
const stateTable = requireEnv('STATE_TABLE');

/** Asks endpoints. Answers those that a fault of our own kept from it; never throws, for deliveries are beside it. */
export async function sendChallenges(messages: readonly ChallengeMessage[]): Promise<ChallengeMessage[]> {
  const sent = await Promise.all(messages.map(isSent));
  return messages.filter((_, i) => !sent[i]);
}

async function isSent(message: ChallengeMessage): Promise<boolean> {
  try {
    await challenge(message);
    return true;
  } catch (error) {
    warn('challenge not sent', { target: message.target, ...errorFields(error) });
    return false;
  }
}

async function challenge(message: ChallengeMessage): Promise<void> {
  const { tenant, token } = message;
  const ref = { tenant, target: message.target };
  // Not from the cache of targets, which may not know the challenge yet: they are few.
  const target = (await loadTargets(configTable, [ref], (_, error) => fail(error))).get(refName(ref));
  // Void: the target is gone, wants none any more, or has another one under way.
  if (target?.challenge?.token !== token) return;
  const tries = (message.tries ?? 0) + 1;
  const asked = await Promise.all(
    endpointsOf(target).map(async (endpoint) => {
      const attempt = await ask(target, endpoint.url, token, tries);
      return { endpoint, attempt, verdict: judge(target, token, attempt, tries, Date.now()) };
    }),
  );
  const verdict = combinedVerdict(asked);
  if (verdict.kind === 'again') {
    const again = { body: { ...message, tries }, group: message.target, delaySeconds: verdict.delaySeconds };
    return sendMessages(laneUrl('slow', undefined), [again]);
  }
  const decisive = asked.find((one) => one.verdict.kind === verdict.kind);
  await putChallengeResult(stateTable, ref, {
    token,
    passed: verdict.kind === 'passed',
    ...(verdict.kind === 'failed' && { problem: verdict.problem }),
    at: Date.now(),
    statusCode: decisive?.attempt.status,
  });
}

function ask(target: Target, url: string, token: string, tries: number): Promise<Attempt> {
  const event = challengeEvent(token);
  const body = inlineBytes(event.payload);
  const headers = requestHeaders(target, event, body, tries, Date.now());
  return post({ url, headers, body, timeoutMs: target.timeoutMs });
}
