import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import { MAX_EVENT_HOPS, MAX_IDLE_DRAINS, MAX_PAGES } from '../../../lambdas/delivery/queues/loop-bounds.ts';
import type { EventInFlight } from '../../../lambdas/events/event.ts';
import { DRAIN_SCHEDULE, heldKey, scheduleName } from '../../../lambdas/hold-queue/hold-queue.ts';
import { newJob } from '../../../lambdas/replay/replay-job.ts';
import { jobPartition } from '../../../lambdas/replay/replay-job-store.ts';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import { deliveryOf } from '../../builders/deliveries.ts';
import {
  edits,
  impatient,
  withoutGrant,
  withoutLoops,
  withoutWindows,
} from '../../helpers/arbitrary/edits.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { eventByHand, publishByHand, sendByHand } from '../../helpers/guide/by-hand.ts';
import { MANY_RETRIES, startEndpoint } from '../../helpers/servers/endpoint.ts';
import { itemsAbout, putItem } from '../../helpers/tenant.ts';

const RECEIVES = 2;
const cloud = await startCloud({
  edit: edits(withoutWindows, impatient(3, RECEIVES), withoutLoops('DispatchSlow')),
});

it('Lambda stops a lane that is not declared to loop, and its dead letters have the reason infrastructure', async () => {
  const endpoint = await startEndpoint(() => ({ status: 400 }));
  await cloud.api.subscribe({ url: endpoint.url, events: ['*'], ...MANY_RETRIES });
  const event = await cloud.api.publish('chain', 1);
  const dead = await cloud.delivery(event.id, 'dead');
  expect(dead.reason).toBe('infrastructure');
  // All attempts that the chain was allowed, with their answers.
  expect(dead.attempts.map(({ statusCode }) => statusCode)).toEqual(Array(16).fill(400));
  expect(endpoint.arrivals).toHaveLength(16);
  expect(cloud.functions.get('DispatchSlow')!.stats().loopsStopped).toBe(RECEIVES);
});

/** A cloud whose slow lane can't send dead letters. */
const bounded = await startCloud({
  edit: edits(withoutWindows, withoutGrant('DispatchSlow', 'sqs:SendMessage', 'DeadLetters')),
});

/** Waits for the line that reports a loop, and the metric that an alarm watches. */
const stopped = (kind: string): Promise<Record<string, unknown>> =>
  eventually(() => {
    const found = bounded.warnings('loop stopped').filter((line) => line.kind === kind);
    expect(found).toHaveLength(1);
    expect(bounded.lines.some(({ text }) => text.includes('"LoopsStopped":1'))).toBe(true);
    return found[0]!;
  });

const deliveryByHand = (
  subscription: { readonly id: string; readonly targetId: string },
  about: Partial<EventInFlight>,
): DeliveryMessage =>
  deliveryOf({
    tenant: FIRST_TENANT,
    subscription: subscription.id,
    target: subscription.targetId,
    event: eventByHand('by.hand', 1, about),
  });

