import { expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import type { EndpointHealth } from '../../../lambdas/endpoint-health/health.ts';
import { sendToLanes } from '../../../lambdas/fanout/send-to-lanes.ts';
import { eventOf } from '../../builders/events.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const good: EndpointHealth = { provenAt: NOW, failed: 0, ok: 3, countedSince: 0 };
const health = new Map<string, EndpointHealth>([
  ['t/good', good],
  ['t/open', { ...good, open: { since: NOW, probes: 0 } }],
  ['t/disabled', { ...good, open: { since: NOW, probes: 9 }, disabled: { at: NOW, reason: 'gone' } }],
  ['t/switched off', { ...good, open: { since: NOW, probes: 9 }, switchedOff: true }],
  ['t/slow', { ...good, slowUntil: NOW + 1 }],
  ['t/no longer slow', { ...good, slowUntil: NOW }],
  ['t/batching', { ...good, collects: true }],
]);

const delivery = (target: string, priority?: DeliveryMessage['event']['priority']): DeliveryMessage => ({
  v: 1,
  kind: 'delivery',
  tenant: 't',
  subscription: 'sub_1',
  target,
  event: eventOf(priority && { priority }),
  attempts: [],
});

const sent: string[] = [];
const held: string[] = [];
const bodies: unknown[] = [];
const send = (deliveries: readonly DeliveryMessage[]) =>
  sendToLanes(
    {
      healthOf: async () => health,
      holdAtOnce: async (waiting) => {
        held.push(...waiting.map(({ target }) => target));
        return waiting.filter(({ subscription }) => subscription === 'sub_unheld');
      },
      toLane: (lane, body) => ({ queueUrl: lane, body }),
      send: async (messages) => {
        sent.push(...messages.map(({ queueUrl }) => queueUrl));
        bodies.push(...messages.map(({ body }) => body));
      },
      now: () => NOW,
    },
    deliveries,
  );

it.each([
  ['good', undefined, 'standard'],
  ['good', 'critical', 'critical'],
  ['good', 'low', 'bulk'],
  ['disabled', 'critical', 'slow'],
  ['switched off', 'critical', 'slow'],
  ['slow', 'critical', 'slow'],
  ['no longer slow', 'critical', 'critical'],
  ['unknown', 'critical', 'slow'],
  ['batching', 'critical', 'bulk'],
] as const)(
  'a delivery to a target that is %s, of priority %s, goes to the %s lane',
  async (target, priority, lane) => {
    sent.length = 0;
    await send([delivery(target, priority)]);
    expect(sent).toEqual([lane]);
  },
);

it('each delivery of a batch goes to its own lane', async () => {
  sent.length = 0;
  await send([delivery('unknown'), delivery('good'), delivery('batching')]);
  expect(sent).toEqual(['slow', 'standard', 'bulk']);
});

it('what would only be held in the slow lane is held at once, and else goes there (A22)', async () => {
  sent.length = 0;
  await send([
    delivery('open', 'critical'),
    delivery('good'),
    { ...delivery('open'), subscription: 'sub_unheld' },
  ]);
  expect(held).toEqual(['open', 'open']);
  expect(sent).toEqual(['standard', 'slow']);
});
it.each([
  ['good', undefined, 'deliveries', 2],
  ['good', 'critical', 'deliveries', 2],
  ['good', 'low', 'delivery', 7],
  ['unknown', undefined, 'delivery', 7],
  ['batching', undefined, 'delivery', 7],
] as const)(
  'deliveries travel together in a fast lane alone: %s, of priority %s, as %s',
  async (target, priority, kind, count) => {
    bodies.length = 0;
    await send(Array.from({ length: 7 }, () => delivery(target, priority)));
    expect(bodies).toHaveLength(count);
    expect(new Set(bodies.map((body) => (body as { kind: string }).kind))).toEqual(new Set([kind]));
  },
);
