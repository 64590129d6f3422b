import type { MeterEntry } from '../../local/core/meter.ts';
import type { AcceptedEvent, InvocationEnd, Watcher } from '../world/watch.ts';
import type { TypedItem } from './typed-item.ts';

/** Something that holds all along a history, whatever happens in it. */
export interface Invariant {
  /** Such as `nothing is lost`. */
  readonly name: string;
  /** Its callbacks report violations as they see them. Each takes the same time however long the history is. */
  readonly watcher: Watcher;
  /** Once the world is quiet: nothing is published any more, all faults are over, and all that can be done is done. */
  atEnd?(): void;
}

/** @param context the history that is watched */
export type InvariantFactory = (context: InvariantContext) => Invariant;

/** What a history tells of itself. The world fulfils it. */
export interface InvariantContext {
  /** Virtual time: milliseconds since the epoch. Clocks of instances may differ from it by `limits.clockSkewMs`. */
  now(): number;
  /** @param text what was expected, what was seen, and of what */
  violated(name: string, text: string): void;
  /** All items of a table, as DynamoDB stores them. For the end of a history: it takes as long as the table is large. */
  items(role: TableRole): Iterable<TypedItem>;
  queues(): Iterable<QueueState>;
  readonly expected: ExpectedDeliveries;
  /** What AWS would bill since the beginning. */
  meter(): Iterable<MeterEntry>;
  /** What an invocation held in memory; undefined where it is not known. */
  heldBy(invocation: InvocationEnd): HeldBytes | undefined;
  /** Of a function's name in `InvocationEnd`. */
  functionSize(functionName: string): FunctionSize | undefined;
  /** Whether no fault was active in the time from this moment to now. */
  isCalmSince(time: number): boolean;
  readonly limits: HistoryLimits;
}

export type TableRole = 'config' | 'log' | 'state';

export interface QueueState {
  /** What it is for, as in `QUEUE_RULES`: `events`, `slow`, `quarantine`; of another region `eu-central-1/slow`. */
  readonly name: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** How far a history may bend the rules, since its faults do. */
export interface HistoryLimits {
  /**
   * Requests that an attempt may take besides its own: 0 where SQS hands out no message twice, no instance dies and no
   * answer is lost.
   */
  readonly repeatsPerAttempt: number;
  /** The most that an instance's clock differs from virtual time, in milliseconds. */
  readonly clockSkewMs: number;
  /** The most that two requests of an instance differ in their time from its code to an endpoint, in milliseconds. */
  readonly travelMs: number;
  /** How much later than it is due a retry may come while no fault is active, in milliseconds. */
  readonly lateMs: number;
  /** Messages that the history itself puts into quarantine. */
  readonly quarantined: number;
  /**
   * Reasons (`DEATH_REASONS`) that deliveries can die of in this history: `exhausted` where endpoints fail for long,
   * `target_deleted` where targets are deleted. `infrastructure` need not be here: faults explain it, and calm does not.
   */
  readonly deaths: ReadonlySet<string>;
}

/** What an invocation held, in bytes of JSON. */
export interface HeldBytes {
  /** Of the event that invoked it. */
  readonly event: number;
  /** Of all answers of AWS's services, and of endpoints, that it got. */
  readonly answers: number;
}

interface FunctionSize {
  /** What the function is for: `dispatch`, `record`. */
  readonly role: string;
  readonly memoryMb: number;
}

/** What the configuration of a history says that comes of its events. */
export interface ExpectedDeliveries {
  /** Asked once for each event, when it is accepted. */
  of(event: AcceptedEvent): Expectation;
  /** The target that has this URL, whether it is deleted by now or not. */
  targetAt(url: string): ExpectedTarget | undefined;
  target(tenant: string, id: string): ExpectedTarget | undefined;
  /** What the tenant's events call it, by the id that keys have. */
  tenantName(tenant: string): string | undefined;
}

export interface Expectation {
  /** Each of these comes to its end. */
  readonly must: readonly ExpectedDelivery[];
  /** These may: the configuration changed at about the time of the event. What is in neither list must not be. */
  readonly may?: readonly ExpectedDelivery[];
}

interface ExpectedDelivery {
  /** `sub_…` */
  readonly subscription: string;
  /** `tgt_…` */
  readonly target: string;
}

/** A target as it was configured; of what changed in the history, the loosest value. */
export interface ExpectedTarget {
  /** The id, as in keys of tables. */
  readonly tenant: string;
  /** `tgt_…` */
  readonly id: string;
  /** The `tenant` in the body of the tenant's events, and the first step of its URLs' paths. */
  readonly tenantName: string;
  /** Subscriptions that bind it at the same time, at most. */
  readonly subscriptions: number;
  readonly perSecond?: number | undefined;
  /** Set where `retry` changes in the history: then nothing is said of when retries come, and how many there are. */
  readonly isRetryChanged?: boolean | undefined;
  readonly retry: { readonly schedule: readonly number[]; readonly jitter: number };
  readonly timeoutMs: number;
  readonly batching?: { readonly maxEvents: number; readonly maxSeconds: number } | undefined;
  /** All `whsec_…` that it ever had. */
  readonly secrets: readonly string[];
}
