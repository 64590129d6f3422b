import type { Random } from '../../kernel/random.ts';
import { drawMs } from '../../kernel/spread.ts';
import { DYNAMODB } from '../numbers.ts';
import type { ServiceCall } from '../service.ts';

interface Batches {
  readonly RequestItems?: Readonly<
    Record<string, readonly unknown[] | { readonly Keys?: readonly unknown[] }>
  >;
}

const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']);

/** Items of a batch that cost as much time again as its first one: DynamoDB works on them side by side. A guess. */
const ITEMS_THAT_DOUBLE = { BatchGetItem: 100, BatchWriteItem: 25 } as const;
/** A page of a query has many items. A guess. */
const PAGE_FACTOR = 1.5;

/** How long a call takes, with the way there and back. Milliseconds. */
export function latencyOf(random: Random, { operation, input }: ServiceCall): number {
  const spread = WRITES.has(operation) ? DYNAMODB.writeLatency : DYNAMODB.readLatency;
  return drawMs(random, spread) * factorOf(operation, input);
}

function factorOf(operation: string, input: Batches): number {
  if (operation === 'Query' || operation === 'Scan') return PAGE_FACTOR;
  if (operation !== 'BatchGetItem' && operation !== 'BatchWriteItem') return 1;
  return 1 + itemsOf(input) / ITEMS_THAT_DOUBLE[operation];
}

function itemsOf({ RequestItems = {} }: Batches): number {
  let items = 0;
  for (const name in RequestItems) {
    const batch = RequestItems[name]!;
    items += 'Keys' in batch ? (batch.Keys?.length ?? 0) : (batch as readonly unknown[]).length;
  }
  return items;
}
