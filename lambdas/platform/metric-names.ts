/**
 * The names of CloudWatch metrics, for the functions that emit them and the stacks that watch them. A tenant or a target
 * is never a dimension: each set of dimensions costs $0.30 a month.
 */
export const METRIC_NAMESPACE = 'Posthorn';

export type MetricName =
  /** Events that fanout has begun, without duplicates; the rest of an event counts again. */
  | 'Events'
  /** Events dropped because an event with the same producer's id came within 24 hours before. */
  | 'DuplicateEvents'
  /** Events dropped because a different event had the same producer's id within 24 hours before. */
  | 'ConflictingEvents'
  /** Deliveries sent to a lane. */
  | 'Deliveries'
  | 'Delivered'
  | 'Retried'
  /** Requests sent again at once, because the endpoint had closed the kept connection. */
  | 'Reconnected'
  /** Deliveries that began to wait in a table: for a retry, for their target to recover, for a slot of its rate limit. */
  | 'Parked'
  /** Deliveries sent on to another lane, where their target belongs. */
  | 'Moved'
  /** Messages dropped because their delivery was sent again while they waited. */
  | 'Superseded'
  | 'BreakerOpened'
  | 'BreakerClosed'
  /** Targets disabled because they failed for days, or answered 410. */
  | 'TargetsDisabled'
  /** Drain messages sent again because the first one was lost. */
  | 'DrainsResent'
  /** Lost deliveries sent again, and lost rests of events. */
  | 'Recovered'
  | 'Dead'
  /** Parked deliveries sent back to a lane. */
  | 'Released'
  /** Deliveries that replay jobs have sent again. */
  | 'Replayed'
  /** Items erased with their tenants. */
  | 'Erased'
  /** Frames for those who watch live. */
  | 'LiveFrames'
  /** Messages for those who watch live that could not be sent, and frames that a connection did not take. */
  | 'LiveUnsent'
  /** Outcomes written to the log. */
  | 'Recorded'
  /** Messages that did not parse, sent to the quarantine queue. */
  | 'Quarantined'
  /** Items of tables that could not be read and were skipped. */
  | 'UnreadableItems'
  /** Messages given up because they came back to their function more often than the engine ever needs. */
  | 'LoopsStopped'
  /** Messages that failed for a reason of our own, and will be received again. */
  | 'Faults'
  /** Entries of the audit trail that could not be written. The log has them. */
  | 'AuditEntriesUnwritten'
  /** Milliseconds that an endpoint took to answer. */
  | 'AnswerTime'
  /** Milliseconds from an event's acceptance to its delivery. */
  | 'DeliveryLatency';
