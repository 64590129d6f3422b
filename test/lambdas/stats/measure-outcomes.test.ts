import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import type { Attempt } from '../../../lambdas/http-client/attempt-record.ts';
import { measureOutcomes } from '../../../lambdas/stats/measure-outcomes.ts';
import { timeOfUlid } from '../../../lambdas/values/ids.ts';
import { outcomeOf } from '../../builders/deliveries.ts';
import { eventOf } from '../../builders/events.ts';
import { printedBy } from '../../helpers/printed.ts';

const event = eventOf();
const accepted = timeOfUlid(event.ulid);

const attempt = (about: Partial<Attempt> = {}): Attempt => ({ at: accepted, ms: 20, status: 200, ...about });
const outcome = (about: Partial<Outcome>): Outcome =>
  outcomeOf({ event, at: accepted + 300, attempts: [attempt()], ...about });
const failed = attempt({ status: 503 });
const notFetched: Attempt = { at: accepted, ms: 0, error: 'not_fetched' };

describe('what CloudWatch is told of outcomes (D13)', () => {
  it.each<[string, Partial<Outcome>, Record<string, number>]>([
    [
      'the first attempt delivered',
      {},
      { Attempts: 1, FirstAttempts: 1, FirstAttemptsDelivered: 1, PromptLatency: 300 },
    ],
    [
      'nothing was fetched, of a pull target',
      { status: 'dead', reason: 'expired', attempts: [notFetched] },
      { Dead: 1 },
    ],
    [
      'it was not acknowledged',
      { status: 'parked', attempts: [{ ...notFetched, error: 'not_acknowledged' }] },
      {},
    ],
    ['the second did', { attempts: [failed, attempt()] }, { Attempts: 1 }],
    [
      'the first failed',
      { status: 'retrying', attempts: [failed] },
      { Attempts: 1, FailedAttempts: 1, FirstAttempts: 1 },
    ],
    [
      'a later one failed',
      { status: 'parked', attempts: [failed, failed] },
      { Attempts: 1, FailedAttempts: 1 },
    ],
    [
      'the first delivered what had waited for its endpoint',
      { attempts: [attempt({ past: 'recovery@1764000000000' })] },
      { Attempts: 1, FirstAttempts: 1, FirstAttemptsDelivered: 1 },
    ],
    [
      'the first delivered what was replayed',
      { run: 1 },
      { Attempts: 1, FirstAttempts: 1, FirstAttemptsDelivered: 1 },
    ],
    [
      'a fast lane cut the request',
      {
        status: 'retrying',
        attempts: [attempt({ ms: 2003, status: undefined, error: 'timeout', uncounted: true })],
      },
      {},
    ],
    ['it began to wait', { status: 'parked', attempts: [], isWaiting: true }, {}],
    [
      'it died of its last attempt',
      { status: 'dead', reason: 'exhausted', attempts: [failed, failed] },
      { Attempts: 1, FailedAttempts: 1, Dead: 1 },
    ],
    ['it died without any', { status: 'dead', reason: 'target_deleted', attempts: [] }, { Dead: 1 }],
  ])('where %s', async (_, about, expected) => {
    const { metrics } = await printedBy(async () => measureOutcomes([outcome(about)]));
    expect(metrics).toEqual({ Recorded: 1, ...expected });
  });

  it('names the reasons of deaths, each in a line', async () => {
    const dead = (reason: Outcome['reason']) => outcome({ status: 'dead', reason, attempts: [] });
    const all = [dead('rejected'), dead('infrastructure'), dead('rejected'), outcome({})];
    const { lines } = await printedBy(async () => measureOutcomes(all));
    expect(lines.map(({ Dead, Reason }) => [Reason, Dead])).toEqual([
      [undefined, undefined],
      ['rejected', 2],
      ['infrastructure', 1],
    ]);
  });

  it('says nothing of no outcomes', async () => {
    const { lines } = await printedBy(async () => measureOutcomes([]));
    expect(lines).toEqual([]);
  });
});
