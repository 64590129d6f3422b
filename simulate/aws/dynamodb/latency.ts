import type { Random } from '../../kernel/random.ts';
import { drawMs } from '../../kernel/spread.ts';
import { DYNAMODB } from '../numbers.ts';
import type { ServiceCall, Spread } from '../service.ts';

interface Batches {
  readonly RequestItems?: Readonly<
    Record<string, readonly unknown[] | { readonly Keys?: readonly unknown[] }>
  >;
}

const { readLatency, writeLatency, batchReadLatency, batchWriteLatency, batchReads, batchWrites } = DYNAMODB;

/** How long a call takes, with the way there and back. Milliseconds. */
export const latencyOf = (random: Random, { operation, input }: ServiceCall): number =>
  drawMs(random, spreadOf(operation, input));

function spreadOf(operation: string, input: Batches): Spread {
  switch (operation) {
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return writeLatency;
    case 'BatchWriteItem':
      return between(writeLatency, batchWriteLatency, (itemsOf(input) - 1) / (batchWrites - 1));
    case 'BatchGetItem':
      return between(readLatency, batchReadLatency, (itemsOf(input) - 1) / (batchReads - 1));
    default:
      return readLatency;
  }
}

/** @param share from 0, for one item, to 1, for as many as a batch takes */
const between = (one: Spread, many: Spread, share: number): Spread => ({
  p50: one.p50 + (many.p50 - one.p50) * share,
  p99: one.p99 + (many.p99 - one.p99) * share,
});

function itemsOf({ RequestItems = {} }: Batches): number {
  let items = 0;
  for (const name in RequestItems) {
    const batch = RequestItems[name]!;
    items += 'Keys' in batch ? (batch.Keys?.length ?? 0) : (batch as readonly unknown[]).length;
  }
  return Math.max(1, items);
}