describe.concurrent('a message that returns more often than possible', () => {
  it('is a dead letter with its history, if it is a delivery', async () => {
    const endpoint = await startEndpoint(() => ({ status: 503 }));
    const retry = { schedule: [3600] };
    const { id, targetId } = await bounded.api.subscribe({ url: endpoint.url, events: ['round'], retry });
    const event = await bounded.api.publish('round', 1);
    await bounded.delivery(event.id, 'parked');
    const attempts = [{ at: Date.now(), ms: 5, status: 503 }];
    const message = deliveryByHand({ id, targetId }, { id: event.id, ulid: event.id.slice('evt_'.length) });
    await sendByHand(bounded, 'CriticalLane', { ...message, attempts, hops: 5000 });
    const dead = await bounded.delivery(event.id, 'dead');
    expect(dead).toMatchObject({ reason: 'infrastructure', attempts: [{ statusCode: 503 }] });
    expect(await stopped('delivery')).toMatchObject({ target: targetId, event: event.id, hops: 5000 });
    expect(endpoint.arrivals).toHaveLength(1);
  });

  it('is marked as dead, if it is the rest of an event', async () => {
    const endpoint = await startEndpoint();
    await bounded.api.subscribe({ url: endpoint.url, events: ['rest'] });
    const resume = { after: '', part: 1 };
    const fine = await publishByHand(bounded, 'rest', 1, { resume, hops: MAX_EVENT_HOPS - 1 });
    const looping = await publishByHand(bounded, 'rest', 2, { resume, hops: MAX_EVENT_HOPS });
    expect(await stopped('event')).toMatchObject({ event: looping.id, hops: MAX_EVENT_HOPS });
    await eventually(async () => {
      const logged = await bounded.api.call('GET', `/v1/events/${looping.id}`);
      expect(logged).toMatchObject({ dead: true });
    });
    await eventually(() => expect(endpoint.arrivals).toHaveLength(1));
    expect(endpoint.arrivals[0]!.headers['webhook-id']).toBe(fine.id);
  });

  it('ends, if it is a replay job', async () => {
    const id = `rpl_${ulid()}`;
    const about = { id, tenant: FIRST_TENANT, action: 'send', selection: { kind: 'dead' } } as const;
    const job = { ...newJob(about, Date.now()), page: MAX_PAGES, revision: 1 };
    await putItem(bounded, 'State', { pk: jobPartition(FIRST_TENANT), sk: id, ...job });
    await sendByHand(bounded, 'Replays', {
      v: 1,
      kind: 'replay',
      tenant: FIRST_TENANT,
      job: id,
      page: MAX_PAGES,
    });
    expect(await stopped('replay')).toMatchObject({ job: id });
    const view = await eventually(async () => {
      const now = await bounded.api.call<Record<string, unknown>>('GET', `/v1/replays/${id}`);
      expect(now.state).toBe('failed');
      return now;
    });
    expect(view.problem).toBe('too_many_pages');
  });

  it('is left to the next run of release, if it is a drain that releases no delivery', async () => {
    const ref = { tenant: FIRST_TENANT, target: `tgt_${ulid()}` };
    const waiting = deliveryByHand(
      { id: `sub_${ulid()}`, targetId: ref.target },
      { ulid: ulid(Date.now() - 2 * 86_400_000) },
    );
    const at = Date.now();
    await putItem(bounded, 'State', { ...heldKey(waiting), message: JSON.stringify(waiting), enteredAt: at });
    await putItem(bounded, 'State', { pk: DRAIN_SCHEDULE, sk: scheduleName(ref), at });
    // Eighteen more would only take time.
    const hops = MAX_IDLE_DRAINS - 2;
    await sendByHand(bounded, 'SlowLane', { v: 1, kind: 'call', ...ref, at, hops });
    expect(await stopped('drain')).toMatchObject({ target: ref.target, hops: MAX_IDLE_DRAINS + 1 });
    // Both are unchanged: when the fault is gone, the delivery is released.
    const items = await itemsAbout(bounded, 'State', ref.target);
    expect(items.map(({ pk }) => pk).sort()).toEqual([heldKey(waiting).pk, DRAIN_SCHEDULE].sort());
    expect(items.find(({ pk }) => pk === DRAIN_SCHEDULE)!.isBusy).toBeUndefined();
  });

  it('is not sent, if it is an operational event about such an event', async () => {
    const watcher = await startEndpoint();
    await bounded.api.subscribe({ url: watcher.url, events: ['posthorn.target.disabled'] });
    const gone = await startEndpoint(() => ({ status: 410 }));
    const [first, second] = await Promise.all(
      [1, 2].map(async (generation) => {
        const subscription = await bounded.api.subscribe({
          url: `${gone.url}/${generation}`,
          events: ['none'],
        });
        const event = { type: 'posthorn.target.recovered', generation };
        await sendByHand(bounded, 'SlowLane', deliveryByHand(subscription, event));
        return subscription;
      }),
    );
    expect(await stopped('operational event')).toMatchObject({
      event: expect.stringContaining(second!.targetId),
    });
    await eventually(() => expect(watcher.arrivals).toHaveLength(1));
    expect(watcher.arrivals[0]!.body.toString()).toContain(first!.targetId);
  });
});
