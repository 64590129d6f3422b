import type { Outcome } from '../delivery/outcome-schema.ts';
import { isFetchError } from '../http-client/error-class.ts';
import { emitMetrics } from '../platform/log.ts';
import { isEphemeral } from '../values/ids.ts';
import { ENDINGS, type Ended, endedBy } from './endings.ts';

/**
 * Tells CloudWatch of outcomes that are written: in one line, and one for each reason of deaths among them. A request that a
 * fast lane cut is no attempt here: its endpoint is slow, and gets it again in the slow lane. Nor is one of a listener: a
 * developer's machine fails often, and answers when its developer goes on. Nor is a fetch that came to nothing: nothing was sent,
 * and no breaker bounds how many there are.
 */
export function measureOutcomes(outcomes: readonly Outcome[]): void {
  const counts = { attempts: 0, retries: 0, failedAttempts: 0, deliveredFirst: 0 };
  const prompt: number[] = [];
  for (const outcome of outcomes) {
    const ended = endedBy(outcome);
    if (!ended || ended.isCut || isEphemeral(outcome.target) || isFetch(outcome, ended)) continue;
    for (const count of ENDINGS[ended.ending]) if (isCounted(counts, count)) counts[count]++;
    if (isPrompt(outcome, ended)) prompt.push(ended.latencyMs!);
  }
  emitMetrics({
    Recorded: outcomes.length,
    Attempts: counts.attempts,
    FailedAttempts: counts.failedAttempts,
    FirstAttempts: counts.attempts - counts.retries,
    FirstAttemptsDelivered: counts.deliveredFirst,
    PromptLatency: prompt,
  });
  const dead = outcomes.filter(({ status }) => status === 'dead');
  for (const [reason = 'unknown', all] of Map.groupBy(dead, ({ reason }) => reason)) {
    emitMetrics({ Dead: all.length }, { Reason: reason });
  }
}

const isFetch = ({ attempts }: Outcome, { error }: Ended): boolean =>
  error !== undefined && isFetchError(attempts.at(-1)?.error);

const isCounted = <C extends object>(counts: C, name: PropertyKey): name is keyof C =>
  Object.hasOwn(counts, name);

/**
 * Whether nothing but we and the endpoint's answer took time until a delivery. One that waited says nothing of how we do: a
 * breaker, a pause or a rate limit held it.
 */
const isPrompt = ({ attempts, run }: Outcome, { ending }: Ended): boolean =>
  ending === 'f' && attempts[0]?.past === undefined && !run;
