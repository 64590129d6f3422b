import type { Outcome } from '../delivery/outcome-schema.ts';
import { emitMetrics } from '../platform/log.ts';
import { ENDINGS, endedBy } from './endings.ts';
import type { Counts } from './tally.ts';

/**
 * Tells CloudWatch of outcomes that are written: in one line, and one for each reason of deaths among them. A request that a
 * fast lane cut is no attempt here: its endpoint is slow, and gets it again in the slow lane.
 */
export function measureOutcomes(outcomes: readonly Outcome[]): void {
  const ended = outcomes.flatMap((outcome) => endedBy(outcome) ?? []).filter(({ isCut }) => !isCut);
  const sumOf = (count: keyof Counts): number =>
    ended.filter(({ ending }) => (ENDINGS[ending] as readonly string[]).includes(count)).length;
  const attempts = sumOf('attempts');
  emitMetrics({
    Recorded: outcomes.length,
    Attempts: attempts,
    FailedAttempts: sumOf('failedAttempts'),
    FirstAttempts: attempts - sumOf('retries'),
    FirstAttemptsDelivered: sumOf('deliveredFirst'),
    PromptLatency: outcomes.flatMap(promptLatency),
  });
  const dead = outcomes.filter(({ status }) => status === 'dead');
  for (const [reason = 'unknown', all] of Map.groupBy(dead, ({ reason }) => reason)) {
    emitMetrics({ Dead: all.length }, { Reason: reason });
  }
}

/**
 * Milliseconds to delivery where nothing but we and the endpoint's answer took time. A delivery that waited says nothing of
 * how we do: a breaker, a pause or a rate limit held it.
 */
function promptLatency(outcome: Outcome): number[] {
  const ended = endedBy(outcome);
  const isPrompt = ended?.ending === 'f' && outcome.attempts[0]?.past === undefined && !outcome.run;
  return isPrompt && ended.latencyMs !== undefined ? [ended.latencyMs] : [];
}
