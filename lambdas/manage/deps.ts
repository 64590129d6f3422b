import type * as keyUseStore from '../access/key-use-store.ts';
import type { Issuer } from '../access/oidc-issuer.ts';
import type { OidcSettings } from '../access/oidc-settings.ts';
import type * as sessionStore from '../access/session-store.ts';
import type * as signingKeyStore from '../access/signing-key-store.ts';
import type * as failingTargetsStore from '../alerting/failing-targets-store.ts';
import type * as ruleStateStore from '../alerting/rule-state-store.ts';
import type * as auditStore from '../audit/audit-store.ts';
import type * as configStore from '../config/config-store.ts';
import type * as dayTotalsStore from '../costs/day-totals-store.ts';
import type * as deliveryLogStore from '../delivery/delivery-log-store.ts';
import type * as deliveryScanStore from '../delivery/delivery-scan-store.ts';
import type * as formerBindingsStore from '../delivery/former-bindings-store.ts';
import type { ChallengeMessage, DrainMessage, EventsMessage } from '../delivery/messages.ts';
import type * as undeliveredStore from '../delivery/undelivered-store.ts';
import type * as healthStore from '../endpoint-health/health-store.ts';
import type * as troubledStore from '../endpoint-health/troubled-store.ts';
import type * as erasureStore from '../erasure/erasure-store.ts';
import type { Payload } from '../events/event.ts';
import type * as eventLogStore from '../events/event-log-store.ts';
import type * as eventRowsStore from '../events/event-rows-store.ts';
import type * as payloadStore from '../events/payload-store.ts';
import type * as drainScheduleStore from '../hold-queue/drain-schedule-store.ts';
import type * as holdQueueStore from '../hold-queue/hold-queue-store.ts';
import type { Allowed } from '../http-client/target-url.ts';
import type { ListenerRef } from '../listeners/listener.ts';
import type * as listenerStore from '../listeners/listener-store.ts';
import type * as connectionStore from '../live/connection-store.ts';
import type * as frameStore from '../live/frame-store.ts';
import type * as ticketStore from '../live/ticket-store.ts';
import type * as watchStore from '../live/watch-store.ts';
import type { Notifier } from '../notifications/notify.ts';
import type * as parkingStore from '../parking/parking-store.ts';
import type { Bound } from '../platform/bind.ts';
import type * as rateSlotStore from '../rate-limit/rate-slot-store.ts';
import type * as progressStore from '../recovery/progress-store.ts';
import type * as deadLetterStore from '../replay/dead-letter-store.ts';
import type { SkipReason } from '../replay/replay.ts';
import type { ReplayJob } from '../replay/replay-job.ts';
import type * as replayJobStore from '../replay/replay-job-store.ts';
import type { ToResend } from '../replay/resend.ts';
import type { ResolvedRoute } from '../replay/resolve-routes.ts';
import type * as statsStore from '../stats/stats-store.ts';
import type * as challengeStore from '../targets/challenge-store.ts';
import type * as targetStore from '../targets/target-store.ts';
import type * as brandingStore from '../tenants/branding-store.ts';
import type { TenantLimits } from '../tenants/tenant.ts';
import type * as tenantStore from '../tenants/tenant-store.ts';
import type { Transformer } from '../transform/transformer.ts';
import type { ComponentStates } from './component-states.ts';
import type { Configured } from './entity-service.ts';
import type { QueueStates } from './overview/queue-states.ts';

/** Some functions of a store, bound to their table. */
type Store<M, N extends keyof M> = Bound<Pick<M, N>>;

/** What operations need of the outside. An operation gets all of it; a helper asks for the part that it uses. */
export interface ManageDeps
  extends ConfigurationDeps,
    LogDeps,
    TargetStateDeps,
    ReplayDeps,
    SendingDeps,
    LiveDeps,
    EnvironmentDeps {}

/** What tenants have configured, and the tenants. */
interface ConfigurationDeps {
  readonly targets: Configured<'target'>;
  /** Targets of any tenant. */
  readonly targetsOfAll: Store<typeof targetStore, 'loadTargets'>;
  readonly filters: Configured<'filter'>;
  readonly subscriptions: Configured<'subscription'>;
  readonly eventTypes: Configured<'type'>;
  readonly alertRules: Configured<'alert-rule'>;
  readonly ruleStates: Store<typeof ruleStateStore, 'forgetRule' | 'readJudged' | 'watchRule'>;
  readonly keys: Configured<'key'>;
  readonly keyUses: Store<typeof keyUseStore, 'getKeyUses'>;
  readonly owned: Store<typeof configStore, 'deleteOwned' | 'putAddress'>;
  readonly portal: Store<typeof signingKeyStore, 'signingKey'>;
  readonly portalTokens: Configured<'portal-token'>;
  readonly sessions: Store<
    typeof sessionStore,
    'addSession' | 'addSignInLink' | 'endSession' | 'getSession' | 'takeSignInLink'
  >;
  readonly tenants: Store<
    typeof tenantStore,
    'addTenant' | 'getTenant' | 'listTenants' | 'readTenant' | 'readTenants' | 'replaceTenant' | 'tenantInUse'
  >;
  readonly branding: Store<typeof brandingStore, 'readBranding' | 'writeBranding'>;
  readonly erasures: Store<typeof erasureStore, 'startErasure'>;
  /** How much a tenant may have. */
  limitsOf(tenant: string): Promise<TenantLimits>;
}

