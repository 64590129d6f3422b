import { enginesFor } from '../matching/index/load-engines.ts';
import { indexInSlices, type MatchSource, type TenantIndex } from '../matching/index/tenant-index.ts';
import { errorFields, warn } from '../platform/log.ts';
import { type TenantEvent, tenantOf } from './fanout-messages.ts';
import { finish } from './in-slices.ts';
import { versionedCache } from './versioned-cache.ts';

/** An empty index and its place in the cache. */
const BYTES_PER_TENANT = 1000;

/**
 * The largest index of one tenant, as estimated. The estimate is one and a half to two and a half times what an index
 * takes: some forty thousand subscriptions, each with a filter of one pattern and one value, or ten thousand, each with
 * five patterns and ten fields. The largest filter (a hundred patterns of 16 segments and 8 KB of condition) counts as
 * more than half a megabyte, so a tenant could fill gigabytes within its default limits. A tenant whose index is larger
 * fails alone: its messages come back, and after five receives its events are dead. What it publishes once it has fewer
 * subscriptions or filters is delivered.
 */
const MAX_INDEX_BYTES = 128 * 1024 * 1024;
/**
 * All indexes that a warm function keeps, or builds in the background: about 100 MB of its 512 MB, beside payloads,
 * deliveries, compiled expressions and an index that is built while events wait for it.
 */
const MAX_CACHE_BYTES = 192 * 1024 * 1024;
/**
 * An index up to this size is rebuilt while events wait for it, so that a subscription gets the event that is published
 * right after it was made: some 2,000 subscriptions, read and built in a third of a second of the function's third of a
 * processor. The limit is a size and not a time: which of a tenant's changes apply at once must not depend on chance.
 */
const LARGE_BYTES = 8 * 1024 * 1024;
const TOO_LARGE = 'too large';

export interface IndexesDeps {
  /** The versions of tenants' configurations; 0 for a tenant that never configured anything. */
  getVersions(tenants: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** What matching needs of a tenant's configuration; undefined when it is larger than that. */
  loadMatchSource(tenant: string, maxBytes: number): Promise<MatchSource | undefined>;
  /** Milliseconds, by a clock that goes on while the function is frozen. */
  now(): number;
}

/** @throws RangeError when the tenant's index is too large */
export type IndexOf = (tenant: string) => Promise<TenantIndex>;

/**
 * Returns the indexes of these events' tenants; `versionedCache` says how new they are. An index that lacks a
 * subscription that an event is addressed to is replaced by the current one. All indexes are loaded here, one after
 * another, so that one that can't be loaded fails its tenant's messages (see `batchOrSingly`) before anything is done.
 * They are not held here, so that memory holds no more than the cache does.
 * @throws RangeError when one of them is too large
 */
export type IndexesFor = (events: readonly TenantEvent[]) => Promise<IndexOf>;

/** Keeps the indexes of tenants between invocations. */
export function createIndexes({ getVersions, loadMatchSource, now }: IndexesDeps): IndexesFor {
  const indexes = versionedCache<TenantIndex | typeof TOO_LARGE>({
    async load(tenant, pace) {
      const source = await loadMatchSource(tenant, MAX_INDEX_BYTES);
      if (!source) return TOO_LARGE;
      return finish(indexInSlices(source, await enginesFor(source.filters)), pace);
    },
    sizeOf: (index) => BYTES_PER_TENANT + (index === TOO_LARGE ? 0 : index.bytes),
    largeBytes: LARGE_BYTES,
    maxBytes: MAX_CACHE_BYTES,
    failed: (tenant, error) => warn('index not renewed', { tenant, ...errorFields(error) }),
    now,
  });

  return async (events) => {
    const byTenant = Map.groupBy(events, tenantOf);
    const versions = await getVersions([...byTenant.keys()]);
    const indexOf: IndexOf = async (tenant) => {
      const version = versions.get(tenant)!;
      const known = await indexes.get(tenant, version);
      const isEnough =
        known !== TOO_LARGE &&
        byTenant.get(tenant)!.every(({ only }) => only === undefined || known.byId(only) !== undefined);
      const index = isEnough ? known : await indexes.getCurrent(tenant, version);
      if (index === TOO_LARGE) throw new RangeError(`filters and subscriptions of ${tenant} are too many`);
      return index;
    };
    for (const tenant of byTenant.keys()) await indexOf(tenant);
    return indexOf;
  };
}
