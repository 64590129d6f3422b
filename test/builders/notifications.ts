import type { AlertText } from '../../lambdas/notifications/alert-texts.ts';
import type { DeadLetterNotifierDeps } from '../../lambdas/notifications/dead-letter-notifications.ts';
import type { Notifier } from '../../lambdas/notifications/notify.ts';
import type { OperationalEvent } from '../../lambdas/notifications/operational-events.ts';

/** A notifier that keeps what it gets. */
export function inMemoryNotifier() {
  const events: OperationalEvent[] = [];
  const alerts: AlertText[] = [];
  const notifier: Notifier = {
    async notifyTenant(given) {
      events.push(...given.filter((event) => event !== undefined));
    },
    async notifyOperator(text) {
      alerts.push(text);
    },
  };
  return { notifier, events, alerts };
}

/** Claims of alerts, as the state table keeps them for all functions. */
export function inMemoryAlertClaims(): DeadLetterNotifierDeps['claimAlert'] {
  const claimedAt = new Map<string, number>();
  return async (tenant, about, now, quietMs) => {
    const before = claimedAt.get(`${tenant}/${about}`);
    if (before !== undefined && before > now - quietMs) return false;
    claimedAt.set(`${tenant}/${about}`, now);
    return true;
  };
}
