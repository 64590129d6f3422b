import { LEASE_MS } from '../../lambdas/hold-queue/hold-queue.ts';
import type { InvariantFactory } from './invariant.ts';
import { flagIn, numberIn, textIn } from './typed-item.ts';
import { spanText } from './words.ts';

const NAME = 'leases end';

/** Held first, scheduled next, by the same invocation: it lasts 45 seconds at most (TIMEOUT of lib/stacks/lanes.ts). */
const SCHEDULED_WITHIN_MS = 60_000;

/**
 * Recovery finds a hold queue without a schedule: an hour after its event was accepted, with a scan an hour, and a run each 15
 * minutes that takes 14 at most (lambdas/recovery/recovery.ts).
 */
const FOUND_WITHIN_MS = 3 * 3600_000;

/**
 * A drain that is due and did not happen is sent again by the next run of release: a minute after it was due, each minute
 * (lambdas/hold-queue/resend-lost-drains.ts). Its message may be received again after an instance's death, 4.5 minutes later.
 */
const DRAINED_WITHIN_MS = 10 * 60_000;

/** Between two looks at what is late. */
const LOOK_MS = 10_000;

/**
 * Each hold queue with deliveries in it has a drain scheduled, no lease is longer than it may be, and no drain is overdue
 * while all is calm and its lane is empty.
 */
export const leasesEnd: InvariantFactory = ({ now, violated, isCalmSince, queues, limits }) => {
  /** How many deliveries each hold queue has. */
  const held = new Map<string, number>();
  /** When the drain of each is due. */
  const due = new Map<string, number>();
  /** Since when hold queues have deliveries and no drain. */
  const unscheduled = new Map<string, number>();
  let looked = now();

  function noteHeld(name: string, change: number): void {
    const count = (held.get(name) ?? 0) + change;
    if (count > 0) held.set(name, count);
    else held.delete(name);
    if (count <= 0) unscheduled.delete(name);
    else if (!due.has(name) && !unscheduled.has(name)) unscheduled.set(name, now());
  }

  function noteDrain(name: string, at: number | undefined): void {
    if (at === undefined) {
      due.delete(name);
      if (held.has(name)) unscheduled.set(name, now());
    } else {
      due.set(name, at);
      unscheduled.delete(name);
    }
  }

  function look(): void {
    looked = now();
    for (const [name, since] of unscheduled) {
      const passed = now() - since;
      const most = isCalmSince(since) ? SCHEDULED_WITHIN_MS : FOUND_WITHIN_MS;
      if (passed <= most || !isCalmSince(now() - most)) continue;
      unscheduled.set(name, now());
      violated(
        NAME,
        `expected a drain for the hold queue of ${name} within ${spanText(most)}, found ${held.get(name)} deliveries in it without one for ${spanText(passed)}`,
      );
    }
    const late = [...due].filter(([, at]) => now() - at > DRAINED_WITHIN_MS);
    if (late.length === 0 || !isCalmSince(now() - DRAINED_WITHIN_MS) || isLaneBusy()) return;
    for (const [name, at] of late) {
      due.set(name, now());
      violated(
        NAME,
        `expected the drain of ${name} within ${spanText(DRAINED_WITHIN_MS)}, it is due for ${spanText(now() - at)}`,
      );
    }
  }

  const isLaneBusy = (): boolean =>
    [...queues()].some(({ name, visible }) => name.endsWith('slow') && visible > 0);

  return {
    name: NAME,
    watcher: {
      wrote({ table, before, after }) {
        if (table !== 'state') return;
        const [kind, tenant, target] = (textIn(after ?? before, 'pk') ?? '').split('#');
        if (kind === 'room' && Boolean(before) !== Boolean(after)) {
          noteHeld(`${tenant}#${target}`, after ? 1 : -1);
        } else if (kind === 'rooms') {
          const name = textIn(after ?? before, 'sk') ?? '';
          const at = numberIn(after, 'at');
          noteDrain(name, at);
          const lease = flagIn(after, 'isBusy') && at !== undefined ? at - now() : 0;
          if (lease > LEASE_MS + limits.clockSkewMs)
            violated(
              NAME,
              `expected a lease of ${spanText(LEASE_MS)} at most, found ${spanText(lease)} for ${name}`,
            );
        }
        if (now() - looked >= LOOK_MS) look();
      },
      invoked() {
        if (now() - looked >= LOOK_MS) look();
      },
    },
    atEnd() {
      for (const [name, since] of unscheduled)
        violated(
          NAME,
          `expected a drain for the hold queue of ${name}, found ${held.get(name)} deliveries in it without one for ${spanText(now() - since)}`,
        );
    },
  };
};
