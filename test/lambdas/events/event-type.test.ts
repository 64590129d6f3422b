import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EVENT_TYPE,
  eventPatternProblem,
  eventTypeProblem,
  keptPattern,
  publishedTypeProblem,
} from '../../../lambdas/events/event-type.ts';

describe('event types and patterns', () => {
  it.each([
    ['payment.processor.failure', true, true],
    ['log.ERROR', true, true],
    ['order_placed-v2', true, true],
    ['payment.*', false, true],
    ['**', false, true],
    ['pay*', false, false],
    ['***', false, false],
    ['', false, false],
    ['a..b', false, false],
    ['.a', false, false],
    ['a b', false, false],
    ['zahlung.übrig', false, false],
    ['com.github.push', true, true],
    ['ObjectCreated:Put', true, true],
    ['s3:ObjectCreated:Put', true, true],
    ['google.cloud.storage.object.v1.finalized', true, true],
    ['Microsoft.Storage.BlobCreated', true, true],
    ['type.googleapis.com/google.cloud.audit.AuditLog', true, true],
    ['https://example.com/orders/created', true, true],
    ['/orders/created', true, true],
    ['urn:example:order:created', true, true],
    ['order.created@1', true, true],
    ['Shop.Outer+Inner', true, true],
    ['com.example.Outer$Inner', true, true],
    ["~!$&'()+,;=", true, true],
    ['com.example:*', false, false],
    ['com.example/', false, false],
    ['a/.b', true, true],
    ['a%20b', false, false],
    ['a#b', false, false],
    ['a?b', false, false],
    ['a"b', false, false],
    ['a<b', false, false],
    ['a\\b', false, false],
    ['a\nb', false, false],
    ['a\n', false, false],
    ['a'.repeat(256), true, true],
    ['a'.repeat(257), false, false],
    [Array(17).fill('a').join('.'), false, false],
  ])('%s', (text, asType, asPattern) => {
    expect(eventTypeProblem(text) === undefined).toBe(asType);
    expect(eventPatternProblem(text) === undefined).toBe(asPattern);
  });

  it('are what the documentation says', () => {
    const text = fc.string({ unit: fc.constantFrom(...'aZ9_-~:/@.!*%é \n'), maxLength: 40 });
    fc.assert(
      fc.property(text, (type) => {
        expect(EVENT_TYPE.test(type)).toBe(eventTypeProblem(type) === undefined);
      }),
    );
  });

  it.each([
    ['posthorn.delivery.dead', false],
    ['posthorn.x', false],
    ['posthorn', true],
    ['posthorns.x', true],
    ['shop.posthorn.x', true],
    ['a..b', false],
  ])('%s may be published: %s', (text, may) => {
    expect(publishedTypeProblem(text) === undefined).toBe(may);
  });

  it('`*` alone is kept as what it is meant for, and no other pattern is touched', () => {
    for (const [written, kept] of [
      ['*', '**'],
      ['**', '**'],
      ['*.a', '*.a'],
      ['a.*', 'a.*'],
      ['*.*', '*.*'],
      ['posthorn.*', 'posthorn.*'],
    ] as const) {
      expect(keptPattern(written)).toBe(kept);
    }
  });
});
