import { type SendDeps, send } from '../destinations/send.ts';
import { inlineBytes } from '../events/payload.ts';
import type { Attempt } from '../http-client/attempt-record.ts';
import { errorFields, warn } from '../platform/log.ts';
import { about } from '../platform/log-fields.ts';
import type { Addressed } from '../platform/sqs.ts';
import { challengeEvent, combinedVerdict, endpointsOf, judge } from '../targets/challenge.ts';
import type { ChallengeResult } from '../targets/challenge-store.ts';
import { describeEvent } from '../targets/request-headers.ts';
import type { Target } from '../targets/target.ts';
import type { TargetRef } from '../values/target-ref.ts';
import type { ChallengeMessage } from './messages.ts';
import type { LaneQueues } from './queues/lane-queues.ts';

export interface ChallengeDeps extends SendDeps {
  /** A target as it is now. Not from memory, which may not know the challenge yet: challenges are few. */
  readonly loadTarget: (ref: TargetRef) => Promise<Target | undefined>;
  readonly putChallengeResult: (ref: TargetRef, result: ChallengeResult) => Promise<void>;
  readonly laneUrl: LaneQueues['laneUrl'];
  readonly sendAddressed: (messages: readonly Addressed[]) => Promise<void>;
}

/** Sends challenges to endpoints. Returns those that a fault of our own kept from it; never throws. */
export async function sendChallenges(
  deps: ChallengeDeps,
  messages: readonly ChallengeMessage[],
): Promise<ChallengeMessage[]> {
  const sent = await Promise.all(messages.map((message) => isSent(deps, message)));
  return messages.filter((_, i) => !sent[i]);
}

async function isSent(deps: ChallengeDeps, message: ChallengeMessage): Promise<boolean> {
  try {
    await challenge(deps, message);
    return true;
  } catch (error) {
    warn('challenge not sent', { ...about(message), ...errorFields(error) });
    return false;
  }
}

async function challenge(deps: ChallengeDeps, message: ChallengeMessage): Promise<void> {
  const { tenant, token } = message;
  const ref = { tenant, target: message.target };
  const target = await deps.loadTarget(ref);
  // Void: the target is gone, wants no challenge any more, or has another one under way.
  if (target?.challenge?.token !== token) return;
  const tries = (message.tries ?? 0) + 1;
  const asked = await Promise.all(
    endpointsOf(target).map(async (endpoint) => {
      const attempt = await ask(deps, ref, target, endpoint.url, token, tries);
      return { endpoint, attempt, verdict: judge(target, token, attempt, tries, deps.now()) };
    }),
  );
  const verdict = combinedVerdict(asked);
  if (verdict.kind === 'again') {
    const queueUrl = deps.laneUrl('slow', undefined);
    const again = {
      queueUrl,
      body: { ...message, tries },
      group: ref.target,
      delaySeconds: verdict.delaySeconds,
    };
    return deps.sendAddressed([again]);
  }
  const decisive = asked.find((one) => one.verdict.kind === verdict.kind);
  await deps.putChallengeResult(ref, {
    token,
    passed: verdict.kind === 'passed',
    ...(verdict.kind === 'failed' && { problem: verdict.problem }),
    at: deps.now(),
    statusCode: decisive?.attempt.status,
  });
}

function ask(
  deps: ChallengeDeps,
  { tenant }: TargetRef,
  target: Target,
  url: string,
  token: string,
  tries: number,
): Promise<Attempt> {
  const event = challengeEvent(token);
  const body = inlineBytes(event.payload);
  const described = describeEvent(event, tries);
  const { timeoutMs } = target;
  // A challenge is no event: its endpoint gets it as it is.
  const plain = { ...target, transform: undefined };
  return send(deps, { tenant, target: plain, url, event, described, body, at: deps.now(), timeoutMs });
}
