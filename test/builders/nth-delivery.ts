import type { DeliveryMessage } from '../../lambdas/delivery/messages.ts';
import type { StoredHealth } from '../../lambdas/endpoint-health/health.ts';
import type { Event } from '../../lambdas/events/event.ts';
import type { Target } from '../../lambdas/targets/target.ts';
import { lowestUlidAt } from '../../lambdas/values/ids.ts';
import { deliveryOf } from './deliveries.ts';
import { eventOf } from './events.ts';

/** Milliseconds since the epoch. */
export const NOW = 1_795_000_000_000;

/** The n-th delivery of a target: each is of an event of its own, whose id is `evt-n`. */
export const nthDelivery = (
  n: number,
  { event, ...about }: Partial<Omit<DeliveryMessage, 'event'>> & { readonly event?: Partial<Event> } = {},
): DeliveryMessage =>
  deliveryOf({
    ...about,
    event: {
      ...eventOf(),
      id: `evt-${n}`,
      ulid: lowestUlidAt(NOW).slice(0, -4) + String(n).padStart(4, '0'),
      contentType: 'application/json',
      payload: { kind: 'text', text: `{"n":${n}}` },
      ...event,
    },
  });

export const targetOf = (about: Partial<Target> = {}): Target => ({
  id: 'tgt_1',
  revision: 1,
  createdAt: new Date(NOW).toISOString(),
  updatedAt: new Date(NOW).toISOString(),
  url: 'https://a.example/hook',
  signature: 'standard',
  secrets: [
    { value: `whsec_${Buffer.alloc(24).toString('base64')}`, createdAt: new Date(NOW).toISOString() },
  ],
  retry: { schedule: [60, 3600], jitter: 0 },
  timeoutMs: 15_000,
  active: true,
  ...about,
});

/** The health of a target that answers. */
export const GOOD: StoredHealth = { provenAt: NOW, failed: 0, ok: 1, countedSince: NOW, revision: 1 };

/** The health of a target whose breaker is open. */
export const OPEN: StoredHealth = { ...GOOD, failed: 10, open: { since: NOW, probes: 0 } };
