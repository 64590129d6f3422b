import type { Profiler } from 'node:inspector';
import { describe, expect, it } from 'vitest';
import { topBySelf } from '../../bench/rig/profile-top.ts';
import { medians } from '../../bench/rig/statistics.ts';
import { timeByKind } from '../../bench/rig/usage.ts';

describe('time by kind of thread', () => {
  const threads = (...list: [id: string, name: string, ms: number][]) =>
    new Map(list.map(([id, name, ms]) => [id, { name, ms }]));

  it.each([
    ['the main thread', 'MainThread', 'main thread'],
    ["V8's workers", 'V8Worker', "V8's helpers"],
    ['a function', 'Fanout', 'Fanout'],
    ['a function whose name Linux has cut', 'DispatchStandar', 'DispatchStandard'],
  ])('is told of %s', (_, name, kind) => {
    const before = threads(['1', name, 20], ['2', name, 5]);
    // Threads 1 and 2 went on, thread 3 began in the meantime.
    const after = threads(['1', name, 50], ['2', name, 5], ['3', name, 7]);
    const times = timeByKind(before, after, 40, ['Fanout', 'DispatchStandard']);
    expect(times).toEqual({ [kind]: 37, 'others, and threads that ended': 3 });
  });

  it('of a thread that ended is only in the total', () => {
    const times = timeByKind(threads(['1', 'Fanout', 20]), new Map(), 12, ['Fanout']);
    expect(times).toEqual({ 'others, and threads that ended': 12 });
  });
});

describe('most self time', () => {
  const node = (id: number, functionName: string, url = ''): Profiler.ProfileNode => ({
    id,
    callFrame: { functionName, url, scriptId: '0', lineNumber: 4, columnNumber: 0 },
  });
  const DYNALITE = 'file:///project/node_modules/dynalite/db/index.js';
  /** A sample a millisecond. */
  const profile = (samples: number[]): Profiler.Profile => ({
    nodes: [
      node(1, '(program)'),
      node(2, '(idle)'),
      node(3, 'validate', DYNALITE),
      node(4, 'writev'),
      node(5, 'emit', 'node:events'),
    ],
    startTime: 0,
    endTime: samples.length * 1000,
    samples,
    timeDeltas: samples.map(() => 1000),
  });

  it('is summed over threads by function, without what waits', () => {
    const top = topBySelf(
      [
        { thread: 'main', profile: profile([3, 2, 2, 4]) },
        { thread: 'Ingest', profile: profile([2, 3, 3, 1, 5]) },
      ],
      'function',
    );
    expect(top).toEqual([
      { what: 'validate dynalite/db/index.js:5', thread: 'Ingest', ms: 3, share: 0.5 },
      { what: 'writev', thread: 'main', ms: 1, share: 1 / 6 },
      { what: '(program)', thread: 'Ingest', ms: 1, share: 1 / 6 },
      { what: 'emit node:events:5', thread: 'Ingest', ms: 1, share: 1 / 6 },
    ]);
  });

  it('is summed by package, Node with what it does natively', () => {
    const top = topBySelf([{ thread: 'main', profile: profile([3, 4, 5]) }], 'package');
    expect(top.map(({ what, ms }) => [what, ms])).toEqual([
      ['Node', 2],
      ['dynalite', 1],
    ]);
  });

  it('leaves out a thread that slept since before its profile began', () => {
    expect(topBySelf([{ thread: 'Ingest', profile: profile([1, 1, 2, 4]) }], 'function')).toMatchObject([
      { what: 'writev', share: 1 },
    ]);
    expect(topBySelf([{ thread: 'Ingest', profile: profile([1, 1]) }], 'function')).toEqual([]);
  });
});

it('the median is taken of each figure', () => {
  const rounds = [
    { speed: 3, threads: { main: 1, Record: 2 } },
    { speed: 1, threads: { main: 5 } },
    { speed: 2, threads: { main: 3, Record: 4 } },
  ];
  expect(medians<object>(rounds)).toEqual({ speed: 2, threads: { main: 3, Record: 2 } });
});
