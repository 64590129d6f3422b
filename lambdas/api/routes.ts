/**
 * Every route of the API, declared once: the stack creates it and the router finds its operation by it.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** The function behind it. */
  readonly function: 'ingest' | 'manage';
  /** Reachable without a key. */
  readonly public?: boolean;
}

export const ROUTES = {
  publish: { method: 'POST', path: '/v1/events', function: 'ingest' },
  publishBatch: { method: 'POST', path: '/v1/events/batch', function: 'ingest' },
  publishLogs: { method: 'POST', path: '/v1/logs', function: 'ingest' },
  publishToSubscription: {
    method: 'POST',
    path: '/v1/subscriptions/{id}/ingest',
    function: 'ingest',
    public: true,
  },
  listEvents: { method: 'GET', path: '/v1/events', function: 'manage' },
  getEvent: { method: 'GET', path: '/v1/events/{id}', function: 'manage' },
  listEventDeliveries: { method: 'GET', path: '/v1/events/{id}/deliveries', function: 'manage' },
  createSubscription: { method: 'POST', path: '/v1/subscriptions', function: 'manage' },
  listSubscriptions: { method: 'GET', path: '/v1/subscriptions', function: 'manage' },
  getSubscription: { method: 'GET', path: '/v1/subscriptions/{id}', function: 'manage' },
  deleteSubscription: { method: 'DELETE', path: '/v1/subscriptions/{id}', function: 'manage' },
  listSubscriptionDeliveries: {
    method: 'GET',
    path: '/v1/subscriptions/{id}/deliveries',
    function: 'manage',
  },
  getStats: { method: 'GET', path: '/stats', function: 'manage' },
  getHealth: { method: 'GET', path: '/health', function: 'manage', public: true },
} as const satisfies Record<string, Route>;

export type Operation = keyof typeof ROUTES;

/** API Gateway's name of a route: `GET /v1/events/{id}`. */
export const routeKey = ({ method, path }: Route): string => `${method} ${path}`;

export const isRoute = (key: string, operation: Operation): boolean => key === routeKey(ROUTES[operation]);
