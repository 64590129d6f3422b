import { isDeepStrictEqual } from 'node:util';
import { dynamo, getAll, unlessConditionFails } from '../platform/dynamo.ts';
import { fail, type UnreadableItemError } from '../platform/items.ts';
import { TROUBLED_INDEX, troubledKey } from '../targets/troubled-index.ts';
import { isEphemeral } from '../values/ids.ts';
import type { Key } from '../values/item-key.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import { type EndpointHealth, HEALTH, type StoredHealth } from './health.ts';
import { troubleKindOf } from './target-state.ts';

export type { StoredHealth };

/** The health of all of a tenant's targets. The key's word is older than the name. */
export const healthPartition = (tenant: string): string => `standing#${tenant}`;

const keyOf = ({ tenant, target }: TargetRef) => ({ pk: healthPartition(tenant), sk: target });

/**
 * Health by `refName`; a target of which nothing is known is missing.
 * @param options `onUnreadable` says what is done about one that cannot be read, by its name. With `mend`, what an older
 *   release has written is put into the index of targets in trouble, or taken out
 * @throws UnreadableItemError unless it is given
 */
export async function readHealth(
  table: string,
  refs: readonly TargetRef[],
  options: {
    readonly consistent?: boolean;
    readonly onUnreadable?: (name: string, error: UnreadableItemError) => void;
    readonly mend?: boolean;
  } = {},
): Promise<Map<string, StoredHealth>> {
  const { consistent = false, mend = false, onUnreadable = (_, error) => fail(error) } = options;
  const items = await getAll(HEALTH, table, refs.map(keyOf), {
    consistent,
    onUnreadable: (error) => onUnreadable(nameOf(error), error),
  });
  if (mend) await Promise.all(items.filter(isMisplaced).map((item) => putAgain(table, item)));
  return new Map(items.map((item) => [nameOf(item), healthIn(item)]));
}

type Stored = StoredHealth & Key & { readonly [K in 'troubledOf' | 'troubledAt']?: unknown };

function healthIn(item: Stored): StoredHealth {
  const { pk: _, sk: __, [TROUBLED_INDEX.pk]: ___, [TROUBLED_INDEX.sk]: ____, ...health } = item;
  return health;
}

const refOf = ({ pk, sk }: Key): TargetRef => ({ tenant: pk.slice(healthPartition('').length), target: sk });
const nameOf = (key: Key): string => refName(refOf(key));

const isMisplaced = (item: Stored): boolean =>
  troubledKey(shownTroubleOf(item, refOf(item)), refOf(item))[TROUBLED_INDEX.pk] !== item[TROUBLED_INDEX.pk];

/** A listener's target is in no list, whatever trouble it is in. */
const shownTroubleOf = (health: StoredHealth, { target }: TargetRef) =>
  isEphemeral(target) ? undefined : troubleKindOf(health);

/** Where another function has changed it meanwhile, that one has put it right. */
const putAgain = (table: string, item: Stored): Promise<boolean> =>
  put(table, refOf(item), { ...healthIn(item), revision: item.revision + 1 }, item.revision);

/** How often a change is made again when another function was quicker. */
const TRIES = 5;

/**
 * Changes the health of a target, on condition that no other function has meanwhile; else what that one wrote is read and
 * changed instead.
 * @param known what the caller takes for the present health; undefined when it knows of none
 * @param change returns the same health, or undefined, when there is nothing to change
 * @returns the health as it is now, and as it was before the change
 * @throws Error when others were quicker again and again
 */
export async function changeHealth(
  table: string,
  ref: TargetRef,
  known: StoredHealth | undefined,
  change: (health: StoredHealth | undefined) => EndpointHealth | undefined,
): Promise<{ before: StoredHealth | undefined; after: StoredHealth | undefined }> {
  let before = known;
  for (let tries = 0; tries < TRIES; tries++) {
    const changed = change(before);
    if (changed === undefined || changed === before) return { before, after: before };
    const after = { ...changed, revision: (before?.revision ?? 0) + 1 };
    if (await put(table, ref, after, before?.revision)) return { before, after };
    const present = (await readHealth(table, [ref], { consistent: true })).get(refName(ref));
    // Its target was deleted meanwhile: nothing is known of it any more.
    if (before !== undefined && present === undefined) return { before, after: undefined };
    // This very call wrote it: its answer was lost, and the SDK's second try was refused.
    if (isSame(present, after)) return { before, after };
    before = present;
  }
  throw new Error(`the health of ${ref.target} was changed by others ${TRIES} times in a row`);
}

/** As the table would have it: without what is undefined. */
const isSame = (present: object | undefined, written: object): boolean =>
  isDeepStrictEqual(
    present,
    Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined)),
  );

/** Forgets a target that is gone. What is still under way to it may note something once more. */
export async function forgetHealth(TableName: string, ref: TargetRef): Promise<void> {
  await dynamo.delete({ TableName, Key: keyOf(ref) });
}

const put = (
  TableName: string,
  ref: TargetRef,
  health: StoredHealth,
  revision: number | undefined,
): Promise<boolean> =>
  unlessConditionFails(
    dynamo.put({
      TableName,
      Item: { ...keyOf(ref), ...health, ...troubledKey(shownTroubleOf(health, ref), ref) },
      ConditionExpression: revision === undefined ? 'attribute_not_exists(pk)' : 'revision = :revision',
      ...(revision !== undefined && { ExpressionAttributeValues: { ':revision': revision } }),
    }),
  );
