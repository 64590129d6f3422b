import type { OperationsOf, ROUTES } from '../api/routes.ts';
import type { Operation } from './operation.ts';
import * as alertRules from './operations/alert-rules.ts';
import * as audit from './operations/audit.ts';
import { getBranding, putBranding } from './operations/branding.ts';
import { listCosts } from './operations/costs.ts';
import * as deadLetters from './operations/dead-letters.ts';
import * as deliveries from './operations/deliveries.ts';
import { dryRun } from './operations/dry-run.ts';
import { getEgress } from './operations/egress.ts';
import { getHealth } from './operations/environment-health.ts';
import * as eventTypes from './operations/event-types.ts';
import * as events from './operations/events.ts';
import { previewFilter } from './operations/filter-preview.ts';
import * as filters from './operations/filters.ts';
import * as keys from './operations/keys.ts';
import { listTargets } from './operations/list-targets.ts';
import * as listeners from './operations/listeners.ts';
import * as live from './operations/live.ts';
import { getMetrics, getMetricsBreakdown } from './operations/metrics.ts';
import { getConsole, signInWithOidc } from './operations/oidc.ts';
import { getOverview } from './operations/overview.ts';
import * as portalTokens from './operations/portal-tokens.ts';
import * as replays from './operations/replays.ts';
import * as retries from './operations/retries.ts';
import * as sessions from './operations/session.ts';
import * as signInLinks from './operations/sign-in-links.ts';
import { getStats } from './operations/stats.ts';
import * as changes from './operations/subscription-changes.ts';
import * as subscriptions from './operations/subscriptions.ts';
import { getTargetHealth } from './operations/target-health.ts';
import * as targets from './operations/targets.ts';
import * as tenants from './operations/tenants.ts';
import { testSubscription } from './operations/test-event.ts';
import { getEventTimeline } from './operations/timeline.ts';
import { testTransform } from './operations/transform-test.ts';
import { listTroubledTargets } from './operations/troubled-targets.ts';

/** What answers each route of the function `manage`. */
export const OPERATIONS: { [O in OperationsOf<'manage'>]: Operation<(typeof ROUTES)[O]> } = {
  listEvents: events.listEvents,
  getEvent: events.getEvent,
  getEventPayload: events.getEventPayload,
  listEventDeliveries: events.listEventDeliveries,
  getEventTimeline,
  listDeliveries: deliveries.listDeliveries,
  getDelivery: replays.getDelivery,
  replayDelivery: replays.replayDelivery,
  replayEvent: replays.replayEvent,
  replaySubscription: replays.replaySubscription,
  listDeadLetters: deadLetters.listDeadLetters,
  redriveDeadLetters: deadLetters.redriveDeadLetters,
  purgeDeadLetters: deadLetters.purgeDeadLetters,
  listReplays: replays.listReplays,
  getReplay: replays.getReplay,
  cancelReplay: replays.cancelReplay,
  retryDelivery: retries.retryDelivery,
  retryDeliveries: retries.retryDeliveries,
  retryTarget: retries.retryTarget,
  retrySubscription: retries.retrySubscription,
  createTarget: targets.createTarget,
  listTargets,
  getTarget: targets.getTarget,
  patchTarget: targets.patchTarget,
  putTarget: targets.putTarget,
  deleteTarget: targets.deleteTarget,
  getSecrets: targets.getSecrets,
  rotateSecret: targets.rotateSecret,
  enableTarget: targets.enableTarget,
  disableTarget: targets.disableTarget,
  challengeTarget: targets.challengeTarget,
  testTransform,
  getTargetHealth,
  createFilter: filters.createFilter,
  listFilters: filters.listFilters,
  getFilter: filters.getFilter,
  patchFilter: filters.patchFilter,
  putFilter: filters.putFilter,
  deleteFilter: filters.deleteFilter,
  testFilter: filters.testFilter,
  previewFilter,
  dryRun,
  createEventType: eventTypes.createEventType,
  listEventTypes: eventTypes.listEventTypes,
  getEventType: eventTypes.getEventType,
  patchEventType: eventTypes.patchEventType,
  putEventType: eventTypes.putEventType,
  deleteEventType: eventTypes.deleteEventType,
  getEventTypeChanges: eventTypes.getEventTypeChanges,
  createAlertRule: alertRules.createAlertRule,
  listAlertRules: alertRules.listAlertRules,
  getAlertRule: alertRules.getAlertRule,
  patchAlertRule: alertRules.patchAlertRule,
  putAlertRule: alertRules.putAlertRule,
  deleteAlertRule: alertRules.deleteAlertRule,
  createSubscription: subscriptions.createSubscription,
  listSubscriptions: subscriptions.listSubscriptions,
  getSubscription: subscriptions.getSubscription,
  deleteSubscription: subscriptions.deleteSubscription,
  pauseSubscription: subscriptions.pauseSubscription,
  resumeSubscription: subscriptions.resumeSubscription,
  listSubscriptionDeliveries: deliveries.listSubscriptionDeliveries,
  patchSubscription: changes.patchSubscription,
  putSubscription: changes.putSubscription,
  testSubscription,
  createTenant: tenants.createTenant,
  listTenants: tenants.listTenants,
  getTenant: tenants.getTenant,
  patchTenant: tenants.patchTenant,
  deleteTenant: tenants.deleteTenant,
  getOwnTenant: tenants.getOwnTenant,
  patchOwnTenant: tenants.patchOwnTenant,
  createKey: keys.createKey,
  listKeys: keys.listKeys,
  getKey: keys.getKey,
  patchKey: keys.patchKey,
  rotateKey: keys.rotateKey,
  deleteKey: keys.deleteKey,
  createPortalToken: portalTokens.createPortalToken,
  listPortalTokens: portalTokens.listPortalTokens,
  getPortalToken: portalTokens.getPortalToken,
  deletePortalToken: portalTokens.deletePortalToken,
  getBranding,
  putBranding,
  createSession: sessions.createSession,
  getSession: sessions.getSession,
  deleteSession: sessions.deleteSession,
  createSignInLink: signInLinks.createSignInLink,
  redeemSignInLink: signInLinks.redeemSignInLink,
  getConsole,
  signInWithOidc,
  leaveTenant: sessions.leaveTenant,
  createLiveTicket: live.createLiveTicket,
  listLiveFrames: live.listLiveFrames,
  createListener: listeners.createListener,
  listListeners: listeners.listListeners,
  getListener: listeners.getListener,
  deleteListener: listeners.deleteListener,
  listAudit: audit.listAudit,
  listEnvironmentAudit: audit.listEnvironmentAudit,
  getStats,
  getMetrics,
  getMetricsBreakdown,
  getHealth,
  listTroubledTargets,
  getEgress,
  getOverview,
  listCosts,
};
