/**
 * The names of the project's CloudWatch metrics, for the functions that emit them and the stacks that watch
 * them. A tenant or a target is never a dimension: each set of dimensions costs $0.30 a month.
 */
export const METRIC_NAMESPACE = 'Posthorn';

export type MetricName =
  /** Events that fanout has seen. */
  | 'Events'
  /** Events dropped because their producer's id came before, within 24 hours. */
  | 'DuplicateEvents'
  /** Events dropped because their producer's id was another event's, within 24 hours. */
  | 'ConflictingEvents'
  /** Deliveries sent to a lane. */
  | 'Deliveries'
  | 'Delivered'
  | 'Retried'
  /** Requests that were made again at once, since their endpoint had closed the connection that was kept. */
  | 'Reconnected'
  /** Deliveries that began to wait in a table: for a retry, for their target to recover, for their turn. */
  | 'Parked'
  /** Deliveries that were sent on to the lane that their target belongs into. */
  | 'Moved'
  | 'BreakerOpened'
  | 'BreakerClosed'
  /** Targets that were switched off because they failed for days, or are gone. */
  | 'TargetsDisabled'
  /** Calls that were sent again because the first was lost. */
  | 'DrainsResent'
  /** Deliveries that were lost on their way and sent again, and events whose fanout was. */
  | 'Recovered'
  | 'Dead'
  /** Parked deliveries that went back to a lane. */
  | 'Released'
  /** Deliveries that jobs have sent again. */
  | 'Replayed'
  /** Items of tenants that are being erased. */
  | 'Erased'
  /** Outcomes written to the log. */
  | 'Recorded'
  /** Messages that did not parse and went to the quarantine queue. */
  | 'Quarantined'
  /** Items of tables that could not be read, and were skipped. */
  | 'UnreadableItems'
  /** Messages that came back to their function more often than can be, and were given up. */
  | 'LoopsStopped'
  /** Messages that failed for a reason of our own and will be received again. */
  | 'Faults'
  /** Time that an endpoint took to answer, in milliseconds. */
  | 'AnswerTime'
  /** Time from acceptance to delivery, in milliseconds. */
  | 'DeliveryLatency';
