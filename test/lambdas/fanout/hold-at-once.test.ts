import { expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import { holdAtOnce } from '../../../lambdas/fanout/hold-at-once.ts';
import { NOW, nthDelivery } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

const to = (target: string, n: number): DeliveryMessage => ({ ...nthDelivery(n), target });

/** Stores that note in which order they are written, and of which one may fail. */
function world(failing?: string) {
  const steps: string[] = [];
  const held: DeliveryMessage[] = [];
  const logged: Outcome[] = [];
  const step = (name: string): void => {
    steps.push(name);
    if (failing === name) throw new Error(`${name} failed`);
  };
  const deps = {
    now: () => NOW,
    async logFirst(outcomes: readonly Outcome[]) {
      step('log');
      logged.push(...outcomes);
    },
    async holdFirst(deliveries: readonly DeliveryMessage[]) {
      step(`hold ${deliveries[0]!.target}`);
      held.push(...deliveries);
    },
    async reportLogged() {
      step('report');
    },
  };
  return { steps, held, logged, deps };
}

const FLOOD = [to('tgt_1', 1), to('tgt_2', 2), to('tgt_1', 3)];

it('deliveries that wait for a probe are logged, and then held, each target for itself (A22)', async () => {
  const { steps, held, logged, deps } = world();
  const { result, metrics } = await printedBy(() => holdAtOnce(deps, FLOOD));
  expect(result).toEqual([]);
  expect(steps[0]).toBe('log');
  expect(steps.slice(1).sort()).toEqual(['hold tgt_1', 'hold tgt_2', 'report']);
  expect(metrics).toEqual({ HeldAtOnce: 3 });
  expect(logged).toHaveLength(3);
  for (const one of logged) {
    expect(one).toMatchObject({
      status: 'parked',
      waitingFor: 'recovery',
      isWaiting: true,
      at: NOW,
      attempts: [],
    });
  }
  // As dispatch holds them: what is released asks the log whether it was sent meanwhile.
  expect(held.every(({ waited, past }) => waited && past !== undefined)).toBe(true);
});

it.each([
  ['that the log does not take are held by the slow lane', 'log', [1, 2, 3], undefined, ['log']],
  [
    'of one target that fails leave the others',
    'hold tgt_1',
    [1, 3],
    1,
    ['hold tgt_1', 'hold tgt_2', 'log', 'report'],
  ],
  ['are held though they are not reported', 'report', [], 3, ['hold tgt_1', 'hold tgt_2', 'log', 'report']],
])('deliveries %s', async (_, failing, unheld, counted, steps) => {
  const stores = world(failing);
  const { result, metrics } = await printedBy(() => holdAtOnce(stores.deps, FLOOD));
  expect(result).toEqual(unheld.map((n) => FLOOD[n - 1]));
  expect(metrics.HeldAtOnce).toBe(counted);
  expect(stores.steps.sort()).toEqual(steps);
});

it('without any, nothing is written', async () => {
  const { steps, deps } = world();
  expect(await holdAtOnce(deps, [])).toEqual([]);
  expect(steps).toEqual([]);
});
