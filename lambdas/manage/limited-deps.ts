import type { LoggedDelivery } from '../delivery/delivery-items.ts';
import { sinceReplayed } from '../delivery/past.ts';
import type { Caller } from '../http/caller.ts';
import type { ManageDeps } from './deps.ts';

/**
 * What an operation that only reads gets for a caller that is limited to targets. A delivery that was sent again may have been
 * another target's before, so such a caller sees the attempts since then alone.
 */
export function limitedDeps(deps: ManageDeps, { targets }: Pick<Caller, 'targets'>): ManageDeps {
  if (!targets) return deps;
  const { deliveryLog, deadLetters } = deps;
  return {
    ...deps,
    deliveryLog: {
      ...deliveryLog,
      getDeliveries: async (...of) => eachSinceReplay(await deliveryLog.getDeliveries(...of)),
      getDeliveriesOf: async (...of) => eachSinceReplay(await deliveryLog.getDeliveriesOf(...of)),
      readDeliveries: async (...of) => eachSinceReplay(await deliveryLog.readDeliveries(...of)),
      async scanDeliveries(...of) {
        const { deliveries, next } = await deliveryLog.scanDeliveries(...of);
        return { deliveries: deliveries.map(sinceReplay), next };
      },
    },
    deadLetters: {
      ...deadLetters,
      readDeadLetters: async (...of) => (await deadLetters.readDeadLetters(...of)).map(sinceReplay),
    },
  };
}

const eachSinceReplay = (known: Map<string, LoggedDelivery>): Map<string, LoggedDelivery> =>
  new Map([...known].map(([name, delivery]) => [name, sinceReplay(delivery)]));

/** A delivery without what was before it was last sent again. The attempts that are left keep their numbers. */
export function sinceReplay(delivery: LoggedDelivery): LoggedDelivery {
  const { replayedAt, attempts, past, dropped = 0 } = delivery;
  if (replayedAt === undefined) return delivery;
  const left = attempts
    .filter(({ at }) => at >= replayedAt)
    .map((attempt) => (attempt.past ? { ...attempt, past: sinceReplayed(attempt.past) } : attempt));
  return {
    ...delivery,
    attempts: left,
    past: sinceReplayed(past),
    dropped: dropped + attempts.length - left.length,
    isPartHidden: left.length < attempts.length,
  };
}
