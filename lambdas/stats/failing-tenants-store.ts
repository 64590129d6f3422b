import { putAll, queryItems, withDistinctKeys } from '../platform/dynamo.ts';
import { skip } from '../platform/items.ts';
import { NOTHING } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';
import { marksPartition } from './counter-keys.ts';

/** A worker forgets all marks rather than keep more: an hour's, of very many tenants. */
const KEPT_MARKS = 20_000;

/** Which tenants a worker has marked as having failures, by hour. So a tenant costs it one write an hour. */
export interface FailingMarks {
  has(mark: Key): boolean;
  add(mark: Key): void;
}

export function failingMarks(kept = KEPT_MARKS): FailingMarks {
  const known = new Set<string>();
  const nameOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;
  return {
    has: (mark) => known.has(nameOf(mark)),
    add(mark) {
      if (known.size >= kept) known.clear();
      known.add(nameOf(mark));
    },
  };
}

/** Writes marks, but for those that this worker has written. It remembers a mark once it is there. */
export async function markFailing(
  table: string,
  known: FailingMarks,
  marks: readonly (Key & { readonly ttl: number })[],
): Promise<void> {
  const fresh = withDistinctKeys(marks.filter((mark) => !known.has(mark)));
  await putAll(
    table,
    fresh.map(({ pk, sk, ttl }) => ({ pk, sk, ttl })),
  );
  for (const mark of fresh) known.add(mark);
}

/** Tenants with failures in the hours that some times are in, each once. @param times milliseconds since the epoch */
export async function tenantsWithFailures(table: string, times: readonly number[]): Promise<string[]> {
  const partitions = [...new Set(times.map(marksPartition))];
  const found = await Promise.all(partitions.map((pk) => markedIn(table, pk)));
  return [...new Set(found.flat())];
}

async function markedIn(TableName: string, pk: string): Promise<string[]> {
  const query = {
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
  };
  const tenants: string[] = [];
  for await (const { sk } of queryItems(NOTHING, query, { onUnreadable: skip })) tenants.push(sk);
  return tenants;
}
