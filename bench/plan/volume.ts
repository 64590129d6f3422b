/** What is to be delivered in a month, and how. */
export interface Volume {
  readonly eventsPerDay: number;
  /** Subscriptions that an event reaches. */
  readonly deliveries: number;
  /** Attempts of a delivery, on average. */
  readonly attempts: number;
  /** Of an event, in KB of 1,024 bytes. */
  readonly payloadKb: number;
  readonly eventsPerRequest: number;
  /** How long an endpoint takes to answer. */
  readonly answerMs: number;
  /** Hours of a day over which its events are spread. */
  readonly peakHours: number;
  /** How long the log keeps events and deliveries. */
  readonly retentionHours: number;
  readonly tenants: number;
  /** Endpoints, and types of events, of all tenants. */
  readonly targets: number;
  readonly eventTypes: number;
  /** Of the retries, those that wait in the table. Left out, as the default schedule has it. */
  readonly parkedShare?: number;
  /** Of the deliveries, those that find an endpoint down and wait for it. */
  readonly heldShare: number;
  /** Of the deliveries, those that their endpoint refuses for good. */
  readonly deadShare: number;
}
