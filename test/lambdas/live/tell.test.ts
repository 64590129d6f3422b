import { describe, expect, it } from 'vitest';
import type { LiveMessage } from '../../../lambdas/delivery/messages.ts';
import { LEASE_MS } from '../../../lambdas/live/limits.ts';
import { createChangeTeller, createProgressTeller, createWatchers } from '../../../lambdas/live/tell.ts';
import type { Watch } from '../../../lambdas/live/watch.ts';
import { withPrefix } from '../../../lambdas/values/ids.ts';
import { outcomeOf } from '../../builders/deliveries.ts';
import { eventOf } from '../../builders/events.ts';
import { printedBy } from '../../helpers/printed.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const until = (ms: number): string => new Date(NOW + ms).toISOString();
const event = eventOf();
const of = (tenant: string) =>
  outcomeOf({ at: NOW, event, tenant, subscription: withPrefix('sub', event.ulid) });

/** A queue that may fail, and a watch that may be there. */
function world({ error, watch }: { error?: Error; watch?: Watch | Error } = {}) {
  const sent: LiveMessage[] = [];
  const clock = { now: NOW };
  const deps = {
    async sendOnce(messages: readonly { readonly body: unknown; readonly group?: string }[]) {
      if (error) throw error;
      for (const { body, group } of messages) {
        expect(group).toBe((body as LiveMessage).tenant);
        sent.push(body as LiveMessage);
      }
    },
    async readWatch() {
      if (watch instanceof Error) throw watch;
      return watch;
    },
    now: () => clock.now,
  };
  return { deps, sent, clock };
}

describe('outcomes', () => {
  it('are told to those who watch, as marks say', async () => {
    const { deps, sent } = world();
    await createWatchers(deps, deps.now).learn(
      [of('a'), of('b'), of('c')],
      new Map([
        ['a', until(1)],
        ['b', until(0)],
      ]),
    );
    expect(sent.map(({ tenant }) => tenant)).toEqual(['a']);
  });

  it('are told once, where the mark is known from before, and as long as it holds', async () => {
    const { deps, sent, clock } = world();
    const watchers = createWatchers(deps, deps.now);
    const batch = async (marks: ReadonlyMap<string, string>) => {
      await watchers.tell([of('a')]);
      await watchers.learn([of('a')], marks);
      return sent.splice(0).length;
    };
    const marks = new Map([['a', until(5000)]]);
    expect(await batch(marks)).toBe(1);
    expect(await batch(marks)).toBe(1);
    clock.now += 4999;
    // Of a time whose counters bear no mark.
    expect(await batch(new Map())).toBe(1);
    clock.now += 1;
    expect(await batch(marks)).toBe(0);
  });

  it('make no request where nobody watches', async () => {
    const { deps } = world({ error: new Error('no request was expected') });
    const watchers = createWatchers(deps, deps.now);
    const { warnings } = await printedBy(async () => {
      await watchers.tell([of('a')]);
      await watchers.learn([of('a')], new Map());
    });
    expect(warnings).toEqual([]);
  });

  it('that can’t be told are dropped, and counted', async () => {
    const { deps } = world({ error: new Error('QueueDoesNotExist') });
    const marks = new Map([
      ['a', until(1)],
      ['b', until(1)],
    ]);
    const { result, warnings, metrics } = await printedBy(() =>
      createWatchers(deps, deps.now).learn([of('a'), of('b')], marks),
    );
    expect(result).toBeUndefined();
    expect(warnings).toMatchObject([
      { message: 'watchers not told', messages: 2, detail: 'QueueDoesNotExist' },
    ]);
    expect(metrics).toEqual({ LiveUnsent: 2 });
  });
});

it('an outcome that can’t be told of fails no batch', async () => {
  const { deps, sent } = world();
  const late = { ...of('a'), nextAttemptAt: 1e18 };
  const { warnings } = await printedBy(() =>
    createWatchers(deps, deps.now).learn([late], new Map([['a', until(1)]])),
  );
  expect(sent).toEqual([]);
  expect(warnings).toMatchObject([{ message: 'watchers not told', error: 'RangeError' }]);
});

const watched: Watch = { since: NOW, coveredUntil: NOW + LEASE_MS };
const job = { tenant: 't', id: 'rpl_1', state: 'running', done: 3, looked: 4, updatedAt: NOW };

describe('changes and jobs', () => {
  it('are told where somebody watches', async () => {
    const { deps, sent } = world({ watch: watched });
    await createChangeTeller(deps)('t', [{ kind: 'targets', targets: ['tgt_1'] }]);
    await createProgressTeller(deps)(job);
    expect(sent).toEqual([
      { v: 1, kind: 'live', tenant: 't', changes: [{ kind: 'targets', targets: ['tgt_1'] }] },
      {
        v: 1,
        kind: 'live',
        tenant: 't',
        replays: [{ id: 'rpl_1', status: 'running', done: 3, looked: 4, at: until(0) }],
      },
    ]);
  });

  it.each<[string, Watch | undefined]>([
    ['nobody watches', undefined],
    ['nobody watches any more', { since: 0, coveredUntil: NOW - 1 }],
  ])('are not told where %s', async (_, watch) => {
    const { deps, sent } = world(watch && { watch });
    await createChangeTeller(deps)('t', [{ kind: 'targets' }]);
    await createProgressTeller(deps)(job);
    expect(sent).toEqual([]);
  });

  it('ask for nothing where nothing has changed', async () => {
    const { deps } = world({ watch: new Error('no read was expected') });
    const { warnings } = await printedBy(() => createChangeTeller(deps)('t', []));
    expect(warnings).toEqual([]);
  });

  it('fail no call when it can’t be asked who watches', async () => {
    const { deps } = world({ watch: new Error('ThrottlingException') });
    const { result, warnings } = await printedBy(() => createProgressTeller(deps)(job));
    expect(result).toBeUndefined();
    expect(warnings).toMatchObject([{ message: 'watchers not told' }]);
  });
});
