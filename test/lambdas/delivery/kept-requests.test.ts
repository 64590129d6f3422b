import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toItem } from '../../../lambdas/delivery/delivery-items.ts';
import { KEPT_REQUESTS, requestsOf, withRequest } from '../../../lambdas/delivery/kept-requests.ts';
import { outcomeOf, withAttempt } from '../../../lambdas/delivery/outcome.ts';
import type { Attempt, Sent } from '../../../lambdas/http-client/attempt-record.ts';
import { describeEvent, signedRequest } from '../../../lambdas/targets/request-headers.ts';
import { deliveryOf } from '../../builders/deliveries.ts';
import { NOW, targetOf } from '../../builders/nth-delivery.ts';
import { itemBytes } from '../../helpers/item-bytes.ts';
import { runs } from '../../helpers/runs.ts';

const FIRST: Sent = { signatures: 'v1,a', by: { url: 'https://a.example/', keys: '1' } };

const made = (n: number, sent: Sent | undefined): Attempt => ({
  at: n,
  ms: 1,
  status: 500,
  ...(sent && { sent, travel: { connect: n } }),
});

const keptOf = (all: readonly Attempt[]): Attempt[] => all.reduce<Attempt[]>(withRequest, []);

describe('what a delivery keeps of its requests (A9)', () => {
  it('is said once where it stays the same', () => {
    const later = { ...FIRST, signatures: 'v1,b' };
    const [first, last] = keptOf([made(1, FIRST), made(2, later)]);
    expect(first!.sent).toEqual({ signatures: 'v1,a' });
    expect(last!.sent).toEqual(later);
  });

  it('is said again where it changes', () => {
    const moved = { ...FIRST, by: { url: 'https://b.example/', keys: '1' } };
    expect(keptOf([made(1, FIRST), made(2, moved), made(3, moved)]).map(({ sent }) => sent?.by?.url)).toEqual(
      ['https://a.example/', undefined, 'https://b.example/'],
    );
  });

  it('is all of the last attempts, whatever changes, and nothing of those before', () => {
    const anySent = fc.option(
      fc.record({
        signatures: fc.constantFrom('v1,a', 'v1,b'),
        by: fc.record({ url: fc.constantFrom('a', 'b'), keys: fc.constantFrom('1', '1 2') }),
      }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(fc.array(anySent, { maxLength: 8 }), (all) => {
        const attempts = all.map((sent, i) => made(i, sent));
        const kept = keptOf(attempts);
        const isLast = (i: number): boolean => i >= all.length - KEPT_REQUESTS;
        expect(requestsOf(kept)).toEqual(all.map((sent, i) => (isLast(i) ? sent : undefined)));
        expect(kept.map(({ travel }) => travel)).toEqual(
          attempts.map(({ travel }, i) => (isLast(i) ? travel : undefined)),
        );
        expect(kept.map(({ at }) => at)).toEqual(attempts.map(({ at }) => at));
      }),
      { numRuns: runs(100) },
    );
  });

  it('is not guessed where a release that did not keep it made the attempt behind', () => {
    const attempts = [{ ...made(1, FIRST), sent: { signatures: 'v1,a' } }, made(2, undefined)];
    expect(requestsOf(attempts)).toEqual([undefined, undefined]);
  });
});

describe('an item of the log, as DynamoDB bills it', () => {
  const event = {
    id: 'evt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
    ulid: '01KAK2V5E4V2N9CR0Q6WV7Z1QX',
    type: 'payment.processor.failure',
    contentType: 'application/json',
    payload: { kind: 'text', text: '{"amount":1200.50}' },
  } as const;
  const target = targetOf({
    url: 'https://hooks.customer-of-ours.example.com/v1/payments/webhook',
    headers: { Authorization: 'Bearer 1', 'X-Team': 'orders' },
  });
  const body = Buffer.from(event.payload.text);
  const delivery = deliveryOf({
    tenant: 'ten_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
    subscription: 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY',
    target: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QZ',
    event,
  });
  const attemptBy = (about: Partial<Attempt>): Attempt => {
    const { sent } = signedRequest(target, target.url, describeEvent(event, 1), body, NOW);
    const travel = {
      address: '203.0.113.107',
      tlsVersion: '1.3',
      dns: 12,
      connect: 34,
      tls: 45,
      firstByte: 123,
    };
    return { at: NOW, ms: 214, status: 200, travel, sent, ...about };
  };
  const sizeAfter = (attempts: readonly Attempt[], status: 'delivered' | 'exhausted'): number => {
    const last = attempts.reduce(withAttempt, delivery);
    const decision =
      status === 'delivered' ? ({ kind: status } as const) : ({ kind: 'dead', reason: status } as const);
    const outcome = outcomeOf({ received: delivery, delivery: last, decision }, NOW)!;
    return itemBytes(toItem(outcome, 72 * 3600));
  };
  const bare = ({ travel: _, sent: __, ...attempt }: Attempt): Attempt => attempt;
  const answered = attemptBy({ answer: '{"received":true}' });

  it('has less than a kilobyte for a delivery that arrived at once: one write unit', () => {
    const size = sizeAfter([answered], 'delivered');
    expect(size).toBeLessThan(700);
    expect(size - sizeAfter([bare(answered)], 'delivered')).toBeLessThan(280);
  });

  it('has it also with an answer of 300 bytes, IPv6 and two signatures', () => {
    const { sent, ...attempt } = attemptBy({
      answer: 'x'.repeat(300),
      travel: { ...answered.travel, address: '2001:db8:1234:5678:9abc:def0:1234:5678' },
    });
    const rotated = {
      ...sent!,
      signatures: `${sent!.signatures} ${sent!.signatures}`,
      by: { ...sent!.by!, keys: '5f1e0c3a 5f1e0c3b' },
    };
    expect(sizeAfter([{ ...attempt, sent: rotated }], 'delivered')).toBeLessThan(1024);
  });

  it('grows by half a kilobyte at most for what is kept of requests, however many they were', () => {
    const failed = attemptBy({ status: 503, answer: 'busy' });
    const twelve = Array.from({ length: 12 }, () => failed);
    const grown = sizeAfter(twelve, 'exhausted') - sizeAfter(twelve.map(bare), 'exhausted');
    expect(grown).toBeLessThan(600);
    const three = twelve.slice(0, 3);
    expect(sizeAfter(three, 'exhausted') - sizeAfter(three.map(bare), 'exhausted')).toBe(grown);
  });
});
