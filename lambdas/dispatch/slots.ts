import { requireEnv } from '../adapters/env.ts';
import { reserveSlots } from '../adapters/rate-slots.ts';
import type { DeliveryMessage } from '../domain/messages.ts';
import { intervalMs, MAX_LATE_MS } from '../domain/rate-limit.ts';
import type { Destination } from '../domain/triage.ts';

const stateTable = requireEnv('STATE_TABLE');

/** A delivery that is to be posted as soon as its target's rate limit lets it go. */
export interface ToPost {
  readonly received: DeliveryMessage;
  readonly destination: Destination;
}

/**
 * When the rate limits of their targets let deliveries go: each by the slot that it came with, or by a new one.
 * @returns by delivery: a time, in milliseconds since the epoch; `turn` when slots are given away for a minute; missing
 *   when its target has no limit
 */
export async function slotsFor(
  posts: readonly ToPost[],
  now: number,
): Promise<Map<DeliveryMessage, number | 'turn'>> {
  const slots = new Map<DeliveryMessage, number | 'turn'>();
  const without: ToPost[] = [];
  for (const post of posts) {
    const { received, destination } = post;
    if (!destination.target.rateLimit) continue;
    if (received.slot !== undefined && received.slot >= now - MAX_LATE_MS) slots.set(received, received.slot);
    else without.push(post);
  }
  const byTarget = Map.groupBy(without, ({ received: { tenant, target } }) => `${tenant}/${target}`);
  await Promise.all(
    [...byTarget.values()].map(async (ofTarget) => {
      const { received, destination } = ofTarget[0]!;
      const { perSecond } = destination.target.rateLimit!;
      const ref = { tenant: received.tenant, id: received.target };
      const first = await reserveSlots(stateTable, ref, ofTarget.length, perSecond, now);
      for (const [i, post] of ofTarget.entries()) {
        const slot = first === undefined ? 'turn' : Math.round(first + i * intervalMs(perSecond));
        slots.set(post.received, slot);
      }
    }),
  );
  return slots;
}
