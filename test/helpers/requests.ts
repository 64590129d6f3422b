import { overNetwork } from '../../lambdas/platform/aws/transport.ts';

/** Counts the requests to AWS that this process sends from now on. @returns tells how many a piece of work sends */
export function countRequests(): (work: () => Promise<unknown>) => Promise<number> {
  let sent = 0;
  Object.assign(globalThis, {
    [Symbol.for('posthorn.transport')]: (request: Parameters<typeof overNetwork>[0]) => {
      sent++;
      return overNetwork(request);
    },
  });
  return async (work) => {
    const before = sent;
    await work();
    return sent - before;
  };
}
