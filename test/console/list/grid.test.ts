import { describe, expect, it } from 'vitest';
import { actionOf } from '../../../console/list/grid-keys.ts';
import { gridTemplate } from '../../../console/list/grid-style.ts';
import { sortedBy } from '../../../console/list/sort.ts';

const NONE = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };

describe('keys of a list', () => {
  it.each([
    ['j', 3, { kind: 'go', to: 4 }],
    ['ArrowUp', 0, { kind: 'go', to: 0 }],
    ['j', 9, { kind: 'go', to: 9 }],
    ['Home', 5, { kind: 'go', to: 0 }],
    ['End', 5, { kind: 'go', to: 9 }],
    ['Enter', 5, { kind: 'open' }],
    ['Escape', 5, { kind: 'close' }],
    ['x', 5, { kind: 'select', isRange: false }],
    ['q', 5, undefined],
  ])('%s at row %d', (key, current, action) =>
    expect(actionOf({ ...NONE, key }, current, 10)).toEqual(action),
  );

  it('leaves the browser its own keys, and an empty list all', () => {
    expect(actionOf({ ...NONE, key: 'k', ctrlKey: true }, 5, 10)).toBeUndefined();
    expect(actionOf({ ...NONE, key: 'j' }, 0, 0)).toBeUndefined();
  });
});

it('gives columns their widths, and a share less than their content needs', () => {
  expect(gridTemplate(['120px', undefined, '2fr'], true)).toBe('36px 120px minmax(0, 1fr) minmax(0, 2fr)');
});

describe('sorting', () => {
  const columns = [
    { id: 'n', header: 'N', cell: () => '', sortBy: (row: { n: number; s: string }) => row.n },
    { id: 's', header: 'S', cell: () => '', sortBy: (row: { n: number; s: string }) => row.s },
    { id: 'x', header: 'X', cell: () => '' },
  ];
  const rows = [
    { n: 10, s: 'b' },
    { n: 9, s: 'ä' },
    { n: 100, s: 'a' },
  ];
  it.each([
    [{ id: 'n', isDown: false }, [9, 10, 100]],
    [{ id: 'n', isDown: true }, [100, 10, 9]],
    [{ id: 's', isDown: false }, [100, 9, 10]],
    [{ id: 'x', isDown: false }, [10, 9, 100]],
    [undefined, [10, 9, 100]],
  ])('by %j', (sort, order) => expect(sortedBy(rows, columns, sort).map(({ n }) => n)).toEqual(order));
});
