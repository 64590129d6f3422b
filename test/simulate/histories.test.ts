import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../simulate/soak/plan.ts';
import { openWorkshop, type Workshop } from '../../simulate/soak/workshop.ts';

/** A history that once went wrong. */
interface KeptHistory {
  /** What went wrong in it. */
  readonly about: string;
  /** By then all is done, in simulated time; what went wrong took longer. */
  readonly quietWithinMinutes: number;
  readonly plan: Plan;
}

const FOLDER = new URL('histories/', import.meta.url);

const histories = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file): [string, KeptHistory] => [
    file.replace(/\.json$/, ''),
    JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')),
  ]);

describe('a history that once went wrong', () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await openWorkshop({});
  }, 120_000);

  it.each(histories)('goes well: %s', async (_, { plan, quietWithinMinutes, about }) => {
    const { violations, simulatedMs } = await workshop.run(plan);
    expect(violations, about).toEqual([]);
    expect(simulatedMs / 60_000, about).toBeLessThan(quietWithinMinutes);
  });
});
