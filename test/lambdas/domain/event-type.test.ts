import { describe, expect, it } from 'vitest';
import {
  eventPatternProblem,
  eventTypeProblem,
  keptPattern,
  publishedTypeProblem,
} from '../../../lambdas/domain/event-type.ts';

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
    ['a'.repeat(129), false, false],
    [Array(17).fill('a').join('.'), false, false],
  ])('%s', (text, asType, asPattern) => {
    expect(eventTypeProblem(text) === undefined).toBe(asType);
    expect(eventPatternProblem(text) === undefined).toBe(asPattern);
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
