import { overNetwork } from '../../lambdas/platform/aws/transport.ts';

type Transport = typeof overNetwork;

const putTransport = (transport: Transport | undefined): void => {
  Object.assign(globalThis, { [Symbol.for('posthorn.transport')]: transport });
};

/** Loses the answer to the next request of an operation. @returns ends this, and says how many of them were sent */
export function loseAnswerTo(operation: string): () => number {
  let sent = 0;
  putTransport(async (request) => {
    const answer = await overNetwork(request);
    if (!request.headers['x-amz-target']?.endsWith(`.${operation}`) || ++sent > 1) return answer;
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  });
  return () => {
    putTransport(undefined);
    return sent;
  };
}

/** Counts the requests to AWS that this process sends from now on. @returns tells how many a piece of work sends */
export function countRequests(): (work: () => Promise<unknown>) => Promise<number> {
  let sent = 0;
  putTransport((request) => {
    sent++;
    return overNetwork(request);
  });
  return async (work) => {
    const before = sent;
    await work();
    return sent - before;
  };
}
