import { answerTo, type Check, type Facts, type Found } from '../check.ts';
import { LARGE_BYTES } from '../probes.ts';
import { bytesText, fateText, isAccepted, msText, saidText } from '../seen.ts';
import { acceptance } from './signatures.ts';

/** Whether each kind of event is taken. */

export const duplicate: Check = {
  level: 'must',
  expected: '2xx to an event that it has had, with the same webhook-id',
  advice:
    'Keep each webhook-id for two days, work on an event once, and answer 2xx each time: any other answer brings it again.',
  reads: ['event', 'again'],
  judge(facts) {
    const again = answerTo(facts, 'again');
    if (!isAccepted(again)) return { status: 'fail', seen: `${saidText(again)}: ${fateText(again)}` };
    return {
      status: 'pass',
      seen: `${saidText(again)}. Whether it was worked on once can’t be seen from outside`,
    };
  },
};

export const unknownType: Check = {
  level: 'must',
  expected: '2xx to a type of event that it does not know',
  advice:
    'Take what is not for you, and drop it: new types come without notice, and a refusal is a failed delivery.',
  reads: ['unknown'],
  judge: (facts) => acceptance(facts, 'unknown'),
};

export const atOnce: Check = {
  level: 'must',
  expected: '2xx to four events at once',
  advice:
    'Posthorn opens up to 50 connections. An endpoint that takes less needs a rate limit at its target.',
  reads: ['atOnce'],
  judge: (facts) => acceptance(facts, 'atOnce'),
};

/** A small difference is chance. */
const SERIAL = { times: 2.5, ms: 500 } as const;

export const inParallel: Check = {
  level: 'should',
  expected: 'four at once take about as long as one',
  advice:
    'It answers one request after another, so a burst makes the last ones wait. Answer before the work, or run more workers.',
  reads: ['event', 'again', 'atOnce'],
  judge(facts) {
    const together = facts.answers('atOnce');
    if (!together.every(isAccepted)) return { status: 'skip', seen: 'not all four were taken' };
    const alone = Math.max(answerTo(facts, 'event').ms, answerTo(facts, 'again').ms);
    const slowest = Math.max(...together.map(({ ms }) => ms));
    const seen = `one took ${msText(alone)}, the last of four ${msText(slowest)}`;
    const isSerial = slowest > SERIAL.times * alone && slowest - alone > SERIAL.ms;
    return { status: isSerial ? 'fail' : 'pass', seen };
  },
};

function ofSize(facts: Facts, probe: 'large' | 'largest', bytes: number): Found {
  const found = acceptance(facts, probe);
  return { ...found, seen: `${bytesText(bytes)}: ${found.seen}` };
}

export const largeBody: Check = {
  level: 'must',
  expected: '2xx to an event of 256 KiB',
  advice:
    'Raise the limit of the framework (Express takes 100 kB), of the proxy (nginx 1 MB) and of the firewall. If your events are never so large, --max-bytes says how large they are.',
  reads: ['large'],
  judge: (facts) => ofSize(facts, 'large', Math.min(LARGE_BYTES, facts.sender.maxBytes)),
};

export const largestBody: Check = {
  level: 'should',
  expected: '2xx to the largest event that Posthorn takes, 4.5 MB, or of --max-bytes',
  advice:
    'Raise the limits, or make sure that none of your events is so large: --max-bytes says how large they are.',
  reads: ['largest'],
  judge: (facts) => ofSize(facts, 'largest', facts.sender.maxBytes),
};

export const batch: Check = {
  level: 'must',
  expected: '2xx to a JSON array of two events',
  advice:
    'A target with batching gets an array, also of one event. The signature covers all of it, and each element has its own id.',
  reads: ['batch'],
  isOptional: true,
  judge: (facts) => acceptance(facts, 'batch'),
};

export const bytes: Check = {
  level: 'must',
  expected: '2xx to signed bytes that are no text',
  advice:
    'Compute the HMAC over the bytes: several libraries decode the body as UTF-8 first, which changes others.',
  reads: ['bytes'],
  isOptional: true,
  judge: (facts) => acceptance(facts, 'bytes'),
};
