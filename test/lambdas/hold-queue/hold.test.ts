import { expect, it } from 'vitest';
import type { HoldReason } from '../../../lambdas/delivery/decision.ts';
import { hold } from '../../../lambdas/hold-queue/hold.ts';
import { createEngine, sentTo } from '../../builders/engine.ts';
import { nthDelivery, OPEN, targetOf } from '../../builders/nth-delivery.ts';

const batching = (maxSeconds: number) => targetOf({ batching: { maxEvents: 3, maxSeconds } });
const limited = targetOf({ rateLimit: { perSecond: 0.05 } });

it.each<[string, HoldReason, ReturnType<typeof targetOf>, number[], string[]]>([
  ['for a probe', 'recovery', targetOf(), [1], ['call → slow in 5 s']],
  ['once for each hold queue', 'recovery', targetOf(), [1, 1], ['call → slow in 5 s']],
  ['when a slot may be free', 'rate_limit', limited, [1], ['call → slow in 20 s']],
  ['when a batch has waited for long enough', 'batch', batching(10), [1, 1], ['call → slow in 10 s']],
  ['as late as a queue delays', 'batch', batching(1000), [1], ['call → slow in 900 s']],
  ['at once when there are enough', 'batch', batching(10), [3], ['call → slow']],
  [
    'at once when there are enough, together',
    'batch',
    batching(10),
    [2, 1, 1],
    ['call → slow in 10 s', 'call → slow'],
  ],
])('deliveries that are held get a drain %s', async (_, reason, target, counts, drains) => {
  const { deps, sent, holdQueue } = createEngine({ target });
  let n = 0;
  for (const count of counts) {
    const deliveries = Array.from({ length: count }, () => ({ delivery: nthDelivery(n++), isFirst: true }));
    await hold(deps, deliveries, reason, { target, obstacle: undefined, health: OPEN });
  }
  expect(sentTo(sent)).toEqual(drains);
  expect(holdQueue.heldNumbers()).toHaveLength(n);
});
