import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import {
  afterDisconnect,
  isListenerId,
  isOver,
  LISTENER_RETRY,
  listenerOf,
  partsOf,
} from '../../../lambdas/listeners/listener.ts';
import { retryPolicyProblem } from '../../../lambdas/targets/retry-policy.ts';
import { ephemeralUlid, isEphemeral, isUlid, timeOfUlid } from '../../../lambdas/values/ids.ts';

const NOW = Date.parse('2026-11-28T12:00:00.000Z');
const ULID = ephemeralUlid(ulid(NOW));
const ID = `lsn_${ULID}`;

describe('the ids of a listener (E6)', () => {
  it('say what they are of, and when it was made', () => {
    expect(ULID).toMatch(/^.{10}EPHEMERA.{8}$/);
    expect(isUlid(ULID)).toBe(true);
    expect(timeOfUlid(ULID)).toBe(NOW);
    const parts = partsOf(ID);
    expect(parts).toEqual({ subscription: `sub_${ULID}`, target: `tgt_${ULID}`, filter: `flt_${ULID}` });
    for (const id of Object.values(parts)) expect([isEphemeral(id), listenerOf(id)]).toEqual([true, ID]);
  });

  it.each([
    `tgt_${ulid(NOW)}`,
    'tgt_EPHEMERA',
    'order.EPHEMERA',
    '0123456789EPHEMERA',
    `tgt_${ULID.toLowerCase()}`,
    `tgt_${ULID}1`,
    '',
  ])('are not %s', (id) => {
    expect([isEphemeral(id), listenerOf(id), isListenerId(id)]).toEqual([false, undefined, false]);
  });

  it.each([
    [ID, true],
    [`tgt_${ULID}`, false],
    [`lsn_${ulid(NOW)}`, false],
    [`${ID}#`, false],
  ])('%s is one of a listener: %s', (id, expected) => expect(isListenerId(id)).toBe(expected));
});

describe('a listener (E6)', () => {
  it('is over once its time has come', () => {
    expect([isOver({ until: NOW + 1 }, NOW), isOver({ until: NOW }, NOW)]).toEqual([false, true]);
  });

  it('has two minutes without a connection, and no longer than it had', () => {
    expect(afterDisconnect({ until: NOW + 300_000 }, NOW)).toBe(NOW + 120_000);
    expect(afterDisconnect({ until: NOW + 60_000 }, NOW)).toBe(NOW + 60_000);
  });

  it('is retried for an hour, and at once', () => {
    expect(retryPolicyProblem(LISTENER_RETRY)).toBeUndefined();
    const { schedule } = LISTENER_RETRY;
    expect(schedule[0]).toBe(1);
    const seconds = schedule.reduce((sum, wait) => sum + wait);
    expect(seconds).toBeGreaterThan(3400);
    expect(seconds).toBeLessThan(3700);
  });
});
