import { describe, expect, it } from 'vitest';
import type { EventsMessage } from '../../../lambdas/delivery/messages.ts';
import { MAX_GENERATION } from '../../../lambdas/delivery/queues/loop-bounds.ts';
import { notifierOf } from '../../../lambdas/notifications/notify.ts';
import type { OperationalEvent } from '../../../lambdas/notifications/operational-events.ts';
import { timeOfUlid } from '../../../lambdas/values/ids.ts';
import { printedBy } from '../../helpers/printed.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const event = (tenant: string, n: number, about: Partial<OperationalEvent> = {}): OperationalEvent => ({
  tenant,
  id: `posthorn.delivery.dead:${n}`,
  type: 'posthorn.delivery.dead',
  data: { n },
  generation: 1,
  ...about,
});

function notifier(about: { readonly isTopicGone?: boolean } = {}) {
  const sent: EventsMessage[] = [];
  const alerts: object[] = [];
  const made = notifierOf({
    sendEvents: async (messages) => void sent.push(...messages),
    async publishAlert(text) {
      if (about.isTopicGone) throw new Error('no topic');
      alerts.push(text);
    },
    now: () => NOW,
  });
  return { ...made, sent, alerts };
}

describe('tenants', () => {
  it('are notified in as few messages as there are tenants', async () => {
    const { notifyTenant, sent } = notifier();
    await notifyTenant([event('t', 1), undefined, event('u', 2), event('t', 3, { keepSeconds: 7200 })]);
    expect(sent).toMatchObject([
      { v: 1, kind: 'events', tenant: 't', events: [{ id: event('t', 1).id }, { keepSeconds: 7200 }] },
      {
        v: 1,
        kind: 'events',
        tenant: 'u',
        events: [{ id: event('u', 2).id, type: 'posthorn.delivery.dead' }],
      },
    ]);
    const ulids = sent.flatMap(({ events }) => events.map(({ ulid }) => ulid));
    expect(new Set(ulids).size).toBe(3);
    expect(ulids.map(timeOfUlid)).toEqual([NOW, NOW, NOW]);
  });

  it('get many events in messages that SQS takes', async () => {
    const { notifyTenant, sent } = notifier();
    const data = { text: 'x'.repeat(10_000) };
    await notifyTenant(Array.from({ length: 200 }, (_, n) => event('t', n, { data })));
    expect(sent.flatMap(({ events }) => events)).toHaveLength(200);
    for (const message of sent) expect(JSON.stringify(message).length).toBeLessThan(100_000);
  });

  it('get nothing of what only notifications have led to, which is noted as a loop', async () => {
    const { notifyTenant, sent } = notifier();
    const [last, next] = [MAX_GENERATION, MAX_GENERATION + 1].map((generation) =>
      event('t', generation, { generation }),
    );
    const { warnings, metrics } = await printedBy(() => notifyTenant([next!, last!]));
    expect(sent.flatMap(({ events }) => events.map(({ id }) => id))).toEqual([last!.id]);
    expect(warnings).toMatchObject([{ message: 'loop stopped', kind: 'operational event', event: next!.id }]);
    expect(metrics).toEqual({ LoopsStopped: 1 });
  });
});

describe('the operator', () => {
  const text = { subject: 'a', message: 'b' };

  it('gets an alert', async () => {
    const { notifyOperator, alerts } = notifier();
    await notifyOperator(text);
    expect(alerts).toEqual([text]);
  });

  it('may miss an alert, and nothing fails for it', async () => {
    const { notifyOperator } = notifier({ isTopicGone: true });
    const { result, warnings } = await printedBy(() => notifyOperator(text));
    expect(result).toBeUndefined();
    expect(warnings).toMatchObject([{ message: 'alert not published', subject: 'a', detail: 'no topic' }]);
  });
});
