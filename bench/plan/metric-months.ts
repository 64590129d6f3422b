import { METRICS, type MetricName } from '../../lambdas/platform/metric-names.ts';
import { type Counts, DAYS_A_MONTH } from './counts.ts';

/** What a metric is emitted with. */
type Occasion =
  | 'each minute'
  | keyof Counts
  /** Not in a month in which nothing goes wrong in our own parts. */
  | 'seldom';

/**
 * When each is emitted, in each lane that it is emitted for: first attempts are made in `standard`, retries in `slow`. A metric
 * costs for the hours in which it is emitted.
 */
const EMITTED: Readonly<Record<MetricName, readonly Occasion[]>> = {
  Events: ['events'],
  DuplicateEvents: ['seldom'],
  ConflictingEvents: ['seldom'],
  EventsDead: ['seldom'],
  Deliveries: ['deliveries'],

  Attempts: ['attempts'],
  FailedAttempts: ['retries'],
  FirstAttempts: ['deliveries'],
  FirstAttemptsDelivered: ['deliveries'],
  PromptLatency: ['deliveries'],
  Recorded: ['attempts'],
  Dead: ['dead'],

  Delivered: ['deliveries', 'retries'],
  Retried: ['retries', 'parked'],
  Reconnected: ['deliveries'],
  Parked: ['held', 'parked'],
  Moved: ['seldom'],
  AnswerTime: ['deliveries', 'retries'],
  DeliveryLatency: ['deliveries', 'retries'],
  HeldAtOnce: ['held'],
  Superseded: ['seldom'],

  BreakerOpened: ['held'],
  BreakerClosed: ['held'],
  TargetsDisabled: ['seldom'],
  TargetsFailing: ['retries'],
  AlertsRaised: ['seldom'],

  DrainsResent: ['seldom'],
  Released: ['parked'],
  ReleaseLag: ['each minute'],
  Recovered: ['seldom'],
  Replayed: ['seldom'],
  Erased: ['seldom'],

  LiveFrames: ['seldom'],
  RelayedFailures: ['seldom'],
  LiveUnsent: ['seldom'],

  // Of an environment with sources beside the API, which a plan has not.
  SourceEvents: ['seldom'],
  SourceQuarantined: ['seldom'],

  Faults: ['seldom'],
  Quarantined: ['seldom'],
  UnreadableItems: ['seldom'],
  LoopsStopped: ['seldom'],
  AuditEntriesUnwritten: ['seldom'],
};

/** Months of custom metrics: one that is emitted in half of the hours is half a month. */
export function metricMonths(counts: Counts, peakHours: number): number {
  const months = (occasion: Occasion): number => {
    if (occasion === 'each minute') return 1;
    if (occasion === 'seldom') return 0;
    const inAnHour = counts[occasion] / DAYS_A_MONTH / peakHours;
    return (peakHours / 24) * (1 - Math.exp(-inAnHour));
  };
  return Object.keys(METRICS)
    .flatMap((name) => EMITTED[name as MetricName])
    .reduce((sum, occasion) => sum + months(occasion), 0);
}
