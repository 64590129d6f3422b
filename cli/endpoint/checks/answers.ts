import { PATIENCE_MS } from '../../../lambdas/endpoint-health/patience.ts';
import { answerTo, type Check } from '../check.ts';
import { bytesText, isAccepted, msText } from '../seen.ts';

/** How it answers. */

export const keepAlive: Check = {
  level: 'should',
  expected: 'a second request over the same connection',
  advice:
    'Keep connections open for five seconds or longer, answer in HTTP/1.1, and say the length of each answer (Content-Length, or chunks): a new connection, with TLS, costs several times the answer.',
  reads: ['event', 'again'],
  judge(facts) {
    const { isReused, isReconnected } = answerTo(facts, 'again');
    const { connection } = answerTo(facts, 'event').headers;
    if (isReconnected) return { status: 'fail', seen: 'it closed the connection as the second request came' };
    if (isReused) return { status: 'pass', seen: 'the connection was used again' };
    return {
      status: 'fail',
      seen: `the second request needed a new one${connection ? ` (connection: ${connection})` : ''}`,
    };
  },
};

export const quick: Check = {
  level: 'should',
  expected: `an answer within ${PATIENCE_MS / 1000} s, better within one`,
  advice:
    'Store the event, answer, and work later. After 2 s a request is cut and made again in a slow lane: a slow endpoint gets its events later, and twice.',
  reads: ['event', 'again'],
  judge({ all }) {
    // Large ones take as long as this machine's network needs to send them.
    const times = all(['large', 'largest'])
      .filter(isAccepted)
      .map(({ ms }) => ms);
    const slowest = Math.max(...times);
    const seen = `the slowest of ${times.length} took ${msText(slowest)}`;
    return { status: slowest > PATIENCE_MS ? 'fail' : 'pass', seen };
  },
};

export const answerEnds: Check = {
  level: 'should',
  expected: 'an answer of at most 64 KiB, whole',
  advice:
    'Answer with a status and a few words. Of a longer answer the rest is not read, and its connection is closed.',
  reads: ['event'],
  judge({ all }) {
    const broken = all().find((seen) => isAccepted(seen) && !seen.isWhole);
    if (!broken) return { status: 'pass', seen: 'each came to its end' };
    const length = Number(broken.headers['content-length'] ?? 0);
    const seen =
      length > 0 ? `one of ${bytesText(length)} did not come to its end` : 'one did not come to its end';
    return { status: 'fail', seen };
  },
};

export const answerPlain: Check = {
  level: 'should',
  expected: 'no compression that was not asked for',
  advice:
    'No request says Accept-Encoding, so send answers as they are: the log of the target’s owner shows their beginning.',
  reads: ['event'],
  judge({ all }) {
    const encodings = all().flatMap(({ headers }) => headers['content-encoding'] ?? []);
    const odd = encodings.find((one) => one.toLowerCase() !== 'identity');
    return odd === undefined ? { status: 'pass', seen: 'none' } : { status: 'fail', seen: odd };
  },
};
