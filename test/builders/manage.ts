import type { ApiKey } from '../../lambdas/access/api-key-entity.ts';
import type { PortalGrant } from '../../lambdas/access/portal-grant.ts';
import type { AlertRule } from '../../lambdas/alerting/alert-rule.ts';
import type { FailingTarget } from '../../lambdas/alerting/failing-targets-store.ts';
import type { Judged } from '../../lambdas/alerting/rule-state.ts';
import type { RuleRef } from '../../lambdas/alerting/rule-state-store.ts';
import type { EventType, Filter, Subscription } from '../../lambdas/config/entities.ts';
import { makerOf } from '../../lambdas/config/maker.ts';
import type { ChallengeMessage, DrainMessage, EventsMessage } from '../../lambdas/delivery/messages.ts';
import type { StoredHealth } from '../../lambdas/endpoint-health/health.ts';
import { anyRevision } from '../../lambdas/http/precondition.ts';
import type { ManageDeps } from '../../lambdas/manage/deps.ts';
import { configured } from '../../lambdas/manage/entity-service.ts';
import type { Call } from '../../lambdas/manage/operation.ts';
import type { ManageRequest } from '../../lambdas/manage/request.ts';
import type { ChallengeResult } from '../../lambdas/targets/challenge-store.ts';
import type { Target } from '../../lambdas/targets/target.ts';
import type { TenantLimits } from '../../lambdas/tenants/tenant.ts';
import { DEFAULT_LIMITS } from '../../lambdas/tenants/tenant-defaults.ts';
import { refName, type TargetRef } from '../../lambdas/values/target-ref.ts';
import { inMemoryEntities } from './entity-store.ts';
import { inMemoryNotifier } from './notifications.ts';

export const TENANT = 'ten_01KAK2V5E4V2N9CR0Q6WV7Z1QA';
/** 2026-11-21T12:00:00.000Z */
export const NOW = Date.parse('2026-11-21T12:00:00.000Z');

/** What operations on targets and subscriptions need, in memory, with access to its contents. */
export function inMemoryManage({ limits = {} }: { limits?: Partial<TenantLimits> } = {}) {
  const stores = {
    targets: inMemoryEntities<Target>(),
    filters: inMemoryEntities<Filter>(),
    subscriptions: inMemoryEntities<Subscription>(),
    eventTypes: inMemoryEntities<EventType>(),
    alertRules: inMemoryEntities<AlertRule>(),
    keys: inMemoryEntities<ApiKey>(),
    portalTokens: inMemoryEntities<PortalGrant>(),
  };
  const addresses = new Set<string>();
  const sent: (ChallengeMessage | DrainMessage | EventsMessage)[] = [];
  const challenges = new Map<string, ChallengeResult>();
  const versions = { raised: 0 };
  const limitsOf = async (): Promise<TenantLimits> => ({ ...DEFAULT_LIMITS, ...limits });
  const shared = { limitsOf, raiseVersion: async () => void versions.raised++ };
  const send = async (message: ChallengeMessage | DrainMessage | EventsMessage): Promise<void> => {
    sent.push(message);
  };
  const { notifier, events, alerts } = inMemoryNotifier();
  const health = inMemoryHealth();
  const holdQueue = inMemorySchedule();
  const slots = new Set<string>();
  /** Alert rules that are to be judged. */
  const watched = new Set<string>();
  const judged = new Map<string, Judged>();
  const failing = new Map<string, FailingTarget>();
  /** Targets and subscriptions that have left them. */
  const former = new Set<string>();
  const deps = {
    targets: configured('target', { store: stores.targets, ...shared }),
    filters: configured('filter', { store: stores.filters, ...shared }),
    subscriptions: configured('subscription', { store: stores.subscriptions, ...shared }),
    eventTypes: configured('type', { store: stores.eventTypes, ...shared }),
    alertRules: configured('alert-rule', { store: stores.alertRules, ...shared }),
    keys: configured('key', { store: stores.keys, ...shared }),
    portalTokens: configured('portal-token', { store: stores.portalTokens, ...shared }),
    limitsOf,
    owned: {
      async putAddress(_: string, subscription: string) {
        addresses.add(subscription);
      },
      async deleteOwned(tenant: string, { subscriptionId = '', targetId = '', filterId = '' }) {
        addresses.delete(subscriptionId);
        stores.targets.items.delete(`${tenant} ${targetId}`);
        stores.filters.items.delete(`${tenant} ${filterId}`);
      },
    },
    deliveryLog: {
      async noteFormer(_: string, target: string, subscription: string) {
        former.add(`${target} ${subscription}`);
      },
    },
    health,
    holdQueue,
    rateSlots: {
      async forgetSlots(ref: TargetRef) {
        slots.delete(refName(ref));
      },
    },
    ruleStates: {
      async watchRule({ rule }: RuleRef) {
        watched.add(rule);
      },
      async forgetRule({ rule }: RuleRef) {
        watched.delete(rule);
      },
      readJudged: async (_: string, ids: readonly string[]) =>
        new Map(ids.flatMap((id) => (judged.has(id) ? [[id, judged.get(id)!]] : []))),
    },
    failingTargets: {
      async forgetFailing(ref: TargetRef) {
        failing.delete(refName(ref));
      },
      readFailingTarget: async (ref: TargetRef) => failing.get(refName(ref)),
    },
    challenges: {
      async openChallenge(ref: TargetRef, { token, at }: { token: string; at: string }) {
        challenges.set(refName(ref), { token, passed: false, pending: true, at: Date.parse(at) });
      },
      async forgetChallenge(ref: TargetRef) {
        challenges.delete(refName(ref));
      },
      getChallengeResult: async (ref: TargetRef) => challenges.get(refName(ref)),
      getChallengeResults: async (refs: readonly TargetRef[]) =>
        new Map(
          refs.map(refName).flatMap((name) => (challenges.has(name) ? [[name, challenges.get(name)!]] : [])),
        ),
    },
    sendToSlowLane: send,
    sendEvents: send,
    notifier,
    environment: {
      name: 'test',
      version: '0.0.0',
      isPlainHttp: false,
      account: '000000000000',
      allowed: { http: false, privateAddresses: false, ports: [{ from: 443, to: 443 }] },
      overlapHours: 24,
      maxLogRetentionHours: 168,
      logRetentionSeconds: 72 * 3600,
      canMail: true,
      liveUrl: 'wss://live.example/live',
      egress: [],
    },
    randomBytes: (size: number) => Buffer.alloc(size, 7),
  };
  return {
    /** Without the stores of log (but for former bindings), keys, tenants and replays: a call to one of them fails. */
    deps: deps as typeof deps & ManageDeps,
    stores,
    addresses,
    sent,
    challenges,
    versions,
    events,
    alerts,
    health,
    holdQueue,
    slots,
    watched,
    judged,
    failing,
    former,
  };
}

