import { LRUCache } from 'lru-cache';

/**
 * A write raises the tenant's version after it. A fault in between leaves warm functions with the old value until the
 * tenant's next write. So a value that is older than this is read again, in the background. For a tenant at its limits
 * that takes a few seconds, a hundredth of a function's time.
 */
const REREAD_AFTER_MS = 5 * 60_000;

/**
 * How far behind its tenant's configuration a large value may be. Loading and building it takes a second or two, and
 * several beside events in their third of a processor. A person who tries out a change waits that long without doubt.
 * The time counts from when the value was last known to be current, not from when a change was first seen: what is read
 * that long after a change has the change.
 */
const MAX_BEHIND_MS = 10_000;

/** A load that takes longer may be waiting for a connection that broke while the function was frozen. */
const LOST_AFTER_MS = 20_000;

/** What is known about a tenant's value. */
export interface Known {
  /** Whether the tenant's version is still that of the value. */
  readonly isCurrent: boolean;
  readonly isLarge: boolean;
  /** Milliseconds since its reading began. Later changes may be missing. */
  readonly readAgo: number;
  /** Milliseconds since its version was last seen to be current. */
  readonly currentAgo: number;
}

/** Whether a known value will do, and whether another one is loaded in the background. */
export function useOf({ isCurrent, isLarge, readAgo, currentAgo }: Known): 'serve' | 'renew' | 'wait' {
  if (isCurrent) return readAgo < REREAD_AFTER_MS ? 'serve' : 'renew';
  return isLarge && currentAgo < MAX_BEHIND_MS ? 'renew' : 'wait';
}

export type Pace = 'at once' | 'in background';

export interface VersionedCache<T> {
  /** The value of a tenant, of this version; a large value may be some seconds behind. */
  get(tenant: string, version: number): Promise<T>;
  /** The value of this version in any case. */
  getCurrent(tenant: string, version: number): Promise<T>;
}

interface Kept<T> {
  readonly version: number;
  readonly value: T;
  readonly readAt: number;
  /** When it was last seen to be current. */
  currentAt: number;
  /** Whether another value is loading in the background. */
  readonly isRenewed: boolean;
}

interface Loading<T> {
  readonly version: number;
  readonly begunAt: number;
  readonly value: Promise<T>;
}

/**
 * Keeps what was built for each tenant. Events wait for a load only when the tenant's version has changed, and for a
 * large value not even then, for some seconds. Lambda freezes a function between invocations, so a load in the
 * background may stand still for long: all ages count from when loading began.
 *
 * @param load may be called for a tenant again before it has ended
 * @param sizeOf in bytes; more than one
 * @param largeBytes a larger value is loaded in the background when it has changed
 * @param maxBytes of all values, the one that loads in the background included. The tenant that was asked for longest
 *   ago is removed first
 * @param failed gets the error of a load in the background; the next request begins another
 * @param now milliseconds, by a clock that goes on while the function is frozen
 */
export function versionedCache<T>({
  load,
  sizeOf,
  largeBytes,
  maxBytes,
  failed,
  now,
}: {
  load: (tenant: string, pace: Pace) => Promise<T>;
  sizeOf: (value: T) => number;
  largeBytes: number;
  maxBytes: number;
  failed: (tenant: string, error: unknown) => void;
  now: () => number;
}): VersionedCache<T> {
  const kept = new LRUCache<string, Kept<T>>({
    maxSize: maxBytes,
    sizeCalculation: ({ value, isRenewed }) =>
      isRenewed ? Math.min(2 * sizeOf(value), maxBytes) : sizeOf(value),
  });
  const loading = new Map<string, Loading<T>>();
  /** At most one, so that memory holds one value more than the cache keeps. */
  let inBackground: Loading<T> | undefined;

  const isAlive = ({ begunAt }: Loading<T>): boolean => now() - begunAt < LOST_AFTER_MS;

  function begin(tenant: string, version: number, pace: Pace): Loading<T> {
    const begunAt = now();
    const keep = (value: T): T => {
      // A load that stood still may end after one that began later.
      const isLate = (kept.peek(tenant)?.readAt ?? 0) > begunAt;
      const made = { version, value, readAt: begunAt, currentAt: begunAt, isRenewed: false };
      if (!isLate) kept.set(tenant, made);
      return value;
    };
    const end = (): void => {
      if (loading.get(tenant) === begun) loading.delete(tenant);
      if (inBackground === begun) inBackground = undefined;
    };
    const begun = { version, begunAt, value: load(tenant, pace).then(keep).finally(end) };
    loading.set(tenant, begun);
    return begun;
  }

  function renew(tenant: string, version: number, known: Kept<T>): void {
    if (inBackground && isAlive(inBackground)) return;
    inBackground = begin(tenant, version, 'in background');
    const renewed = { ...known, isRenewed: true };
    kept.set(tenant, renewed);
    inBackground.value.catch((error: unknown) => {
      if (kept.peek(tenant) === renewed) kept.set(tenant, { ...renewed, isRenewed: false });
      failed(tenant, error);
    });
  }

  function getCurrent(tenant: string, version: number): Promise<T> {
    const known = kept.get(tenant);
    if (known?.version === version) return get(tenant, version);
    const running = loading.get(tenant);
    const isShared = running !== undefined && running.version === version && isAlive(running);
    return (isShared ? running : begin(tenant, version, 'at once')).value;
  }

  async function get(tenant: string, version: number): Promise<T> {
    const known = kept.get(tenant);
    if (!known) return getCurrent(tenant, version);
    const isCurrent = known.version === version;
    if (isCurrent) known.currentAt = now();
    const [readAgo, currentAgo] = [now() - known.readAt, now() - known.currentAt];
    const use = useOf({ isCurrent, isLarge: sizeOf(known.value) > largeBytes, readAgo, currentAgo });
    if (use === 'wait') return getCurrent(tenant, version);
    if (use === 'renew') renew(tenant, version, known);
    return known.value;
  }

  return { get, getCurrent };
}
