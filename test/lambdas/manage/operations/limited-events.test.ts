import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../../../../lambdas/events/event-items.ts';
import { shownEvent } from '../../../../lambdas/manage/operations/events.ts';
import { lowestUlidAt, withPrefix } from '../../../../lambdas/values/ids.ts';
import { freshTimes } from '../../../builders/entities.ts';
import { eventOf } from '../../../builders/events.ts';
import { callOf, inMemoryManage, NOW, TENANT } from '../../../builders/manage.ts';
import { subscriptionId } from '../../../builders/memory-log.ts';

const [MINE, OTHER] = ['A', 'B'].map((last) => withPrefix('tgt', `01KAK2V5E4V2N9CR0Q6WV7Z1Q${last}`));
const ULID = lowestUlidAt(NOW);

/**
 * An event that went to so many subscriptions. One of them binds the caller's target now and sent it elsewhere, one did so
 * before, one has no outcome yet, and one has nothing to do with any other.
 */
function setUp(count: number) {
  const { deps, stores } = inMemoryManage();
  const ids = Array.from({ length: count }, (_, n) => subscriptionId(n)).sort();
  const [moved, left, queued, own] = ids as [string, string, string, string];
  const targets = new Map(ids.map((id) => [id, OTHER!]));
  for (const id of [left, own]) targets.set(id, MINE!);
  targets.delete(queued);
  for (const id of ids) {
    const targetId = [moved, queued, own].includes(id) ? MINE! : OTHER!;
    stores.subscriptions.put(TENANT, { id, targetId, filterId: 'flt', active: true, ...freshTimes() });
  }
  const event: LoggedEvent = {
    ...eventOf({ ulid: ULID }),
    ...{ matched: count, subscriptions: ids, fannedOut: ids, lastPart: 0 },
  };
  const read: string[] = [];
  const deliveryLog = {
    formerSubscriptions: async (_: string, target: string) => (target === MINE ? [left] : []),
    async getTargets(_: string, __: string, wanted: readonly string[]) {
      read.push(...wanted);
      return new Map(wanted.flatMap((id) => (targets.has(id) ? [[id, targets.get(id)!]] : [])));
    },
  };
  const eventLog = { getEvent: async () => event };
  const call = callOf({ id: event.id });
  const shown = () =>
    shownEvent({ ...deps, deliveryLog, eventLog } as never, {
      ...call,
      caller: { ...call.caller, targets: [MINE!] },
    });
  return { shown, read, its: [left, queued, own].sort(), looked: [moved, left, queued, own].sort() };
}

describe('an event for a caller that is limited to targets (B11)', () => {
  it.each([4, 200, 10_000])(
    'is shown as if it had gone to these alone, of %i subscriptions',
    async (count) => {
      const { shown, its } = setUp(count);
      expect(await shown()).toMatchObject({ subscriptions: its, fannedOut: its, matched: 3 });
    },
  );

  it('of very many subscriptions is looked at for those of its targets alone', async () => {
    const { shown, read, looked } = setUp(10_000);
    await shown();
    expect(read).toEqual(looked);
  });
});
