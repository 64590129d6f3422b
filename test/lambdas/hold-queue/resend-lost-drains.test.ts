import { expect, it } from 'vitest';
import type { DrainMessage } from '../../../lambdas/delivery/messages.ts';
import { resendLostDrains } from '../../../lambdas/hold-queue/resend-lost-drains.ts';
import type { Addressed } from '../../../lambdas/platform/sqs.ts';
import { createEngine, refusing } from '../../builders/engine.ts';
import { NOW } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

it('a drain that is overdue by a minute gets another message', async () => {
  const asked: number[] = [];
  const sent: Addressed[] = [];
  const { deps } = createEngine();
  const { metrics } = await printedBy(() =>
    resendLostDrains({
      now: deps.now,
      laneUrl: deps.laneUrl,
      sendAddressed: refusing(sent, () => false),
      async *overdueDrains(before) {
        asked.push(before);
        yield { ref: { tenant: 't', target: 'tgt_1' }, at: 7 };
      },
    }),
  );
  expect(asked).toEqual([NOW - 60_000]);
  expect(sent).toMatchObject([
    { body: { kind: 'call', tenant: 't', target: 'tgt_1', at: 7 }, group: 'tgt_1' },
  ]);
  expect(metrics.DrainsResent).toBe(1);
});

it('of many that are overdue, those that are so for longest get one, since the lane may only be behind', async () => {
  const sent: Addressed[] = [];
  const { deps } = createEngine();
  const { metrics } = await printedBy(() =>
    resendLostDrains({
      now: deps.now,
      laneUrl: deps.laneUrl,
      sendAddressed: refusing(sent, () => false),
      async *overdueDrains() {
        for (let i = 0; i < 2000; i++) yield { ref: { tenant: 't', target: `tgt_${i}` }, at: 5000 - i };
      },
    }),
  );
  expect(sent.map(({ body }) => (body as DrainMessage).target)).toEqual(
    Array.from({ length: 500 }, (_, i) => `tgt_${1999 - i}`),
  );
  expect(metrics.DrainsResent).toBe(500);
});
