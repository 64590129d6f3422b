import { describe, expect, it } from 'vitest';
import { createDeadLetterNotifier } from '../../../lambdas/notifications/dead-letter-notifications.ts';
import { inMemoryAlertClaims, inMemoryNotifier } from '../../builders/notifications.ts';
import { printedBy } from '../../helpers/printed.ts';
import { WHOLE } from '../../helpers/whole-messages.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Functions that share the table of claims, as those of a deployment do, with a clock and a notifier for all. */
function functions() {
  const clock = { now: Date.parse('2026-11-21T12:00:00Z') };
  const { notifier, events, alerts } = inMemoryNotifier();
  const claims = inMemoryAlertClaims();
  const table = { isFailing: false, writes: 0 };
  const start = () =>
    createDeadLetterNotifier({
      notifier,
      claimAlert: async (...args) => {
        table.writes++;
        if (table.isFailing) throw new Error('no table');
        return claims(...args);
      },
      now: () => clock.now,
    });
  return { clock, events, alerts, table, start };
}

const dead = {
  ...WHOLE.outcomes.outcomes[0]!,
  status: 'dead',
  reason: 'exhausted',
} as const;

describe('the operator', () => {
  it('is alerted once an hour for each target, however many functions find its dead letters', async () => {
    const { clock, alerts, start } = functions();
    const [one, other] = [start(), start()];
    await one.notifyOfDead([dead, dead, { ...dead, target: 'tgt_2' }]);
    await other.notifyOfDead([dead]);
    clock.now += HOUR - 1;
    await one.notifyOfDead([dead]);
    await start().notifyOfDead([dead]);
    expect(alerts.map(({ subject }) => subject)).toEqual([
      'Posthorn: dead letters of target tgt_1 (exhausted)',
      'Posthorn: dead letters of target tgt_2 (exhausted)',
    ]);
    clock.now += 2;
    await one.notifyOfDead([dead]);
    await other.notifyOfDead([dead]);
    expect(alerts).toHaveLength(3);
  });

  it('costs a write an hour and function, not one for each dead letter', async () => {
    const { clock, table, start } = functions();
    const one = start();
    for (let i = 0; i < 50; i++) {
      await one.notifyOfDead([dead]);
      clock.now += MINUTE;
    }
    expect(table.writes).toBe(1);
  });

  it.each(['subscription_paused', 'target_disabled', 'target_deleted', 'target_unverified'] as const)(
    'is not alerted about %s, which is no surprise',
    async (reason) => {
      const { events, alerts, start } = functions();
      await start().notifyOfDead([{ ...dead, reason }]);
      expect(alerts).toEqual([]);
      expect(events).toHaveLength(1);
    },
  );

  it('is alerted about lost events once an hour for each tenant', async () => {
    const { clock, alerts, start } = functions();
    const lost = [WHOLE.events, { ...WHOLE.events, tenant: 'u' }];
    for (let i = 0; i < 3; i++) {
      await start().notifyOfLost(lost);
      clock.now += HOUR / 2;
    }
    expect(alerts.map(({ subject }) => subject)).toEqual(
      ['t', 'u', 't', 'u'].map((tenant) => `Posthorn: events of ${tenant} were not delivered`),
    );
  });

  it('is alerted by the next dead letter when a claim could not be written, and nothing fails for it', async () => {
    const { alerts, table, start } = functions();
    const one = start();
    table.isFailing = true;
    const { result, warnings } = await printedBy(() => one.notifyOfDead([dead]));
    expect(result).toBeUndefined();
    expect(warnings).toMatchObject([{ message: 'alert not claimed', tenant: 't', target: 'tgt_1' }]);
    table.isFailing = false;
    await one.notifyOfDead([dead]);
    expect(alerts).toHaveLength(1);
  });
});

describe('the tenant', () => {
  it('is notified of every dead delivery, and of no other outcome', async () => {
    const { events, start } = functions();
    const one = start();
    await one.notifyOfDead([dead, ...WHOLE.outcomes.outcomes, { ...dead, subscription: 'sub_2' }]);
    await one.notifyOfDead([dead]);
    expect(events.map(({ type }) => type)).toEqual(Array(3).fill('posthorn.delivery.dead'));
  });

  it('must be notified: what is thrown passes through', async () => {
    const { notifier } = inMemoryNotifier();
    const failing = {
      ...notifier,
      notifyTenant: async () => {
        throw new Error('not sent');
      },
    };
    const { notifyOfDead } = createDeadLetterNotifier({
      notifier: failing,
      claimAlert: inMemoryAlertClaims(),
      now: () => 1,
    });
    await expect(notifyOfDead([dead])).rejects.toThrow('not sent');
  });
});
