import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesOfFilter } from '../../../../lambdas/matching/index/index-size.ts';
import type { Size } from '../../../helpers/matching/index-heap.ts';

const SCRIPT = fileURLToPath(new URL('../../../helpers/matching/index-heap.ts', import.meta.url));

describe('what an index is estimated to take in memory', () => {
  let sizes: Size[];
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', SCRIPT]);
    sizes = JSON.parse(stdout) as Size[];
  }, 60_000);

  it('is no less than the heap says, whatever the filters are', () => {
    expect(sizes.length).toBeGreaterThan(20);
    expect(sizes.filter(({ real, estimated }) => real > estimated)).toEqual([]);
  });

  it('is at most four times as much', () => {
    // These could stand in many more places than they do: which predicate is the most selective depends on all other filters.
    const rare = [
      'more values than have places',
      'values of an own field and of the payload',
      'sources without a common value',
    ];
    const usual = sizes.filter(({ kind }) => !rare.includes(kind));
    expect(usual.filter(({ real, estimated }) => estimated > 4 * real)).toEqual([]);
  });

  it('keeps a filter of the largest lists within a megabyte', () => {
    const values = (prefix: string): string[] => Array.from({ length: 64 }, (_, i) => `${prefix}${i}`);
    const events = Array.from({ length: 100 }, (_, i) => `a${i}.b`);
    const where = { source: values('s'), type: values('t'), data: { a: values('a'), b: values('b') } };
    expect(bytesOfFilter({ events, where })).toBeLessThan(1_000_000);
  });
});
