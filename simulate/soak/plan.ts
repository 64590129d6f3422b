import type { CallFault } from '../faults/mischief.ts';

/** A target of a history, with its subscription. */
export interface PlannedTarget {
  readonly events: readonly string[];
  /** Seconds. */
  readonly schedule: readonly number[];
  readonly timeoutSeconds: number;
  readonly perSecond?: number;
  readonly batching?: { readonly maxEvents: number; readonly maxSeconds: number };
}

interface PlannedTenant {
  readonly targets: readonly PlannedTarget[];
}

/** How an endpoint behaves for a while. */
export type PlannedBehaviour =
  | 'slow'
  | 'failing'
  | 'refusing'
  | 'hanging'
  | 'resetting'
  | 'flapping'
  | 'limited';

/** Milliseconds from the history's beginning. */
interface Begins {
  readonly atMs: number;
}

interface Lasts extends Begins {
  readonly forMs: number;
}

/** Of the function that has this name; all functions without one. */
interface OfFunction {
  readonly functionName?: string;
}

/** Something that happens in a history. */
export type Step =
  | (Begins & {
      readonly kind: 'publish';
      readonly tenant: number;
      readonly type: string;
      /** Requests, each with so many events. */
      readonly requests: number;
      readonly events: number;
      readonly everyMs: number;
      readonly priority?: 'critical' | 'low';
      readonly bytes: number;
    })
  | (Lasts & {
      readonly kind: 'endpoint';
      readonly tenant: number;
      readonly target: number;
      readonly behaviour: PlannedBehaviour;
    })
  /** Requests of functions go wrong. */
  | (Lasts &
      OfFunction & {
        readonly kind: 'calls';
        readonly service?: string;
        readonly fault: CallFault;
        /** The share of requests. */
        readonly rate: number;
      })
  /** One request goes wrong: the nth from that moment on. */
  | (Begins &
      OfFunction & {
        readonly kind: 'call';
        readonly service: string;
        readonly operation?: string;
        readonly nth: number;
        readonly fault: CallFault;
      })
  /** Messages come late, and twice. */
  | (Lasts & { readonly kind: 'messages'; readonly lateMs: number; readonly again: number })
  | (Lasts & { readonly kind: 'deletes lost'; readonly rate: number })
  | (Lasts & OfFunction & { readonly kind: 'throttled'; readonly rate: number })
  /** Clocks of environments that start in this time are wrong. */
  | (Lasts & { readonly kind: 'clocks'; readonly mostMs: number })
  /** All environments are replaced; half of those that start within `forMs` run the release before. */
  | (Lasts & { readonly kind: 'deploy' })
  | (Begins & {
      readonly kind: 'owner';
      readonly tenant: number;
      readonly target: number;
      readonly act: 'retry all' | 'replay' | 'pause' | 'resume' | 'rotate' | 'enable' | 'try now';
    });

/** A history before it happens: plain JSON, so that it can be kept, shortened and run again. */
export interface Plan {
  readonly seed: string;
  readonly tenants: readonly PlannedTenant[];
  readonly steps: readonly Step[];
}
