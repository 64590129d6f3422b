import { expect, it } from 'vitest';
import { type Beside, liveBeside } from '../../simulate/scenarios/neighbours-world.ts';

/** A world of a few seconds. */
const SIZE = { tenants: 10, perSecond: 1, warmUpMs: 1000, measuredMs: 2000, newcomers: 3 };
const FLOOD = { endpoint: 'hanging', factor: 20, targets: 2, turns: true } as const;

const digestOf = ({ world }: Beside): string => world.kernel.trace.digest();

it('neighbours beside a flood are the same to the byte when they live again, and others without it', async () => {
  const one = await liveBeside(1, SIZE, FLOOD);
  const again = await liveBeside(1, SIZE, FLOOD);
  const alone = await liveBeside(1, SIZE);
  expect(one.others.count).toBeGreaterThan(10);
  expect(digestOf(again)).toBe(digestOf(one));
  expect({ ...again, world: undefined }).toEqual({ ...one, world: undefined });
  expect(digestOf(alone)).not.toBe(digestOf(one));
});
