/** The numbers of the live channel, in milliseconds where they are times. */

/** A ticket is used at once: a page asks for it and connects. */
export const TICKET_MS = 60_000;

/** API Gateway ends a connection after two hours. */
export const CONNECTION_MS = 2 * 3600_000;

/**
 * A connection gets frames for this long after it connected or pinged. A page pings every four minutes, so one may be late by
 * one; API Gateway ends what is silent for ten. Each ping checks its credential, so this is also how long a revoked one goes on at
 * most.
 */
export const LEASE_MS = 5 * 60_000;

/** API Gateway gives a handshake no longer. A connection is noted before it is over, and can't be posted to until then. */
export const HANDSHAKE_MS = 30_000;

/** What was recorded within a lease may reach its function a little later. */
export const MARK_MS = LEASE_MS + 60_000;

/** Outcomes of this long before a connection may still be on their way to the counters. */
export const MARK_BEFORE_MS = 30_000;

/** A page that is opened again within this time finds no gap, though nobody was connected. */
export const KEEP_AFTER_MS = 2 * 60_000;

/** How long a frame can be fetched. */
export const FRAME_KEPT_MS = 5 * 60_000;

/** At most one frame for each tenant in this time. */
export const FRAME_EVERY_MS = 1000;

/** API Gateway bills by 32 KB. This leaves room for what is around a frame's lists. */
export const FRAME_BYTES = 30 * 1024;

/** Outcomes of one message: what fits into a frame, if they are small. */
export const MESSAGE_OUTCOMES = 50;

/** Connections of a tenant at once: each costs a request a second where much is going on. */
export const MAX_CONNECTIONS = 100;
/** Of one portal token: a page in some tabs. So a consumer can't take them all from the others. */
export const MAX_OF_TOKEN = 10;

/** Of what one answer holds; Lambda takes 6 MB. */
export const CATCH_UP_BYTES = 2 * 1024 * 1024;
