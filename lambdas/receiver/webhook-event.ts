/** An event as a handler gets it. */
export interface WebhookEvent {
  /** The event's id: the same each time that it comes. What is written under it can be written again without harm. */
  readonly id: string;
  /** Such as `order.created`. Undefined where the sender names none. */
  readonly type: string | undefined;
  /** When Posthorn accepted the event, in RFC 3339; known of events that came several in one request. */
  readonly time: string | undefined;
  /** When the request came in that brought the event, in RFC 3339. */
  readonly receivedAt: string;
  /** How often the queue has handed out this message, this time included: 1 at first. */
  readonly tries: number;
  /** Whether it was sent by hand, to try the endpoint. */
  readonly isTest: boolean;
  readonly contentType: string | undefined;
  /** The payload as it was published, byte for byte. */
  readonly body: Buffer;
  /** The attributes of a CloudEvent, such as `source` and `subject`. */
  readonly cloudEvent: Readonly<Record<string, string>> | undefined;
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  /** The payload as text in UTF-8. */
  text(): string;
  /** The payload as JSON. @throws SyntaxError when it is none */
  json<T = unknown>(): T;
}

/**
 * What is done about an event. The event counts as handled when the promise resolves. When it rejects, the event comes again,
 * and ends in the dead-letter queue after too many tries.
 */
export type WebhookHandler = (event: WebhookEvent) => Promise<void> | void;
