import type { MatchingFigures } from './matching.ts';

/** For an event that few subscriptions match, by the number of subscriptions. */
const GOAL_MICROSECONDS: Readonly<Record<number, string>> = { 10000: '< 50', 100000: '< 200' };

export function printMatching(figures: MatchingFigures): void {
  console.log('Microseconds per event:');
  console.table(
    figures.events.map((one) => ({
      subscriptions: one.subscriptions,
      'operators alone': `${100 * one.alone} %`,
      'that match': one.matches,
      'payload, bytes': one.payloadBytes,
      candidates: one.candidates,
      p50: one.p50,
      p99: one.p99,
      goal: one.matches < 100 ? (GOAL_MICROSECONDS[one.subscriptions] ?? '') : '',
      'JSON, p50': one.parse,
      'with JSON, p50': one.p50WithParse,
      'plain loop, p50': one.loopP50,
      'times as long': one.timesIndex,
    })),
  );
  console.log('\nAn index:');
  console.table(
    figures.indexes.map((one) => ({
      subscriptions: one.subscriptions,
      'operators alone': `${100 * one.alone} %`,
      'build, cold, ms': one.coldBuildMs,
      'build, warm, ms': one.warmBuildMs,
      'goal, ms': one.subscriptions === 10_000 ? '< 200' : '',
      'bytes a subscription': one.bytesPerSubscription,
      'all used': one.bytesPerSubscriptionUsed,
      goal: '< 2000',
      'as fanout counts': one.estimatedBytes,
    })),
  );
}
