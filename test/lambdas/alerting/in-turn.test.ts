import { expect, it, vi } from 'vitest';
import { type Part, runInTurn } from '../../../lambdas/alerting/in-turn.ts';

/** A run of four minutes whose clock moves only as parts use it up. */
function clock() {
  let left = 240_000;
  return {
    remainingMs: () => left,
    spend(ms: number) {
      left -= ms;
    },
  };
}

const part = (name: string, run: Part['run']): Part => ({ name, run });

/** Works in steps of a second until it is told to stop. */
const greedy =
  (spend: (ms: number) => void, used: number[]): Part['run'] =>
  async (isOutOfTime) => {
    let ms = 0;
    for (; !isOutOfTime(); ms += 1000) spend(1000);
    used.push(ms);
  };

it('each part gets an even share of the time, and some is kept back', async () => {
  const { remainingMs, spend } = clock();
  const used: number[] = [];
  const work = greedy(spend, used);
  await runInTurn([part('a', work), part('b', work), part('c', work)], remainingMs);
  expect(used).toEqual([75_000, 75_000, 75_000]);
  expect(remainingMs()).toBe(15_000);
});

it('what a part does not use is left to those after it', async () => {
  const { remainingMs, spend } = clock();
  const used: number[] = [];
  const quick = async () => spend(25_000);
  await runInTurn([part('quick', quick), part('greedy', greedy(spend, used))], remainingMs);
  expect(used).toEqual([200_000]);
});

it('a part that fails stops no other, and is named at the end', async () => {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const ran: string[] = [];
  const failing = part('first', async () => {
    throw new Error('no table');
  });
  const run = runInTurn([failing, part('second', async () => void ran.push('second'))], () => 240_000);
  await expect(run).rejects.toThrow('not assessed: first');
  write.mockRestore();
  expect(ran).toEqual(['second']);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { message: 'assessing failed', part: 'first', detail: 'no table' },
  ]);
});

it('a run without parts does nothing', async () => {
  await expect(runInTurn([], () => 240_000)).resolves.toBeUndefined();
});
