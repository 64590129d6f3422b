import * as z from 'zod/mini';
import { scanShards } from '../platform/shard-scan.ts';
import {
  refAtPlace,
  TROUBLE_KINDS,
  TROUBLED_INDEX,
  type TroubleKind,
  troubledPartition,
  troubledPartitions,
  troubledPlace,
} from '../targets/troubled-index.ts';
import { itemKind } from '../values/item.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import { readHealth } from './health-store.ts';
import { NO_TROUBLES, type TroubleCounts, type TroubleState, troubleOf } from './target-state.ts';

const TROUBLED = itemKind('target in trouble', { troubledAt: z.string() });

/** What follows a tenant's id in a place, and the character after it. */
const [OF_TENANT, BEYOND_TENANT] = ['#', '$'];

export interface TroubledScan {
  readonly kinds: readonly TroubleKind[];
  /** Only this tenant's, from its partitions alone. */
  readonly tenant?: string | undefined;
  /** The target after which the scan goes on. */
  readonly after?: TargetRef | undefined;
  readonly newestFirst?: boolean | undefined;
  /** Targets at most, and items that are read of one partition. */
  readonly limit: number;
}

/**
 * Targets that the index has under these kinds of trouble, by tenant and target. Some may be well by now, or gone: it is for
 * the caller to see. The index follows its table within a second or so.
 * @returns `next` is where the scan goes on, undefined at its end
 */
export async function scanTroubled(
  table: string,
  { kinds, tenant, after, newestFirst = false, limit }: TroubledScan,
): Promise<{ refs: TargetRef[]; next: TargetRef | undefined }> {
  const { places, next } = await scanPlaces(table, {
    partitions: kinds.flatMap((kind) =>
      tenant === undefined ? troubledPartitions(kind) : [troubledPartition(kind, tenant)],
    ),
    range: {
      after: after && troubledPlace(after),
      ...(tenant !== undefined && { lowest: tenant + OF_TENANT, highest: tenant + BEYOND_TENANT }),
    },
    newestFirst,
    limit,
  });
  return { refs: places.map(refAtPlace), next: next === undefined ? undefined : refAtPlace(next) };
}

/** @returns each place once: a target may be there with its health and with its challenge */
async function scanPlaces(
  table: string,
  scan: {
    partitions: readonly string[];
    range: { after?: string | undefined; lowest?: string; highest?: string };
    newestFirst?: boolean;
    limit: number;
  },
): Promise<{ places: string[]; next: string | undefined }> {
  const { items, next } = await scanShards({
    ...scan,
    kind: TROUBLED,
    table,
    index: TROUBLED_INDEX,
    maxRead: scan.limit,
    placeOf: ({ troubledAt }) => troubledAt,
    isWanted: () => true,
  });
  return { places: [...new Set(items.map(({ troubledAt }) => troubledAt))], next };
}

export interface Troubles {
  /** Targets by their states; a tenant without any is missing. */
  readonly byTenant: ReadonlyMap<string, TroubleCounts>;
  readonly total: TroubleCounts;
  /** There are more, which were not counted. */
  readonly isCut: boolean;
}

/** Targets of each kind that are counted at most: beyond that, the exact number is of no use. */
const COUNTED = 1000;

/** What owners have switched off is no trouble. */
const COUNTED_KINDS = TROUBLE_KINDS.filter((kind) => kind !== 'off');

/**
 * Counts targets in trouble by state, of all tenants or of some that follow each other: 24 queries, and half a read unit for
 * each target that is failing. Challenges of targets that are disabled as well count twice, and what was deleted a moment
 * ago may count still.
 * @param tenants the first and the last one's id
 */
export async function countTroubled(
  table: string,
  now: number,
  tenants?: { readonly first: string; readonly last: string },
): Promise<Troubles> {
  const range = tenants ? { lowest: tenants.first + OF_TENANT, highest: tenants.last + BEYOND_TENANT } : {};
  const scans = await Promise.all(
    COUNTED_KINDS.map(async (kind) => {
      const found = await scanPlaces(table, { partitions: troubledPartitions(kind), range, limit: COUNTED });
      const refs = found.places.map(refAtPlace);
      return { states: await statesOf(table, kind, refs, now), isCut: found.next !== undefined };
    }),
  );
  const byTenant = new Map<string, TroubleCounts>();
  let total = NO_TROUBLES;
  for (const { tenant, state } of scans.flatMap(({ states }) => states)) {
    byTenant.set(tenant, plusOne(byTenant.get(tenant) ?? NO_TROUBLES, state));
    total = plusOne(total, state);
  }
  return { byTenant, total, isCut: scans.some(({ isCut }) => isCut) };
}

const plusOne = (counts: TroubleCounts, state: TroubleState): TroubleCounts => ({
  ...counts,
  [state]: counts[state] + 1,
});

/** Of what passes by itself, the health says what it is now. */
async function statesOf(
  table: string,
  kind: TroubleKind,
  refs: readonly TargetRef[],
  now: number,
): Promise<{ tenant: string; state: TroubleState }[]> {
  if (kind === 'disabled' || kind === 'unverified')
    return refs.map(({ tenant }) => ({ tenant, state: kind }));
  const healthByTarget = await readHealth(table, refs, { onUnreadable: () => {} });
  return refs.flatMap((ref) => {
    const state = troubleOf({
      isActive: true,
      isVerified: true,
      health: healthByTarget.get(refName(ref)),
      now,
    });
    return state ? [{ tenant: ref.tenant, state }] : [];
  });
}
