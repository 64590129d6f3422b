import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inParallel } from '../../../lambdas/platform/in-parallel.ts';

interface Thing {
  readonly name: string;
  /** How long it takes, in turns of the event loop. */
  readonly turns: number;
  readonly fails?: boolean;
}

/** What happens, in order: `+a` when it begins, `-a` when it is done, `!a` when it fails. */
async function run(things: readonly Thing[], limit: number): Promise<{ log: string[]; ended: unknown }> {
  const log: string[] = [];
  const work = async ({ name, turns, fails }: Thing): Promise<string> => {
    log.push(`+${name}`);
    for (let i = 0; i < turns; i++) await turn();
    log.push(`${fails ? '!' : '-'}${name}`);
    if (fails) throw new Error(name);
    return name.toUpperCase();
  };
  const ended = await inParallel(things, limit, work).catch((error: Error) => error.message);
  for (let i = 0; i < 20; i++) await turn();
  return { log, ended };
}

const of = (name: string, turns: number, fails = false): Thing => ({ name, turns, fails });

describe('inParallel', () => {
  it.each<[string, Thing[], number, unknown, string]>([
    ['nothing', [], 2, [], ''],
    ['one at a time', [of('a', 2), of('b', 0)], 1, ['A', 'B'], '+a -a +b -b'],
    ['all at once', [of('a', 4), of('b', 0)], 5, ['A', 'B'], '+a +b -b -a'],
    ['one that is slow', [of('a', 9), of('b', 1), of('c', 1)], 2, ['A', 'B', 'C'], '+a +b -b +c -c -a'],
    ['one that fails at once', [of('a', 0, true), of('b', 0)], 1, 'a', '+a !a'],
    ['the last', [of('a', 1), of('b', 1, true)], 1, 'b', '+a -a +b !b'],
    ['one while another works', [of('a', 1, true), of('b', 5), of('c', 0)], 2, 'a', '+a +b !a -b'],
    ['two', [of('a', 5, true), of('b', 1, true), of('c', 0)], 2, 'b', '+a +b !b !a'],
  ])('%s', async (_, things, limit, ended, log) => {
    expect(await run(things, limit)).toEqual({ log: log.split(' ').filter(Boolean), ended });
  });

  it('fails as the work does that throws without a promise', async () => {
    const begun: number[] = [];
    const thrown = inParallel([1, 2], 1, (n) => {
      begun.push(n);
      throw new Error('at once');
    });
    await expect(thrown).rejects.toThrow('at once');
    expect(begun).toEqual([1]);
  });
});
