/**
 * The metrics that functions emit, for them and for the stacks that watch them. A tenant or a target is never a dimension:
 * each set of dimensions costs $0.30 a month.
 */
export const METRIC_NAMESPACE = 'Posthorn';

export interface MetricDeclaration {
  readonly unit: 'Count' | 'Milliseconds';
  /** The dimension that it has beside `Environment`. */
  readonly by?: 'Lane' | 'Reason' | 'Source';
  /** What it counts or measures. */
  readonly says: string;
}

const count = (says: string, by?: MetricDeclaration['by']): MetricDeclaration => ({
  unit: 'Count',
  ...(by && { by }),
  says,
});
const milliseconds = (says: string, by?: MetricDeclaration['by']): MetricDeclaration => ({
  unit: 'Milliseconds',
  ...(by && { by }),
  says,
});

/** Every metric, by its name. */
export const METRICS = {
  Events: count('events that fanout has begun, without duplicates; the rest of an event counts again'),
  DuplicateEvents: count(
    'events dropped because an event with the same producer’s id came within 24 hours before',
  ),
  ConflictingEvents: count(
    'events dropped because a different event had the same producer’s id within 24 hours before',
  ),
  EventsDead: count('events given up before they became deliveries'),
  Deliveries: count('deliveries sent to a lane'),

  Attempts: count(
    'attempts that were recorded, without requests that a fast lane cut, without those of listeners, and without fetches that came to nothing',
  ),
  FailedAttempts: count('those of them that failed'),
  FirstAttempts: count('those that were the first of their delivery'),
  FirstAttemptsDelivered: count('first attempts that delivered'),
  PromptLatency: milliseconds(
    'from acceptance to delivery, of deliveries that the first attempt delivered and that waited for nothing of their endpoint',
  ),
  Recorded: count('outcomes written to the log'),
  Dead: count('deliveries that became dead letters', 'Reason'),

  Delivered: count('deliveries that arrived', 'Lane'),
  Retried: count('attempts that failed, and will be made again', 'Lane'),
  Reconnected: count(
    'requests sent again at once, because the endpoint had closed the kept connection',
    'Lane',
  ),
  Parked: count(
    'deliveries that began to wait in a table: for a retry, for their target to recover, for a slot of its rate limit',
    'Lane',
  ),
  Moved: count('deliveries sent on to another lane, where their target belongs', 'Lane'),
  AnswerTime: milliseconds('until an endpoint answered', 'Lane'),
  DeliveryLatency: milliseconds('from an event’s acceptance to its delivery', 'Lane'),
  HeldAtOnce: count('deliveries that fanout held, since their target’s breaker is open'),
  Superseded: count('messages dropped because their delivery was sent again while they waited'),

  BreakerOpened: count('breakers that opened'),
  BreakerClosed: count('breakers that closed'),
  TargetsDisabled: count('targets disabled because they failed for days, or answered 410'),
  TargetsFailing: count('targets of which more than a tenth of the attempts fail now'),
  AlertsRaised: count('alert rules of tenants that began to hold'),

  DrainsResent: count('drain messages sent again because the first one was lost'),
  Released: count('parked deliveries sent back to a lane'),
  ReleaseLag: milliseconds('by which release is behind after a run'),
  Recovered: count('lost deliveries sent again, and lost rests of events'),
  Replayed: count('deliveries that replay jobs have sent again'),
  Erased: count('items erased with their tenants'),

  LiveFrames: count('frames for those who watch live'),
  RelayedFailures: count(
    'answers with 5xx that came from developers’ machines that listen, or from their absence: API Gateway counts them among the API’s own',
  ),
  LiveUnsent: count(
    'messages for those who watch live that could not be sent, and frames that a connection did not take',
  ),

  SourceEvents: count('records of sources that were published as events', 'Source'),
  SourceQuarantined: count('records of sources that can’t be events, sent to the quarantine queue', 'Source'),

  Faults: count('messages that failed for a reason of our own, and will be received again'),
  Quarantined: count('messages that did not parse, sent to the quarantine queue'),
  UnreadableItems: count('items of tables that could not be read and were skipped'),
  LoopsStopped: count(
    'messages given up because they came back to their function more often than the engine ever needs',
  ),
  AuditEntriesUnwritten: count('entries of the audit trail that could not be written; the log has them'),
} as const satisfies Record<string, MetricDeclaration>;

export type MetricName = keyof typeof METRICS;
