import { describe, expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import { minuteOf } from '../../../lambdas/parking/parking.ts';
import type { Parked } from '../../../lambdas/parking/parking-store.ts';
import { type ReleaseDeps, releaseDue } from '../../../lambdas/parking/release.ts';
import type { Addressed } from '../../../lambdas/platform/sqs.ts';
import { createEngine, refusing, sentTo } from '../../builders/engine.ts';
import { NOW, nthDelivery } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

/** A parked delivery that is due so many seconds from now, or what else stands in an item. */
const parkedIn = (
  n: number,
  seconds: number,
  message: DeliveryMessage | string = nthDelivery(n),
): Parked => ({
  key: { pk: 'parked', sk: `${n}` },
  due: NOW + seconds * 1000,
  message: typeof message === 'string' ? message : JSON.stringify(message),
});

/** The parking lot and its cursor. The last run has emptied all minutes up to this one. */
function lotOf(parked: Parked[], about: Partial<ReleaseDeps> = {}) {
  const sent: Addressed[] = [];
  const state = { parked, cursor: minuteOf(NOW), read: [] as number[], quarantined: [] as string[] };
  const { deps } = createEngine();
  const release: ReleaseDeps = {
    now: deps.now,
    toLane: deps.toLane,
    sendAddressed: refusing(sent, () => false),
    quarantineItems: async (unreadable) => {
      state.quarantined.push(...unreadable.map(({ id }) => id));
      return true;
    },
    readCursor: async () => state.cursor,
    writeCursor: async (minute) => {
      state.cursor = minute;
    },
    async *parkedIn(minute, size) {
      state.read.push(minute - minuteOf(NOW));
      const due = state.parked.filter((one) => minuteOf(one.due) === minute);
      for (let i = 0; i < due.length; i += size) yield due.slice(i, i + size);
    },
    unpark: async (done) => {
      state.parked = state.parked.filter((one) => !done.includes(one));
    },
    ...about,
  };
  return { deps: release, sent, state };
}

const run = (deps: ReleaseDeps, isOutOfTime = () => false) => printedBy(() => releaseDue(deps, isOutOfTime));
const left = (parked: readonly Parked[]): string[] => parked.map(({ key }) => key.sk);

it('parked deliveries go to the slow lane, with the delay that is left (B10)', async () => {
  const slotted = nthDelivery(4, { slot: NOW + 60_050 });
  const abroad = nthDelivery(5, { event: { region: 'eu' } });
  const { deps, sent, state } = lotOf([
    parkedIn(1, -30),
    parkedIn(2, 0.4),
    parkedIn(3, 90),
    parkedIn(4, 60.05, slotted),
    parkedIn(5, 60, abroad),
    parkedIn(6, 600),
  ]);
  const { metrics } = await run(deps);
  expect(sentTo(sent).sort()).toEqual([
    'evt-1 → slow',
    'evt-2 → slow',
    'evt-3 → slow in 90 s',
    // It comes a little early for its slot.
    'evt-4 → slow in 59 s',
    'evt-5 → slow in 60 s',
  ]);
  expect(left(state.parked)).toEqual(['6']);
  expect(state.read).toEqual([-1, 0, 1, 2]);
  expect(state.cursor).toBe(minuteOf(NOW) + 2);
  expect(metrics).toMatchObject({ Released: 5, ReleaseLag: 0 });
});

describe('what stays is for the next run, and the cursor stays with it', () => {
  const isNth = (n: number) => (message: Addressed) =>
    (message.body as DeliveryMessage).event.id === `evt-${n}`;
  const sent: Addressed[] = [];
  const newer = JSON.stringify({ ...nthDelivery(2), v: 2 });
  const [first, second] = [parkedIn(1, 0), parkedIn(2, 0)];
  const refused = { sendAddressed: refusing(sent, isNth(2)) };
  const damaged = parkedIn(2, 0, '{');
  it.each<[string, Parked[], Partial<ReleaseDeps>, string[], number]>([
    ['unsent', [first, second], refused, ['2'], -1],
    ['unsent in a later minute', [first, parkedIn(2, 60)], refused, ['2'], 0],
    ['unsent in an earlier minute', [second, parkedIn(1, 60)], refused, ['2'], -1],
    ['newer', [first, parkedIn(2, 0, newer)], {}, ['2'], -1],
    ['damaged', [first, damaged], {}, [], 2],
    ['damaged, and in no quarantine', [first, damaged], { quarantineItems: async () => false }, ['2'], -1],
  ])('%s', async (_, parked, about, stays, cursor) => {
    const { deps, state } = lotOf(parked, about);
    state.cursor -= 1;
    await run(deps);
    expect(left(state.parked)).toEqual(stays);
    expect(state.cursor - minuteOf(NOW)).toBe(cursor);
  });

  it('unless nothing is known of it: then it fails, and nothing is removed', async () => {
    const { deps, state } = lotOf([parkedIn(1, 0)], {
      sendAddressed: () => Promise.reject(new Error('TypeError')),
    });
    const { result } = await run(deps);
    expect(result).toBeInstanceOf(Error);
    expect(left(state.parked)).toEqual(['1']);
    expect(state.cursor - minuteOf(NOW)).toBe(-1);
  });
});

it('a run that has no time left ends after a page, and the next begins at the same minute', async () => {
  const { deps, state } = lotOf([...Array(201).keys()].map((n) => parkedIn(n, 0)));
  const { warnings, metrics } = await run(deps, () => true);
  expect(state.parked).toHaveLength(1);
  expect(metrics.ReleaseLag).toBe(NOW - minuteOf(NOW) * 60_000);
  expect(state.cursor - minuteOf(NOW)).toBe(-1);
  expect(warnings).toMatchObject([{ message: 'release is behind', released: 200 }]);
  await run(deps);
  expect(state.parked).toEqual([]);
});
