import { isSuccess } from '../../lambdas/http-client/status-codes.ts';
import type { InvariantFactory } from './invariant.ts';
import { deliveryIn, type LoggedDelivery, shown } from './logged-delivery.ts';
import { readRequest } from './posted-request.ts';
import { createRecent } from './recent.ts';

const NAME = 'what is delivered arrived';

/** Longer than any request: a target's timeout is 30 seconds at most. */
const REQUEST_MS = 120_000;

/**
 * From an answer to its outcome in the log: five receives of an outcome by record and as many by the dead-letter writer
 * take half an hour, and a batch that a fault stops comes again.
 */
const OUTCOME_MS = 4 * 3600_000;

/**
 * The log says `delivered` only of what its endpoint answered with 2xx. And a delivery is not dead of its endpoint if the
 * endpoint took it, and nothing kept the engine from knowing.
 */
export const arrivedWasAnswered: InvariantFactory = ({ now, violated, expected, limits }) => {
  const underWay = createRecent<readonly string[]>(now, REQUEST_MS);
  const taken = createRecent<true>(now, OUTCOME_MS);

  const wasTaken = ({ tenant, target, event }: LoggedDelivery): boolean =>
    taken.get(`${tenant} ${target} ${event}`) === true;

  /** Whether a 2xx can only be that of this delivery. */
  const isAlone = ({ tenant, target, run }: LoggedDelivery): boolean =>
    run === 0 && limits.repeatsPerAttempt === 0 && expected.target(tenant, target)?.subscriptions === 1;

  return {
    name: NAME,
    watcher: {
      reached(request) {
        const target = expected.targetAt(request.url);
        if (!target) return;
        const names = readRequest(request).events.map(({ id }) => `${target.tenant} ${target.id} ${id}`);
        underWay.set(String(request.number), names);
      },
      answered({ number, status }) {
        const names = underWay.get(String(number)) ?? [];
        underWay.delete(String(number));
        if (status === undefined || !isSuccess(status)) return;
        for (const name of names) taken.set(name, true);
      },
      wrote({ table, before, after }) {
        if (table !== 'log') return;
        const delivery = deliveryIn(after);
        if (!delivery || deliveryIn(before)?.status === delivery.status) return;
        const isThere = wasTaken(delivery);
        if (delivery.status === 'delivered' && !isThere)
          violated(NAME, `expected an answer of 2xx to a request with it, found none: ${shown(delivery)}`);
        if (delivery.status === 'dead' && isThere && isAlone(delivery))
          violated(NAME, `expected it to be delivered, since its endpoint answered 2xx: ${shown(delivery)}`);
      },
    },
  };
};
