import { type DeliveryMessage, outcomesMessages } from '../delivery/messages.ts';
import { outcomeOf } from '../delivery/outcome.ts';
import { parseHeld } from '../hold-queue/held-deliveries.ts';
import type { Bound } from '../platform/bind.ts';
import { inParallel } from '../platform/in-parallel.ts';
import type { Addressed } from '../platform/sqs.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { acknowledged, isHolder, MAX_LEASE_SECONDS } from './lease.ts';
import { PARALLEL_WRITES } from './mark-dead.ts';
import type { moveLease, PullItem, readPullItems, releaseLease, removePullItem } from './pull-store.ts';
import { type Receipt, readReceipt } from './receipt.ts';

export interface FinishDeps
  extends Bound<{
    readPullItems: typeof readPullItems;
    removePullItem: typeof removePullItem;
    moveLease: typeof moveLease;
    releaseLease: typeof releaseLease;
  }> {
  readonly now: () => number;
  /** URL of the queue. */
  readonly outcomesQueue: string;
  /** @throws SendError */
  readonly sendAddressed: (messages: readonly Addressed[]) => Promise<void>;
}

/**
 * Acknowledges messages. The outcome is reported before a message is removed: if it fails in between, the log says that the message
 * was delivered, and the next fetch drops it instead of handing it out.
 * @returns the receipts whose messages their holder has no longer
 */
export async function acknowledge(
  deps: FinishDeps,
  ref: TargetRef,
  texts: readonly string[],
): Promise<string[]> {
  const receipts = receiptsIn(ref, texts);
  const keys = new Map([...receipts.values()].map(({ key }) => [nameOf(key), key]));
  const items = await deps.readPullItems([...keys.values()]);
  const byKey = new Map(items.map((item) => [nameOf(item.key), item]));
  const held = [...receipts].flatMap(([text, receipt]) => {
    const item = byKey.get(nameOf(receipt.key));
    const delivery = item && isHolder(item.lease, receipt.token) && deliveryIn(item);
    return delivery ? [{ text, item, lease: item.lease!, delivery }] : [];
  });
  const now = deps.now();
  const outcomes = held.map(
    ({ delivery: received, lease }) =>
      outcomeOf(
        { received, delivery: acknowledged(received, lease, now), decision: { kind: 'delivered' } },
        now,
      )!,
  );
  await deps.sendAddressed(
    outcomesMessages(outcomes).map((body) => ({ queueUrl: deps.outcomesQueue, body })),
  );
  await inParallel(held, PARALLEL_WRITES, ({ item }) => deps.removePullItem(item));
  const done = new Set(held.map(({ text }) => text));
  return texts.filter((text) => !done.has(text));
}

/** Gives messages back. @param delayMs until somebody else may get them @returns as `acknowledge` */
export const release = (
  deps: FinishDeps,
  ref: TargetRef,
  texts: readonly string[],
  delayMs: number,
): Promise<string[]> => {
  const now = deps.now();
  return lostAmong(ref, texts, ({ key, token }) => deps.releaseLease(key, token, now, now + delayMs));
};

/** Lets leases end later, or earlier, than they would. @returns as `acknowledge` */
export const extend = (
  deps: FinishDeps,
  ref: TargetRef,
  texts: readonly string[],
  leaseMs: number,
): Promise<string[]> => {
  const until = deps.now() + leaseMs;
  const since = until - MAX_LEASE_SECONDS * 1000;
  return lostAmong(ref, texts, ({ key, token }) => deps.moveLease(key, token, until, since));
};

async function lostAmong(
  ref: TargetRef,
  texts: readonly string[],
  isHeld: (receipt: Receipt) => Promise<boolean>,
): Promise<string[]> {
  const receipts = receiptsIn(ref, texts);
  const kept = new Set<string>();
  await inParallel([...receipts], PARALLEL_WRITES, async ([text, receipt]) => {
    if (await isHeld(receipt)) kept.add(text);
  });
  return texts.filter((text) => !kept.has(text));
}

/** Those that are receipts, each once. */
const receiptsIn = (ref: TargetRef, texts: readonly string[]): Map<string, Receipt> =>
  new Map(
    texts.flatMap((text): [string, Receipt][] => {
      const receipt = readReceipt(ref, text);
      return receipt ? [[text, receipt]] : [];
    }),
  );

const nameOf = ({ pk, sk }: Receipt['key']): string => `${pk} ${sk}`;

const deliveryIn = (item: PullItem): DeliveryMessage | undefined => parseHeld([item]).readable[0]?.delivery;
