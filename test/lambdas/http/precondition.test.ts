import { describe, expect, it } from 'vitest';
import { etagOf, preconditionOf } from '../../../lambdas/http/precondition.ts';

describe('If-Match', () => {
  it.each([
    ['absent', undefined, true],
    ['anything', '*', true],
    ['the ETag', '"3"', true],
    ['one of several', '"1", "3" ,"7"', true],
    ['another', '"4"', false],
    ['a weak one, which matches nothing', 'W/"3"', false],
    ['an empty one', '""', false],
  ])('%s', (_, header, holds) => {
    expect(preconditionOf(header)?.(3)).toBe(holds);
  });

  it.each(['3', '"3', '"3" "4"', '', ',', '"3",', "'3'"])('is malformed: %s', (header) => {
    expect(preconditionOf(header)).toBeUndefined();
  });

  it('matches the ETag that an entity is shown with', () => {
    expect(preconditionOf(etagOf(17))?.(17)).toBe(true);
  });
});
