import type { TargetRef } from '../values/target-ref.ts';

/**
 * The index of targets in trouble. It holds those items of endpoint health and of challenges that have its two attributes.
 * It projects nothing else: an index is written when a projected attribute changes, and the health of a failing target
 * changes with each failure. So an item costs the index a write when its trouble begins, ends or becomes one of another kind.
 */
export const TROUBLED_INDEX = { name: 'troubled', pk: 'troubledOf', sk: 'troubledAt' } as const;

/**
 * Kinds of trouble. Each has partitions of its own, so that a list of those that fail does not read the many that are
 * disabled for good. `passing` is all that passes by itself: failures, an open breaker, a pause, slow answers.
 */
export const TROUBLE_KINDS = ['passing', 'disabled', 'off', 'unverified'] as const;
export type TroubleKind = (typeof TROUBLE_KINDS)[number];

/**
 * A partition takes 1,000 writes a second (DynamoDB developer guide, partition limits), and an index that is throttled
 * throttles its table. A tenant is in one partition of each kind, as its health is in one of the table. If all tenants'
 * targets begin to fail at once, eight take 8,000 of them a second.
 */
const SHARDS = 8;
const shards = Array.from({ length: SHARDS }, (_, shard) => shard);

/** The last character of a tenant's ULID is random, so it spreads evenly. */
const shardOf = (tenant: string): number => tenant.charCodeAt(tenant.length - 1) % SHARDS;

/** The targets of all tenants in this kind of trouble. */
export const troubledPartitions = (kind: TroubleKind): string[] => shards.map((n) => `${kind}#${n}`);

/** Where those of one tenant are, among others. */
export const troubledPartition = (kind: TroubleKind, tenant: string): string => `${kind}#${shardOf(tenant)}`;

/** A target's place in each order of the index: by tenant, then by target. It stays the same whatever the trouble. */
export const troubledPlace = ({ tenant, target }: TargetRef): string => `${tenant}#${target}`;

export function refAtPlace(place: string): TargetRef {
  const [tenant = '', target = ''] = place.split('#');
  return { tenant, target };
}

/** The attributes that put an item into the index, or keep it out. @param kind undefined when it is in no trouble */
export const troubledKey = (kind: TroubleKind | undefined, ref: TargetRef) => ({
  [TROUBLED_INDEX.pk]: kind && troubledPartition(kind, ref.tenant),
  [TROUBLED_INDEX.sk]: kind && troubledPlace(ref),
});
