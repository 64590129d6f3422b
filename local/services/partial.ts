/** Batches that a service processes only in part. Pure, except for the random numbers that choose the part. */

interface BatchEntry {
  readonly Id: string;
}

/** A split batch: the part to process, and how to change its answer. */
export interface Parted<Request> {
  readonly request: Request;
  readonly amend: (answer: object) => object;
}

/**
 * An SQS batch of which some entries fail, through no fault of the sender.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_BatchResultErrorEntry.html
 * @returns undefined for a request that is no batch, or too small to split
 */
export function partSqs<R extends object>(request: R, random: () => number): Parted<R> | undefined {
  const { Entries } = request as { Entries?: BatchEntry[] };
  const parts = Entries && parted(Entries, random);
  if (!parts) return undefined;
  const failed = parts.left.map(({ Id }) => ({
    Id,
    SenderFault: false,
    Code: 'InternalError',
    Message: 'internal error',
  }));
  return {
    request: { ...request, Entries: parts.done },
    amend: (answer) => {
      const { Failed = [] } = answer as { Failed?: object[] };
      return { ...answer, Failed: [...Failed, ...failed] };
    },
  };
}

type TableBatch = readonly unknown[] | { readonly Keys: readonly unknown[] };

/**
 * A BatchWriteItem or BatchGetItem of one table that leaves items unprocessed. At least one is processed: when none can
 * be, DynamoDB refuses the request.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 * @returns undefined for a request that is no batch, or too small to split
 */
export function partDynamodb<R extends object>(request: R, random: () => number): Parted<R> | undefined {
  const { RequestItems = {} } = request as { RequestItems?: Record<string, TableBatch> };
  const [[table, batch] = [], ...others] = Object.entries(RequestItems);
  if (!table || !batch || others.length > 0) return undefined;
  const isWrite = Array.isArray(batch);
  const parts = parted(isWrite ? batch : (batch as { Keys: unknown[] }).Keys, random);
  if (!parts) return undefined;
  const batchOf = (part: unknown[]): object => (isWrite ? part : { ...batch, Keys: part });
  const field = isWrite ? 'UnprocessedItems' : 'UnprocessedKeys';
  return {
    request: { ...request, RequestItems: { [table]: batchOf(parts.done) } },
    amend: (answer) => ({ ...answer, [field]: { [table]: batchOf(parts.left) } }),
  };
}

/** Neither part is empty. */
function parted<T>(all: readonly T[], random: () => number): { done: T[]; left: T[] } | undefined {
  if (all.length < 2) return undefined;
  const chosen = all.map(() => random() < 0.5);
  chosen[0] = true;
  chosen[all.length - 1] = false;
  return { done: all.filter((_, i) => chosen[i]), left: all.filter((_, i) => !chosen[i]) };
}
