import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Counts the requests that a client sends. @returns tells how many a piece of work sends */
export function countRequests(
  dynamo: DynamoDBDocumentClient,
): (work: () => Promise<unknown>) => Promise<number> {
  let sent = 0;
  dynamo.middlewareStack.add(
    (next) => (args) => {
      sent++;
      return next(args);
    },
    { step: 'initialize' },
  );
  return async (work) => {
    const before = sent;
    await work();
    return sent - before;
  };
}
