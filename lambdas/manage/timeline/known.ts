import type { DeathReason } from '../../delivery/delivery.ts';
import type { LoggedDelivery } from '../../delivery/delivery-items.ts';
import type { EndpointHealth } from '../../endpoint-health/health.ts';
import type { Target } from '../../targets/target.ts';

/** What is known of a delivery of an event, for its timeline. */
export interface KnownDelivery {
  readonly subscription: string;
  /** What the log has; undefined before the first outcome. */
  readonly logged: LoggedDelivery | undefined;
  /** Whether a replay, and not fanout, gave the event to its subscription. */
  readonly isAdded: boolean;
  /** Where it goes, as it is now. Undefined when it goes nowhere: it is settled, or its target or subscription is gone. */
  readonly destination: KnownTarget | undefined;
}

/** A target of deliveries that are not settled. */
export interface KnownTarget {
  readonly target: Pick<Target, 'id' | 'kind' | 'retry' | 'rateLimit' | 'batching'>;
  /** Why it gets nothing at all. */
  readonly obstacle: DeathReason | undefined;
  readonly health: EndpointHealth | undefined;
  /** When its hold queue is drained next, in milliseconds since the epoch. */
  readonly drainsAt: number | undefined;
}
