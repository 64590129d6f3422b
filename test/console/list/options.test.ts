import { expect, test } from 'vitest';
import { optionsOf } from '../../../console/list/options.ts';

test('choices are in the order of their names, and those of one name are told apart', () => {
  const things = [
    { id: 'tgt_00000001', name: 'shop' },
    { id: 'tgt_00000002', name: 'crm' },
    { id: 'tgt_00000003', name: 'shop' },
  ];
  expect(optionsOf(things, ({ name }) => name)).toEqual([
    { value: 'tgt_00000002', label: 'crm' },
    { value: 'tgt_00000001', label: 'shop (…000001)' },
    { value: 'tgt_00000003', label: 'shop (…000003)' },
  ]);
});
