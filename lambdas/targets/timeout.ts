/** How long an endpoint may take to answer, in seconds. Standard Webhooks recommends 15 to 30. */
export const TIMEOUT_SECONDS = { min: 1, max: 30, default: 15 } as const;
