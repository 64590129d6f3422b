import { RETRY_LIMITS } from '../../lambdas/targets/retry-policy.ts';
import type { ExpectedTarget, InvariantFactory } from './invariant.ts';
import { deliveryIn, isClaim, shown } from './logged-delivery.ts';
import { readRequest } from './posted-request.ts';
import { createRecent } from './recent.ts';

const NAME = 'attempts are bounded';

/** What is posted twice is so soon, or an hour later, by recovery. */
const REPEATED_MS = 3 * 3600_000;

/** The requests that were made of an attempt. */
interface Made {
  count: number;
  /** The last of them. */
  readonly last: { readonly number: number; readonly instance: string };
}

/**
 * No delivery uses more attempts than its target's schedule has, and each attempt is one request: besides what the history's
 * faults repeat, what is made again at once over a new connection, and what a replay posts beside an attempt under way.
 */
export const attemptsAreBounded: InvariantFactory = ({ now, violated, expected, limits }) => {
  const made = createRecent<Made>(now, REPEATED_MS);
  const replays = createRecent<number>(now, REPEATED_MS);
  /** Requests that ended without an answer, by number. */
  const unanswered = createRecent<true>(now, REPEATED_MS);

  const mostOf = ({ subscriptions }: ExpectedTarget, replayed: number): number =>
    (subscriptions + replayed) * (1 + limits.repeatsPerAttempt);

  return {
    name: NAME,
    watcher: {
      reached(request) {
        const { number, instance, url } = request;
        const target = expected.targetAt(url);
        const { events, id, attempt } = readRequest(request);
        if (!target || attempt === undefined || events.length === 0) return;
        const ofEvent = `${target.tenant} ${target.id} ${id}`;
        const name = `${ofEvent} ${attempt}`;
        const before = made.get(name);
        const isReconnected =
          before?.last.instance === instance && unanswered.get(String(before.last.number)) === true;
        const count = (before?.count ?? 0) + (isReconnected ? 0 : 1);
        made.set(name, { count, last: { number, instance } });
        const most = mostOf(target, replays.get(ofEvent) ?? 0);
        if (count <= most) return;
        violated(
          NAME,
          `expected ${most} requests at most for attempt ${attempt} of ${id} at ${url}, found ${count}: request ${number} of ${instance}, the one before was ${before?.last.number} of ${before?.last.instance}`,
        );
      },
      answered({ number, status }) {
        if (status === undefined) unanswered.set(String(number), true);
      },
      wrote({ table, before, after }) {
        const delivery = table === 'log' ? deliveryIn(after) : undefined;
        if (!delivery) return;
        const { tenant, target, event, used } = delivery;
        if (isClaim(deliveryIn(before), delivery)) {
          const name = `${tenant} ${target} ${event}`;
          replays.set(name, (replays.get(name) ?? 0) + 1);
        }
        const config = expected.target(tenant, target);
        const most = config?.isRetryChanged
          ? RETRY_LIMITS.attempts
          : (config?.retry.schedule.length ?? RETRY_LIMITS.attempts) + 1;
        if (used > most)
          violated(
            NAME,
            `expected ${most} attempts of its schedule at most, found ${used}: ${shown(delivery)}`,
          );
      },
    },
  };
};
