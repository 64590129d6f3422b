/** The numbers of listeners, in milliseconds where they are times. */

/**
 * A listener lasts for this long after it was made, or after its connection was opened or has pinged. A client pings every four
 * minutes, so one may be late by one.
 */
export const LISTENER_LEASE_MS = 5 * 60_000;

/** After its connection has closed: long enough for a client to come back, be it a laptop that changes its network. */
export const RECONNECT_MS = 2 * 60_000;

/** Of a tenant at once: a team, each with one or two. */
export const MAX_LISTENERS = 20;

/**
 * Requests that are under way at once. Each keeps an instance of the function `relay` for as long as the developer's server takes,
 * and an account may have a thousand instances of all functions.
 */
export const UNDER_WAY = { ofListener: 10, ofTenant: 50 } as const;

/** How long a request waits for others of its listener to end, before it is sent away. */
export const WAIT_FOR_ROOM_MS = 1000;

/** Requests a second. Beyond it, deliveries wait for their slots, and none is refused. */
export const RATE_PER_SECOND = 20;

/** How long the developer's server may take. As long as targets have where they say nothing. */
export const ANSWER_SECONDS = 15;

/**
 * A message to a client. API Gateway takes 128 KB, in frames of 32 KB "also for @connections", and it is not said who splits
 * them. One that fits into a frame is taken in any case.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
export const MAX_MESSAGE_BYTES = 30 * 1024;

/** How much is kept of an answer, as of any endpoint's. */
export const ANSWER_BYTES = 2048;

/** A signature is good for this long before and after its time, as verifiers of Standard Webhooks have it. */
export const TOLERANCE_SECONDS = 300;

/** A request is known for longer than its signature is good, so that a captured one reaches nobody. */
export const REQUEST_KEPT_SECONDS = 2 * TOLERANCE_SECONDS + 60;
