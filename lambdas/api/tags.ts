/** The chapters of the documentation, and what each is about. */
export const TAGS = {
  Events: 'What is published, and the deliveries that become of it.',
  Replay: 'Sending deliveries again, and dead letters.',
  Subscriptions: 'A subscription binds a target, where to send, and a filter, what to send.',
  Targets: 'Where deliveries are posted to: address, signature, retries, and how the endpoint does.',
  Messages:
    'Fetching instead of being posted to: for targets of kind `pull`, whose owners can’t open a port.',
  Filters: 'Which events are delivered, by their type, their content and the time.',
  Alerts:
    'Rules that say when a tenant wants to be told: of failures, slowness, dead letters, many events, silence.',
  'Event types': 'The catalogue: what the types of events mean, with schemas and samples.',
  Tenants: 'Customers whose data is kept apart.',
  Keys: 'API keys, and short-lived tokens for a consumer’s browser.',
  Sessions: 'Signing in with a browser, which keeps a session instead of a key.',
  Live: 'What happens, as it happens: over a WebSocket.',
  Audit: 'Who changed what, when, and from where.',
  Environment: 'How the whole is doing, and where its requests come from.',
  Documentation: 'The API’s description of itself. It needs no key.',
} as const;

export type Tag = keyof typeof TAGS;
