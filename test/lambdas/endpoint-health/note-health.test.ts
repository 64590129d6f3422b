import { describe, expect, it } from 'vitest';
import type { StoredHealth } from '../../../lambdas/endpoint-health/health.ts';
import type { HealthChange } from '../../../lambdas/endpoint-health/health-change.ts';
import type { Attempt } from '../../../lambdas/http-client/attempt-record.ts';
import type { Target } from '../../../lambdas/targets/target.ts';
import { createEngine } from '../../builders/engine.ts';
import { GOOD, NOW, OPEN, targetOf } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

const attempt = (status: number): Attempt => ({ at: NOW, ms: 20, status });
const times = (count: number, status: number): Attempt[] => Array(count).fill(attempt(status));
const sightingOf = (attempts: readonly Attempt[]) => ({ attempts, keepSeconds: undefined, generation: 0 });

function notesOf(health: StoredHealth | undefined, about: Partial<Target> = {}) {
  const target = targetOf(about);
  const engine = createEngine({ target, health });
  const note = (attempts: readonly Attempt[]) =>
    engine.deps.noteHealth([{ tenant: 't', target, health: engine.state.health, ...sightingOf(attempts) }]);
  return { ...engine, target, note };
}

const batching = { maxEvents: 10, maxSeconds: 10 };

it.each<[string, StoredHealth | undefined, Partial<Target>, readonly Attempt[], boolean]>([
  ['a success of a target that is well', GOOD, {}, times(10, 200), false],
  ['no attempt at all', GOOD, {}, [], false],
  ['a failure', GOOD, {}, times(1, 503), true],
  ['the first success', undefined, {}, times(1, 200), true],
  ['a failure while the breaker is open', OPEN, {}, times(1, 503), false],
  ['that it wants batches from now on', GOOD, { batching }, [], true],
  ['that it wants batches, as is known', { ...GOOD, collects: true }, { batching }, [], false],
  ['that it wants none any more', { ...GOOD, collects: true }, {}, times(1, 200), true],
])('is news or not: %s', async (_, health, about, attempts, isNews) => {
  const { state, notified, note } = notesOf(health, about);
  await note(attempts);
  expect(state.health === health).toBe(!isNews);
  expect(notified).toHaveLength(Number(isNews));
});

it.each([
  ['that succeeds closes the breaker', 200, undefined],
  ['that is refused closes it too', 400, undefined],
  ['that fails counts as a probe', 503, { since: NOW, probes: 1, failedAt: NOW }],
])('an attempt that the owner asks for %s (A15)', async (_, status, open) => {
  const { deps, state, target } = notesOf(OPEN);
  const seen = { tenant: 't', target, health: OPEN, ...sightingOf([attempt(status)]) };
  await deps.noteHealth([{ ...seen, isAsked: true }]);
  expect(state.health?.open).toEqual(open);
});

describe('ten failures open the breaker, if they are half of the answers', () => {
  // Of the successes that were never written, ten count.
  it.each([
    ['without a success', 0, 10, true],
    ['after as many successes', 10, 10, true],
    ['after thousands of successes', 5000, 10, true],
    ['after fewer failures', 5000, 9, false],
  ])('%s', async (_, successes, failures, isOpen) => {
    const health = { ...GOOD, ok: 0 };
    const { state, note } = notesOf(health);
    for (let left = successes; left > 0; left -= 100) await note(times(Math.min(left, 100), 200));
    expect(state.health).toBe(health);
    await note(times(failures, 503));
    expect(Boolean(state.health?.open)).toBe(isOpen);
  });

  it('and successes that were counted once are not counted again', async () => {
    const { state, note } = notesOf({ ...GOOD, ok: 0 });
    await note(times(4, 200));
    await note(times(1, 503));
    await note(times(1, 503));
    expect(state.health).toMatchObject({ ok: 4, failed: 2 });
  });
});

it('what could not be noted fails nothing, and keeps no other target from being noted', async () => {
  const target = targetOf();
  const other = targetOf({ id: 'tgt_2' });
  const changed: string[] = [];
  const { deps } = createEngine({
    changeHealth: async (ref, _known, change) => {
      if (ref.target === target.id) throw new Error('ThrottlingException');
      changed.push(ref.target);
      return { before: undefined, after: { ...change(undefined)!, revision: 1 } };
    },
  });
  const seen = [target, other].map((one) => ({
    tenant: 't',
    target: one,
    health: undefined,
    ...sightingOf(times(1, 503)),
  }));
  const { result, warnings } = await printedBy(() => deps.noteHealth(seen));
  expect(result).toEqual(new Map());
  expect(changed).toEqual(['tgt_2']);
  expect(warnings).toMatchObject([{ message: 'endpoint health not noted', target: 'tgt_1' }]);
});

it.each<[string, Attempt, Partial<StoredHealth>, HealthChange['state'] | undefined]>([
  ['is answered closes the breaker', attempt(200), { open: undefined, failed: 0 }, 'recovered'],
  ['is refused closes it as well', attempt(400), { open: undefined }, 'recovered'],
  ['fails counts', attempt(503), { open: { since: NOW, probes: 1, failedAt: NOW } }, undefined],
  [
    'takes too long counts',
    { at: NOW, ms: 15_000, error: 'timeout' },
    { open: { since: NOW, probes: 1, failedAt: NOW } },
    undefined,
  ],
  [
    'gets 410 disables the target',
    attempt(410),
    { disabled: { at: NOW, reason: 'gone' }, open: undefined },
    'disabled',
  ],
])('a probe that %s', async (_, made, expected, news) => {
  const { deps, state, notified, remembered, target } = notesOf(OPEN);
  const { health, change } = await deps.noteProbe('t', target, OPEN, sightingOf([made]));
  expect(change?.state).toBe(news);
  expect(health).toBe(state.health);
  expect(remembered).toEqual([health]);
  expect(health).toMatchObject(expected);
  expect(notified).toEqual([[{ tenant: 't', target: 'tgt_1' }, target, OPEN, health, sightingOf([made])]]);
});
