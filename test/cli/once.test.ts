import { expect, test } from 'vitest';
import { showOnce } from '../../cli/commands/keys.ts';
import { tokenOf } from '../../cli/commands/portal.ts';
import type { Context } from '../../cli/context.ts';
import { CommandError } from '../../cli/failure.ts';

const AT = '2026-03-01T12:00:00.000Z';

test('a key or token whose answer was lost ends with an error, and not with an empty text (A20)', async () => {
  const key = {
    id: 'key_1',
    prefix: 'phk_1',
    name: 'CI',
    scopes: [],
    tenantId: 'ten_1',
    createdAt: AT,
    updatedAt: AT,
  };
  const told: string[] = [];
  const context = { out: { text: async (text: string) => void told.push(text) } } as unknown as Context;
  await expect(showOnce(context, key)).rejects.toThrow(CommandError);
  expect(told).toEqual([]);
  const token = { id: 'ptk_1', scopes: [], madeBy: 'key_1', createdAt: AT, expiresAt: AT };
  expect(() => tokenOf(token)).toThrow(CommandError);
  expect(tokenOf({ ...token, token: 'phs_x' })).toBe('phs_x');
});
