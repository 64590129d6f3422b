import { describe, expect, it } from 'vitest';
import { scopeOf } from '../../../console/parts/scope.ts';

const OWN = ['tgt_a', 'tgt_b'];

describe('the endpoint that lists and figures are of', () => {
  it.each([
    ['is none where all are seen at once', undefined, ['tgt_a'], {}],
    ['is the one that the address names', OWN, ['tgt_b', 'tgt_a'], { targetId: 'tgt_b' }],
    ['is the last one where the address names none', OWN, [null, 'tgt_b'], { targetId: 'tgt_b' }],
    ['is the first one at first', OWN, [null, undefined], { targetId: 'tgt_a' }],
    ['is never another consumer’s', OWN, ['tgt_foreign', 'tgt_other'], { targetId: 'tgt_a' }],
  ] as const)('%s (E15)', (_, limitedTo, wishes, scope) => {
    expect(scopeOf(limitedTo, wishes)).toEqual(scope);
  });
});
