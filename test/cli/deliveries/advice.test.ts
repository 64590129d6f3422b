import { expect, test } from 'vitest';
import { COMMANDS } from '../../../cli/commands.ts';
import { adviceFor } from '../../../cli/deliveries/advice.ts';
import type { Schemas } from '../../../client/index.ts';
import { DEATH_REASONS, WAIT_REASONS } from '../../../lambdas/delivery/delivery.ts';

type Delivery = Schemas['Delivery'];

const DELIVERY = {
  id: 'dlv_1',
  event: { id: 'evt_1', type: 'order.paid', acceptedAt: '2026-03-01T12:00:00.000Z' },
  subscriptionId: 'sub_1',
  targetId: 'tgt_1',
  attempts: [],
} satisfies Partial<Delivery>;

/** The commands that a sentence names. */
const named = (text: string): string[] =>
  [...text.matchAll(/posthorn ([\w-]+ [\w-]+)/g)].map(([, words]) => words!);

test.each(DEATH_REASONS)('dead, %s: says why, and what to do by commands that there are (A20)', (reason) => {
  const advice = adviceFor({ ...DELIVERY, status: 'dead', reason })!;
  expect(advice).toMatch(/^\w.*[.:] ?/);
  for (const words of named(advice)) expect(COMMANDS.map((one) => one.words)).toContain(words);
  if (reason !== 'payload_missing') expect(named(advice)).not.toEqual([]);
});

test.each(WAIT_REASONS)('waits, %s: says for what, and how to try it now (A20)', (waitingFor) => {
  const advice = adviceFor({ ...DELIVERY, status: 'parked', waitingFor })!;
  expect(advice).toContain('posthorn deliveries retry dlv_1');
  expect(advice).not.toContain('undefined');
});

test.each(['queued', 'attempting', 'delivered'] as const)('%s: there is nothing to do', (status) => {
  expect(adviceFor({ ...DELIVERY, status })).toBeUndefined();
});
