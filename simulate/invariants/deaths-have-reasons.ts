import { DEATH_REASONS } from '../../lambdas/delivery/delivery.ts';
import { isPermanent } from '../../lambdas/http-client/status-codes.ts';
import { timeOfUlid } from '../../lambdas/values/ids.ts';
import { LIFETIME_SECONDS } from '../../lambdas/values/lifetime.ts';
import type { InvariantFactory } from './invariant.ts';
import { deliveryIn, type LoggedDelivery, shown } from './logged-delivery.ts';
import { spanText } from './words.ts';

const NAME = 'deaths have their reasons';

const REASONS: ReadonlySet<string | undefined> = new Set(DEATH_REASONS);

/** A dead delivery has a reason that is known, that this history can lead to, and that its own attempts bear out. */
export const deathsHaveReasons: InvariantFactory = ({ now, violated, expected, isCalmSince, limits }) => {
  /** Of a delivery that died just now. */
  function problemOf(delivery: LoggedDelivery): string | undefined {
    const { reason, tenant, target, attempts, used, ulid, replayedAt } = delivery;
    const begun = replayedAt ?? timeOfUlid(ulid);
    const last = attempts.at(-1)?.status;
    if (!REASONS.has(reason)) return 'expected a known reason';
    if (reason === 'infrastructure') {
      return isCalmSince(begun)
        ? 'expected another reason: no fault was active since its event was accepted'
        : undefined;
    }
    if (!limits.deaths.has(reason!)) return 'expected none to die of this here';
    switch (reason) {
      case 'expired': {
        const waited = now() - begun;
        const least = LIFETIME_SECONDS * 1000 - 2 * limits.clockSkewMs;
        return waited < least ? `expected it to wait for a day, it did for ${spanText(waited)}` : undefined;
      }
      case 'rejected':
        return last !== undefined && isPermanent(last)
          ? undefined
          : `expected an answer that no repetition changes, its last is ${last ?? 'none'}`;
      case 'exhausted': {
        const config = expected.target(tenant, target);
        const most = (config?.retry.schedule.length ?? 0) + 1;
        return !config || config.isRetryChanged || used >= most
          ? undefined
          : `expected all ${most} attempts of its schedule, ${used} are used`;
      }
      default:
        return undefined;
    }
  }

  return {
    name: NAME,
    watcher: {
      wrote({ table, before, after }) {
        if (table !== 'log') return;
        const delivery = deliveryIn(after);
        if (delivery?.status !== 'dead' || deliveryIn(before)?.status === 'dead') return;
        const problem = problemOf(delivery);
        if (problem) violated(NAME, `${problem}: ${shown(delivery)}`);
      },
    },
  };
};
