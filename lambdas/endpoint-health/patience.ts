/**
 * How long a request in a fast lane may take, in milliseconds. One that takes longer is cut and made again in the slow
 * lane, so this is also how long one target can hold up a place there. Most endpoints answer within a second.
 */
export const PATIENCE_MS = 2000;
