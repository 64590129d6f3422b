import { eventTypeRoutes } from './event-types.ts';
import { eventRoutes } from './events.ts';
import { filterRoutes } from './filters.ts';
import { historyRoutes } from './history.ts';
import { subscriptionRoutes } from './subscriptions.ts';
import { targetRoutes } from './targets.ts';

/** Every route of the API, by the name of its operation. */
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

export type OperationName = keyof typeof ROUTES;

/** The operations that a function has to offer. */
export type OperationsOf<F extends 'ingest' | 'manage' | 'docs'> = {
  [O in OperationName]: (typeof ROUTES)[O]['function'] extends F ? O : never;
}[OperationName];