/** What the log has of events and deliveries. */
export interface LogDeps {
  readonly eventLog: Store<typeof eventLogStore, 'getEvent' | 'getEvents' | 'listEvents'> &
    Store<typeof eventRowsStore, 'scanEventRows'>;
  readonly payloads: Store<typeof payloadStore, 'getPayload'> & {
    /** A payload as its event carries it; a large one is stored. */
    payloadOf(tenant: string, ulid: string, bytes: Uint8Array): Promise<Payload>;
  };
  readonly deliveryLog: Store<
    typeof deliveryLogStore,
    'getDeliveries' | 'getDeliveriesOf' | 'getStates' | 'getTargets' | 'readDeliveries'
  > &
    Store<typeof deliveryScanStore, 'scanDeliveries'> &
    Store<typeof formerBindingsStore, 'formerSubscriptions' | 'noteFormer'> &
    Store<typeof undeliveredStore, 'scanUndelivered' | 'scanWaiting'>;
  readonly deadLetters: Store<
    typeof deadLetterStore,
    'purgeDeadLetter' | 'readDeadLetters' | 'scanDeadLetters'
  >;
  /** Who changed what. */
  readonly audit: Store<typeof auditStore, 'listAudit' | 'listAuditOf' | 'listEnvironmentAudit'>;
  readonly stats: Store<typeof statsStore, 'readCounters' | 'readFailing' | 'readTypes'>;
  /** What was counted on days that are over. */
  readonly dayTotals: Store<typeof dayTotalsStore, 'keepDayTotals' | 'readDayTotals'>;
  readonly undelivered: Store<typeof undeliveredStore, 'countUndelivered' | 'countWaiting'>;
}

/** What the engine knows of targets. */
interface TargetStateDeps {
  readonly health: Store<typeof healthStore, 'changeHealth' | 'forgetHealth' | 'readHealth'>;
  readonly troubled: Store<typeof troubledStore, 'countTroubled' | 'scanTroubled'>;
  readonly holdQueue: Store<typeof holdQueueStore, 'countHeld'> &
    Store<typeof drainScheduleStore, 'nextDrainAt' | 'scheduleDrainEarlier'>;
  readonly rateSlots: Store<typeof rateSlotStore, 'forgetSlots'>;
  /** Targets of which too many attempts fail. */
  readonly failingTargets: Store<typeof failingTargetsStore, 'forgetFailing' | 'readFailingTarget'>;
  readonly challenges: Store<
    typeof challengeStore,
    'forgetChallenge' | 'getChallengeResult' | 'getChallengeResults' | 'openChallenge'
  >;
}

export interface ReplayDeps {
  readonly jobs: Store<typeof replayJobStore, 'addJob' | 'changeJob' | 'getJob' | 'listJobs'>;
  /** See `requestPage`. */
  requestFirstPage(job: ReplayJob, delaySeconds: number): Promise<void>;
  /** See `resolveRoutes`. */
  resolveRoutes(
    tenant: string,
    subscriptions: Iterable<string>,
  ): Promise<Map<string, ResolvedRoute | SkipReason>>;
  /** See `resend`. */
  resend(
    deliveries: readonly ToResend[],
    by: string,
    now: number,
    isAsked?: boolean,
  ): Promise<ReadonlySet<ToResend>>;
}

interface SendingDeps {
  /** Sends to the lane for endpoints of which nothing is known yet, in the home region. @throws SendError */
  sendToSlowLane(message: ChallengeMessage | DrainMessage, delaySeconds?: number): Promise<void>;
  /** Sends to the events queue, as ingest does. @throws SendError */
  sendEvents(message: EventsMessage): Promise<void>;
  readonly notifier: Notifier;
}

/** Those who watch live, what they were told, and those who listen. */
interface LiveDeps {
  readonly live: Store<typeof connectionStore, 'listConnections'> &
    Store<typeof frameStore, 'framesAfter'> &
    Store<typeof ticketStore, 'putTicket'> &
    Store<typeof watchStore, 'readWatch'>;
  readonly listeners: Store<typeof listenerStore, 'addListener' | 'getListener' | 'listListeners'> & {
    /** Removes one, and what it has. */
    endListener(ref: ListenerRef): Promise<void>;
  };
}

interface EnvironmentDeps {
  /** Of events, by the expressions of targets. */
  readonly transformer: Transformer;
  readonly environment: Environment;
  /** The OpenID provider whose users can sign in, if there is one. */
  readonly oidc: { readonly settings: OidcSettings; readonly issuer: Issuer } | undefined;
  readonly componentStates: ComponentStates;
  readonly queueStates: QueueStates;
  /** Targets in trouble, of all tenants, remembered like the counts of queues. */
  readonly troubles: () => Promise<troubledStore.Troubles>;
  /** How far what runs by schedule has come. */
  readonly engine: Store<typeof drainScheduleStore, 'readDrainSchedule'> &
    Store<typeof parkingStore, 'readCursor'> &
    Store<typeof progressStore, 'readProgress'>;
  randomBytes(size: number): Uint8Array;
}

/** Settings of the environment that is deployed. */
export interface Environment {
  /** Such as `prod`. */
  readonly name: string;
  /** Its AWS account. */
  readonly account: string;
  /** Of Posthorn. */
  readonly version: string;
  /** Whether the console comes over plain http, as on the laptop: its cookies are other ones. */
  readonly isPlainHttp: boolean;
  /** Where targets may lead. */
  readonly allowed: Allowed;
  /** How long a replaced secret goes on signing, unless the caller says. */
  readonly overlapHours: number;
  /** As long as the environment keeps payloads. */
  readonly maxLogRetentionHours: number;
  /** How long the log keeps the events of a tenant without a setting of its own. */
  readonly logRetentionSeconds: number;
  /** Whether tenants can be mailed. */
  readonly canMail: boolean;
  /** Where those who watch live connect: `wss://…/live`. */
  readonly liveUrl: string;
  /** The addresses that deliveries come from, by region; none where an environment has no addresses of its own. */
  readonly egress: readonly { readonly region: string; readonly addresses: string[] }[];
}
