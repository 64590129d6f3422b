import { expect, it } from 'vitest';
import { OWN_TYPES, ownEventText } from '../../../console/parts/own-events.ts';
import { OPERATIONAL_TYPES } from '../../../lambdas/notifications/operational-events.ts';

it('explains each of Posthorn’s own events, and no others', () => {
  expect([...OWN_TYPES].sort()).toEqual([...OPERATIONAL_TYPES].sort());
  for (const type of OWN_TYPES) expect(ownEventText(type)).toMatch(/\.$/);
  for (const type of ['order.created', 'posthorn.other', 'toString'])
    expect(ownEventText(type)).toBeUndefined();
});
