import { describe, expect, it } from 'vitest';
import { shownColumns } from '../../../console/list/columns.ts';
import { afterClick } from '../../../console/list/selection.ts';

const IDS = ['a', 'b', 'c', 'd', 'e'];

describe('selecting rows', () => {
  it.each([
    ['one', [], 'b', undefined, false, ['b']],
    ['one of several', ['a', 'b'], 'b', 'a', false, ['a']],
    ['a range down', ['b'], 'd', 'b', true, ['b', 'c', 'd']],
    ['a range up', ['d'], 'b', 'd', true, ['b', 'c', 'd']],
    ['a range off', ['a', 'b', 'c', 'd'], 'c', 'a', true, ['d']],
    ['a range from a row that has gone', ['x'], 'c', 'x', true, ['c', 'x']],
  ])('%s', (_, before, clicked, anchor, isRange, after) => {
    expect([...afterClick(new Set(before), IDS, clicked, anchor, isRange)].sort()).toEqual(after);
  });
});

describe('columns', () => {
  const all = [
    { id: 'a', header: 'A', cell: () => '', onPhone: true },
    { id: 'b', header: 'B', cell: () => '' },
    { id: 'c', header: 'C', cell: () => '', isHidden: true },
  ];
  it.each([
    [undefined, false, 'ab'],
    [['c', 'a'], false, 'ac'],
    [['b'], true, 'a'],
    [['gone'], false, ''],
  ])('chosen %j, on a phone %s', (chosen, isPhone, expected) => {
    expect(
      shownColumns(all, chosen, isPhone)
        .map(({ id }) => id)
        .join(''),
    ).toBe(expected);
  });
});
