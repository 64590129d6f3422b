import { alertRuleRoutes } from './alert-rules.ts';
import { auditRoutes } from './audit.ts';
import { brandingRoutes } from './branding.ts';
import { consoleRoutes } from './console.ts';
import { costRoutes } from './costs.ts';
import { deliveryRoutes } from './deliveries.ts';
import { docsRoutes } from './docs.ts';
import { dryRunRoutes } from './dry-run.ts';
import { environmentRoutes } from './environment.ts';
import { eventTypeRoutes } from './event-types.ts';
import { publish, publishBatch, publishLogs, publishToSubscription } from './events.ts';
import { filterPreviewRoutes } from './filter-preview.ts';
import { filterRoutes } from './filters.ts';
import { historyRoutes } from './history.ts';
import { keyRoutes } from './keys.ts';
import { listenerRoutes } from './listeners.ts';
import { liveRoutes } from './live.ts';
import { metricsRoutes } from './metrics.ts';
import { portalTokenRoutes } from './portal-tokens.ts';
import { pullRoutes } from './pull.ts';
import { replayRoutes } from './replay.ts';
import { retryRoutes } from './retry.ts';
import type { Route } from './route.ts';
import { sessionRoutes } from './session.ts';
import { subscriptionRoutes } from './subscriptions.ts';
import { targetRoutes } from './targets.ts';
import { tenantRoutes } from './tenants.ts';
import { timelineRoutes } from './timeline.ts';
import { transformTestRoutes } from './transform-test.ts';

/** Every route of the API, by the name of its operation. */
export const ROUTES = {
  publish,
  publishBatch,
  publishLogs,
  publishToSubscription,
  ...historyRoutes,
  ...timelineRoutes,
  ...deliveryRoutes,
  ...replayRoutes,
  ...retryRoutes,
  ...subscriptionRoutes,
  ...targetRoutes,
  ...pullRoutes,
  ...transformTestRoutes,
  ...filterRoutes,
  ...filterPreviewRoutes,
  ...eventTypeRoutes,
  ...dryRunRoutes,
  ...alertRuleRoutes,
  ...tenantRoutes,
  ...keyRoutes,
  ...portalTokenRoutes,
  ...sessionRoutes,
  ...brandingRoutes,
  ...liveRoutes,
  ...listenerRoutes,
  ...consoleRoutes,
  ...auditRoutes,
  ...metricsRoutes,
  ...environmentRoutes,
  ...costRoutes,
  ...docsRoutes,
};

export type OperationName = keyof typeof ROUTES;

/** The operations that a function has to offer. */
export type OperationsOf<F extends Route['function']> = {
  [O in OperationName]: (typeof ROUTES)[O]['function'] extends F ? O : never;
}[OperationName];
