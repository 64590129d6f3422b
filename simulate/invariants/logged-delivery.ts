import { flagIn, listIn, numberIn, type TypedItem, textIn } from './typed-item.ts';

/** A delivery as its item in the log says it. */
export interface LoggedDelivery {
  readonly tenant: string;
  readonly subscription: string;
  /** `tgt_…` */
  readonly target: string;
  /** The event's id, which its producer knows. */
  readonly event: string;
  readonly ulid: string;
  readonly type: string;
  readonly status: string;
  readonly order: number;
  /** Those that are kept, oldest first. */
  readonly attempts: readonly LoggedAttempt[];
  /** All that were made. */
  readonly made: number;
  /** Attempts that its schedule counts. */
  readonly used: number;
  readonly run: number;
  /** The claim of a replay of which no outcome has come. */
  readonly replay: string | undefined;
  readonly replayedAt: number | undefined;
  readonly reason: string | undefined;
  readonly waitingSince: number | undefined;
}

export interface LoggedAttempt {
  readonly at: number;
  readonly ms: number;
  readonly status: number | undefined;
  readonly retryAfterMs: number;
  readonly isCounted: boolean;
  readonly past: string | undefined;
}

/** Several invariants read the same item. */
const known = new WeakMap<TypedItem, LoggedDelivery | 'other'>();

/** @returns undefined where the item is no delivery's */
export function deliveryIn(item: TypedItem | undefined): LoggedDelivery | undefined {
  if (!item) return undefined;
  let read = known.get(item);
  if (read === undefined) {
    read = readDelivery(item) ?? 'other';
    known.set(item, read);
  }
  return read === 'other' ? undefined : read;
}

function readDelivery(item: TypedItem): LoggedDelivery | undefined {
  const [kind, tenant, subscription] = (textIn(item, 'pk') ?? '').split('#');
  if (kind !== 'delivery' || tenant === undefined || subscription === undefined) return undefined;
  const attempts = listIn(item, 'attempts').map(attemptIn);
  return {
    tenant,
    subscription: subscription.startsWith('sub_') ? subscription : `sub_${subscription}`,
    target: textIn(item, 'target') ?? '',
    event: textIn(item, 'event') ?? '',
    ulid: textIn(item, 'sk') ?? '',
    type: textIn(item, 'type') ?? '',
    status: textIn(item, 'status') ?? '',
    order: numberIn(item, 'order') ?? 0,
    attempts,
    made: attempts.length + (numberIn(item, 'dropped') ?? 0),
    // Left out it means all that are kept: see `toItem` of lambdas/delivery/delivery-items.ts.
    used: numberIn(item, 'used') ?? attempts.length,
    run: numberIn(item, 'run') ?? 0,
    replay: textIn(item, 'replay'),
    replayedAt: numberIn(item, 'replayedAt'),
    reason: textIn(item, 'reason'),
    waitingSince: numberIn(item, 'waitingSince'),
  };
}

const attemptIn = (item: TypedItem): LoggedAttempt => ({
  at: numberIn(item, 'at') ?? 0,
  ms: numberIn(item, 'ms') ?? 0,
  status: numberIn(item, 'status'),
  retryAfterMs: numberIn(item, 'retryAfterMs') ?? 0,
  isCounted: !flagIn(item, 'uncounted'),
  past: textIn(item, 'past'),
});

export const isSettled = ({ status }: LoggedDelivery): boolean => status === 'delivered' || status === 'dead';

/** Whether a replay claimed the delivery between these two. */
export const isClaim = (before: LoggedDelivery | undefined, after: LoggedDelivery): boolean =>
  after.replay !== undefined && after.replay !== before?.replay;

/** For people. */
export const shown = ({ tenant, subscription, target, event, status, reason }: LoggedDelivery): string =>
  `${event} of ${tenant} for ${subscription} (target ${target}), ${status}${reason === undefined ? '' : ` (${reason})`}`;
