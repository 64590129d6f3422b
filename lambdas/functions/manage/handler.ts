import { randomBytes } from 'node:crypto';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import packageJson from '../../../package.json' with { type: 'json' };
import { API_KEY } from '../../access/api-key-entity.ts';
import { getKeyUses } from '../../access/key-use-store.ts';
import { createIssuer } from '../../access/oidc-issuer.ts';
import type { OidcSettings } from '../../access/oidc-settings.ts';
import { PORTAL_GRANT } from '../../access/portal-grant.ts';
import {
  addSession,
  addSignInLink,
  endSession,
  getSession,
  takeSignInLink,
} from '../../access/session-store.ts';
import { signingKey } from '../../access/signing-key-store.ts';
import { ALERT_RULE } from '../../alerting/alert-rule.ts';
import { forgetFailing, readFailingTarget } from '../../alerting/failing-targets-store.ts';
import { forgetRule, readJudged, watchRule } from '../../alerting/rule-state-store.ts';
import { addAuditEntry, listAudit, listAuditOf, listEnvironmentAudit } from '../../audit/audit-store.ts';
import { deleteOwned, getSubscriptions, putAddress, raiseVersion } from '../../config/config-store.ts';
import { EVENT_TYPE, FILTER, SUBSCRIPTION } from '../../config/entities.ts';
import { entityStore } from '../../config/entity-store.ts';
import { keepDayTotals, readDayTotals } from '../../costs/day-totals-store.ts';
import {
  getDeliveries,
  getDeliveriesOf,
  getStates,
  getTargets,
  readDeliveries,
} from '../../delivery/delivery-log-store.ts';
import { scanDeliveries } from '../../delivery/delivery-scan-store.ts';
import { formerSubscriptions, noteFormer } from '../../delivery/former-bindings-store.ts';
import { laneQueues } from '../../delivery/queues/lane-queues.ts';
import { readQueues } from '../../delivery/queues/queue-names.ts';
import {
  countUndelivered,
  countWaiting,
  scanUndelivered,
  scanWaiting,
} from '../../delivery/undelivered-store.ts';
import { changeHealth, forgetHealth, readHealth } from '../../endpoint-health/health-store.ts';
import { countTroubled, scanTroubled } from '../../endpoint-health/troubled-store.ts';
import { startErasure } from '../../erasure/erasure-store.ts';
import { addSubscriptions, getEvent, getEvents, listEvents } from '../../events/event-log-store.ts';
import { scanEventRows } from '../../events/event-rows-store.ts';
import { payloadOf } from '../../events/offload.ts';
import { getPayload, putPayload } from '../../events/payload-store.ts';
import {
  nextDrainAt,
  readDrainSchedule,
  scheduleDrainEarlier,
} from '../../hold-queue/drain-schedule-store.ts';
import { countHeld } from '../../hold-queue/hold-queue-store.ts';
import { begin, finish, forget, release } from '../../http/idempotency-store.ts';
import { createJsonClient } from '../../http-client/json-client.ts';
import { portsOf } from '../../http-client/ports.ts';
import { type EndDeps, endListener } from '../../listeners/end-listener.ts';
import { removeParts } from '../../listeners/listener-config-store.ts';
import { addListener, getListener, listListeners, removeListener } from '../../listeners/listener-store.ts';
import { listConnections } from '../../live/connection-store.ts';
import { framesAfter } from '../../live/frame-store.ts';
import { createChangeTeller, TELL_WITHIN_MS } from '../../live/tell.ts';
import { putTicket } from '../../live/ticket-store.ts';
import { readWatch } from '../../live/watch-store.ts';
import { apiErrors } from '../../manage/api-errors.ts';
import type { AuditDeps } from '../../manage/audit/audited.ts';
import { type Component, componentStatesBy } from '../../manage/component-states.ts';
import type { Environment, ManageDeps } from '../../manage/deps.ts';
import { configured } from '../../manage/entity-service.ts';
import { COUNTS_FRESH_MS, queueStatesBy } from '../../manage/overview/queue-states.ts';
import type { ManageRequest } from '../../manage/request.ts';
import { createRouter } from '../../manage/router.ts';
import { createNotifier } from '../../notifications/notify.ts';
import { readCursor } from '../../parking/parking-store.ts';
import { bind } from '../../platform/bind.ts';
import { optionalEnv, requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { remembered } from '../../platform/remembered.ts';
import { probeBucket, probeQueue, probeTable } from '../../platform/resource-checks.ts';
import { readQueue, sendMessages, sendOnce } from '../../platform/sqs.ts';
import { forgetSlots } from '../../rate-limit/rate-slot-store.ts';
import { readProgress } from '../../recovery/progress-store.ts';
import { purgeDeadLetter, readDeadLetters, scanDeadLetters } from '../../replay/dead-letter-store.ts';
import { claim, unclaim } from '../../replay/replay-claim-store.ts';
import { addJob, changeJob, getJob, listJobs } from '../../replay/replay-job-store.ts';
import { requestPage } from '../../replay/request-page.ts';
import { resend } from '../../replay/resend.ts';
import { resolveRoutes } from '../../replay/resolve-routes.ts';
import { readCounters, readFailing, readTypes } from '../../stats/stats-store.ts';
import {
  forgetChallenge,
  getChallengeResult,
  getChallengeResults,
  openChallenge,
} from '../../targets/challenge-store.ts';
import { TARGET } from '../../targets/target.ts';
import { loadTargets } from '../../targets/target-store.ts';
import { readBranding, writeBranding } from '../../tenants/branding-store.ts';
import {
  addTenant,
  getTenant,
  limitsOfTenant,
  listTenants,
  readTenant,
  readTenants,
  replaceTenant,
  tenantInUse,
} from '../../tenants/tenant-store.ts';
import { lazyTransformer } from '../../transform/lazy-transformer.ts';
import { ulidSource } from '../../values/ids.ts';

const configTable = requireEnv('CONFIG_TABLE');
const logTable = requireEnv('LOG_TABLE');
const stateTable = requireEnv('STATE_TABLE');
const bucket = requireEnv('PAYLOAD_BUCKET');
/** All queues but the last ones of further regions. */
const queues = requireEnv('QUEUES');
const queuesByRegion = readQueues(queues);
const lanes = laneQueues(queues);
const home = queuesByRegion[0]!.queues;
const eventsQueue = home.events!;
const slowLane = lanes.laneUrl('slow', undefined);

const environment: Environment = {
  name: requireEnv('POSTHORN_ENV'),
  account: requireEnv('ALERTS_TOPIC_ARN').split(':')[4]!,
  version: packageJson.version,
  isPlainHttp: optionalEnv('PLAIN_HTTP') === 'true',
  allowed: {
    http: optionalEnv('ALLOW_HTTP') === 'true',
    privateAddresses: optionalEnv('ALLOW_PRIVATE_ADDRESSES') === 'true',
    ports: portsOf(requireEnv('ALLOWED_PORTS')),
    awsRoles: optionalEnv('AWS_ROLES')?.split(' '),
  },
  overlapHours: requireEnvNumber('SECRET_OVERLAP_HOURS'),
  maxLogRetentionHours: requireEnvNumber('MAX_LOG_RETENTION_HOURS'),
  logRetentionSeconds: requireEnvNumber('LOG_RETENTION_SECONDS'),
  canMail: optionalEnv('TENANT_MAIL') === 'true',
  liveUrl: requireEnv('LIVE_URL'),
  egress: (JSON.parse(requireEnv('EGRESS_ADDRESSES')) as [string, string[]][]).map(([region, addresses]) => ({
    region,
    addresses,
  })),
};

const oidcSettings = JSON.parse(requireEnv('OIDC')) as OidcSettings | null;
const oidc = oidcSettings
  ? {
      settings: oidcSettings,
      issuer: createIssuer(oidcSettings, {
        client: createJsonClient(environment.allowed, Date.now),
        now: Date.now,
        async checkIdToken(...given) {
          const { checkIdToken } = await import('../../access/id-token.ts');
          return checkIdToken(...given);
        },
      }),
    }
  : undefined;

const components: readonly Component[] = [
  { name: 'config', kind: 'table', id: configTable },
  { name: 'log', kind: 'table', id: logTable },
  { name: 'state', kind: 'table', id: stateTable },
  { name: 'payloads', kind: 'bucket', id: bucket },
  ...Object.entries(home).map(([name, id]) => ({ name, kind: 'queue', id }) as const),
];

const ending: EndDeps = {
  now: Date.now,
  logKeptMs: environment.maxLogRetentionHours * 3_600_000,
  ...bind({ noteFormer }, logTable),
  ...bind({ raiseVersion, removeParts }, configTable),
  ...bind({ forgetHealth, forgetSlots, removeListener }, stateTable),
};

const limitsOf = (tenant: string) => limitsOfTenant(configTable, tenant);
const shared = { limitsOf, ...bind({ raiseVersion }, configTable) };

const health = bind({ changeHealth, forgetHealth, readHealth }, stateTable);
const replays = bind({ sendMessages }, home.replays!);
const resendDeps = { log: bind({ addSubscriptions, claim, unclaim }, logTable), lanes };
const routeDeps = { config: bind({ getSubscriptions, loadTargets }, configTable), health };

const deps: ManageDeps = {
  environment,
  transformer: lazyTransformer(new URL('./transformer.mjs', import.meta.url), Date.now),
  oidc,
  targets: configured('target', { store: entityStore(configTable, TARGET), ...shared }),
  targetsOfAll: bind({ loadTargets }, configTable),
  filters: configured('filter', { store: entityStore(configTable, FILTER), ...shared }),
  subscriptions: configured('subscription', { store: entityStore(configTable, SUBSCRIPTION), ...shared }),
  eventTypes: configured('type', { store: entityStore(configTable, EVENT_TYPE), ...shared }),
  alertRules: configured('alert-rule', { store: entityStore(configTable, ALERT_RULE), ...shared }),
  ruleStates: bind({ forgetRule, readJudged, watchRule }, stateTable),
  keys: configured('key', { store: entityStore(configTable, API_KEY), ...shared }),
  keyUses: bind({ getKeyUses }, stateTable),
  owned: bind({ deleteOwned, putAddress }, configTable),
  portal: bind({ signingKey }, configTable),
  portalTokens: configured('portal-token', { store: entityStore(configTable, PORTAL_GRANT), ...shared }),
  sessions: bind({ addSession, addSignInLink, endSession, getSession, takeSignInLink }, configTable),
  tenants: bind(
    { addTenant, getTenant, listTenants, readTenant, readTenants, replaceTenant, tenantInUse },
    configTable,
  ),
  branding: bind({ readBranding, writeBranding }, configTable),
  erasures: bind({ startErasure }, stateTable),
  limitsOf,
  eventLog: bind({ getEvent, getEvents, listEvents, scanEventRows }, logTable),
  payloads: {
    ...bind({ getPayload }, bucket),
    payloadOf: (tenant, ulid, bytes) =>
      payloadOf(bind({ putPayload }, bucket).putPayload, tenant, ulid, bytes),
  },
  deliveryLog: bind(
    {
      getDeliveries,
      getDeliveriesOf,
      getStates,
      getTargets,
      readDeliveries,
      scanDeliveries,
      formerSubscriptions,
      noteFormer,
      scanUndelivered,
      scanWaiting,
    },
    logTable,
  ),
  deadLetters: bind({ purgeDeadLetter, readDeadLetters, scanDeadLetters }, logTable),
  audit: bind({ listAudit, listAuditOf, listEnvironmentAudit }, logTable),
  stats: bind({ readCounters, readFailing, readTypes }, logTable),
  dayTotals: bind({ keepDayTotals, readDayTotals }, logTable),
  undelivered: bind({ countUndelivered, countWaiting }, logTable),
  health,
  troubled: bind({ countTroubled, scanTroubled }, stateTable),
  holdQueue: bind({ countHeld, nextDrainAt, scheduleDrainEarlier }, stateTable),
  rateSlots: bind({ forgetSlots }, stateTable),
  failingTargets: bind({ forgetFailing, readFailingTarget }, stateTable),
  challenges: bind({ forgetChallenge, getChallengeResult, getChallengeResults, openChallenge }, stateTable),
  jobs: bind({ addJob, changeJob, getJob, listJobs }, stateTable),
  requestFirstPage: (job, delaySeconds) => requestPage(replays, job, delaySeconds),
  resolveRoutes: (tenant, ids) => resolveRoutes(routeDeps, tenant, ids),
  resend: (...args) => resend(resendDeps, ...args),
  sendToSlowLane: (body, delaySeconds = 0) =>
    sendMessages(slowLane, [{ body, group: body.target, delaySeconds }]),
  sendEvents: (body) => sendMessages(eventsQueue, [{ body, group: body.tenant }]),
  notifier: createNotifier({
    eventsQueueUrl: eventsQueue,
    alertsTopicArn: requireEnv('ALERTS_TOPIC_ARN'),
    now: Date.now,
  }),
  componentStates: componentStatesBy(
    { table: probeTable, queue: probeQueue, bucket: probeBucket },
    components,
    Date.now,
  ),
  queueStates: queueStatesBy(
    {
      readQueue,
      // CloudWatch's client is loaded when this is asked.
      oldestAges: async (...args) => (await import('../../platform/queue-ages.ts')).oldestAges(...args),
      now: Date.now,
    },
    queuesByRegion,
    requireEnv('AWS_REGION'),
  ),
  troubles: remembered(() => countTroubled(stateTable, Date.now()), COUNTS_FRESH_MS, Date.now),
  live: bind({ framesAfter, listConnections, putTicket, readWatch }, stateTable),
  listeners: {
    ...bind({ addListener, getListener, listListeners }, stateTable),
    endListener: (ref) => endListener(ending, ref),
  },
  engine: bind({ readDrainSchedule, readCursor, readProgress }, stateTable),
  randomBytes,
};

const idempotency = {
  ...bind({ begin, finish, forget, release }, configTable),
  now: Date.now,
  randomBytes,
};

const keepSeconds = requireEnvNumber('AUDIT_SECONDS');
const liveQueue = home.live!;
const audit: AuditDeps = {
  addEntry: (entry, of) => addAuditEntry(logTable, entry, { ...of, keepSeconds }),
  tellChanges: createChangeTeller({
    ...bind({ readWatch }, stateTable),
    sendOnce: (messages) => sendOnce(liveQueue, messages, TELL_WITHIN_MS),
    now: Date.now,
  }),
  now: Date.now,
  ulid: ulidSource(),
};

const serve = createRouter(deps, idempotency, audit);

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(apiErrors(Date.now))
  .handler((event) => serve(event as ManageRequest));