/** Endpoint health by `refName`, as the state table keeps it. */
function inMemoryHealth() {
  const items = new Map<string, StoredHealth>();
  const store: Pick<ManageDeps['health'], keyof ManageDeps['health']> = {
    readHealth: async (refs) =>
      new Map(refs.map(refName).flatMap((name) => (items.has(name) ? [[name, items.get(name)!]] : []))),
    async changeHealth(ref, known, change) {
      const present = items.get(refName(ref));
      // A change is repeated when another function has changed the state meanwhile.
      const before = known?.revision === present?.revision ? known : present;
      const changed = change(before);
      if (changed === undefined || changed === before) return { before, after: before };
      const after = { ...changed, revision: (before?.revision ?? 0) + 1 };
      items.set(refName(ref), after);
      return { before, after };
    },
    async forgetHealth(ref) {
      items.delete(refName(ref));
    },
  };
  return { ...store, items };
}

/** The schedule of drains by `refName`. */
function inMemorySchedule() {
  const drains = new Map<string, { at: number; isBusy?: boolean }>();
  const store: ManageDeps['holdQueue'] = {
    countHeld: async () => 0,
    nextDrainAt: async (ref) => drains.get(refName(ref))?.at,
    async scheduleDrainEarlier(ref, at) {
      const entry = drains.get(refName(ref));
      if (entry && (entry.isBusy || entry.at <= at)) return false;
      drains.set(refName(ref), { at });
      return true;
    },
  };
  return { ...store, drains };
}

let requests = 0;

/** A call of an operation by an administrator. Each call makes new ids. */
export function callOf(about: Partial<Omit<Call, 'body'>> & { readonly body?: unknown } = {}) {
  const seed = Buffer.alloc(32, ++requests);
  return {
    caller: {
      tenant: TENANT,
      credential: 'first',
      scopes: ['admin'],
      schemaCheck: 'off',
      maxPayloadBytes: 256 * 1024,
    },
    tenant: TENANT,
    id: '',
    query: {},
    body: undefined,
    ifMatch: anyRevision,
    make: makerOf(seed, NOW),
    request: { headers: {} } as ManageRequest,
    ...about,
    // biome-ignore lint/suspicious/noExplicitAny: each operation has a body of its own
  } as Omit<Call, 'body'> & { readonly body: any };
}
