import { describe, expect, it } from 'vitest';
import { deliveryName, outcomeOrder } from '../../../lambdas/delivery/delivery.ts';
import type { Message, MessageKind } from '../../../lambdas/delivery/messages.ts';
import { outcomeOfDead } from '../../../lambdas/delivery/outcome.ts';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import { type DeadLetterDeps, writeDeadLetters } from '../../../lambdas/delivery/write-dead-letters.ts';
import { createDeadLetterNotifier } from '../../../lambdas/notifications/dead-letter-notifications.ts';
import { failReplay } from '../../../lambdas/replay/fail-replay.ts';
import { newJob, type StoredJob } from '../../../lambdas/replay/replay-job.ts';
import { inMemoryAlertClaims, inMemoryNotifier } from '../../builders/notifications.ts';
import { printedBy } from '../../helpers/printed.ts';
import { WHOLE } from '../../helpers/whole-messages.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

type Store = 'putOutcomes' | 'countOutcomes' | 'markEventDead' | 'putChallengeResult';

const nameOf = ({ event, subscription }: Outcome): string => deliveryName({ ulid: event.ulid, subscription });

/** What the dead letter writer changes, in memory. @param before what the log has */
function world(failing?: Store, before: readonly Outcome[] = []) {
  const logged = new Map(before.map((one) => [nameOf(one), one]));
  /** Whether the log has a newer state of a delivery than this outcome, which it then refuses. */
  const isNewer = (outcome: Outcome): boolean => {
    const known = logged.get(nameOf(outcome));
    return (
      known !== undefined && (known.status === 'delivered' || outcomeOrder(known) >= outcomeOrder(outcome))
    );
  };
  const log: Outcome[] = [];
  const counted: Outcome[] = [];
  const measured: Outcome[] = [];
  const told: Outcome[] = [];
  const progress: string[] = [];
  const deadEvents: string[] = [];
  const challengeResults = new Map<string, object>();
  const selection = { kind: 'dead' } as const;
  let job: StoredJob = {
    ...newJob({ id: 'rpl_1', tenant: 't', action: 'send', selection }, 1),
    page: 10,
    revision: 1,
  };
  const { notifier, events, alerts } = inMemoryNotifier();
  const fail = (store: Store): void => {
    if (store === failing) throw new Error(`${store} failed`);
  };
  const now = (): number => NOW;
  const deps: DeadLetterDeps = {
    async putOutcomes(outcomes) {
      fail('putOutcomes');
      log.push(...outcomes);
      for (const one of outcomes) if (!isNewer(one)) logged.set(nameOf(one), one);
    },
    async getDeliveriesOf(_tenant, refs) {
      const found = refs.map(deliveryName).filter((name) => logged.has(name));
      return new Map(
        found.map((name) => {
          const one = logged.get(name)!;
          return [name, { status: one.status, order: outcomeOrder(one) }];
        }),
      );
    },
    async countOutcomes(outcomes) {
      fail('countOutcomes');
      counted.push(...outcomes);
      return new Map();
    },
    watchers: {
      async tell(outcomes) {
        told.push(...outcomes);
      },
      async learn() {},
    },
    measure: (outcomes) => void measured.push(...outcomes),
    async markEventDead(tenant, { id }) {
      fail('markEventDead');
      deadEvents.push(`${tenant}/${id}`);
    },
    async putChallengeResult({ tenant, target }, result) {
      fail('putChallengeResult');
      challengeResults.set(`${tenant}/${target}`, result);
    },
    failReplay: (page) => {
      const changeJob = async (
        _tenant: string,
        _id: string,
        change: (job: StoredJob) => typeof job | undefined,
      ) => {
        job = { ...job, ...change(job) };
        return job;
      };
      return failReplay({ changeJob, tellProgress: async (one) => void progress.push(one.state), now }, page);
    },
    ...createDeadLetterNotifier({ notifier, claimAlert: inMemoryAlertClaims(), now }),
    now,
  };
  const state = () => ({
    log,
    counted,
    measured,
    told,
    progress,
    deadEvents,
    challengeResults,
    job,
    events,
    alerts,
  });
  return { deps, state };
}

async function write(messages: readonly Message[], failing?: Store, before?: readonly Outcome[]) {
  const { deps, state } = world(failing, before);
  const printed = await printedBy(() => writeDeadLetters(deps, messages));
  return { ...printed, ...state(), write: () => writeDeadLetters(deps, messages) };
}

const { attempts, event } = WHOLE.delivery;
const died = { status: 'dead', at: NOW, attempts, event: { id: event.id, type: event.type } };
const SUBJECT = 'Posthorn: dead letters of target tgt_1';

describe('a dead letter', () => {
  it.each([
    ['a delivery that dispatch gave up', WHOLE.dead, 'exhausted'],
    ['a delivery that a queue gave up', WHOLE.delivery, 'infrastructure'],
  ])(
    'that is %s is logged, counted, and its tenant and the operator notified',
    async (_, message, reason) => {
      const { log, counted, measured, events, alerts } = await write([message]);
      expect(log).toMatchObject([{ ...died, reason }]);
      expect(counted).toEqual(log);
      expect(events).toMatchObject([{ tenant: 't', type: 'posthorn.delivery.dead', data: { reason } }]);
      expect(alerts.map(({ subject }) => subject)).toEqual([`${SUBJECT} (${reason})`]);
      expect(measured).toEqual(log);
    },
  );

  const known = outcomeOfDead(WHOLE.dead, NOW);
  it.each<[string, Outcome, number]>([
    ['has arrived is told to nobody', { ...known, status: 'delivered' }, 0],
    ['was sent again is told to nobody', { ...known, status: 'retrying', run: (known.run ?? 0) + 1 }, 0],
    ['is dead by a later attempt is not told again', { ...known, dropped: (known.dropped ?? 0) + 1 }, 0],
    ['is written already, and comes again, is told again', known, 1],
    ['was still waiting is told', { ...known, status: 'parked' }, 1],
  ])('of a delivery that %s', async (_, before, count) => {
    const { counted, measured, told, events, alerts } = await write([WHOLE.dead, WHOLE.dead], undefined, [
      before,
    ]);
    expect([counted, measured, told, events].map(({ length }) => length)).toEqual(Array(4).fill(2 * count));
    expect(alerts).toHaveLength(count);
  });

  it('that is several deliveries is one for each of them', async () => {
    const { log, counted, measured, events } = await write([WHOLE.deliveries]);
    expect(log.map(({ subscription, event, reason }) => [subscription, event.ulid, reason])).toEqual(
      WHOLE.deliveries.events.flatMap(({ event, deliveries }) =>
        deliveries.map(({ subscription }) => [subscription, event.ulid, 'infrastructure']),
      ),
    );
    expect(counted).toEqual(log);
    expect(events).toHaveLength(3);
    expect(measured).toEqual(log);
  });

  it('that is outcomes has them written as they are', async () => {
    const { log, counted, measured, events, alerts } = await write([WHOLE.outcomes]);
    expect(log).toEqual(WHOLE.outcomes.outcomes);
    expect(counted).toEqual(log);
    expect(measured).toEqual(log);
    expect({ events, alerts }).toEqual({ events: [], alerts: [] });
  });

  it('that is events marks each of them, and notifies the operator alone', async () => {
    const { log, deadEvents, events, alerts, warnings, metrics } = await write([WHOLE.events]);
    expect(deadEvents).toEqual(['t/order-1', 't/order-1', 't/order-1']);
    expect({ log, events }).toEqual({ log: [], events: [] });
    expect(alerts.map(({ subject }) => subject)).toEqual(['Posthorn: events of t were not delivered']);
    expect(warnings).toMatchObject([{ message: 'events not fanned out', tenant: 't', count: 3 }]);
    expect(metrics).toEqual({ EventsDead: 3 });
  });

  it('that is a challenge leaves a result, so that its owner need not wait', async () => {
    const { challengeResults, warnings } = await write([WHOLE.challenge]);
    expect([...challengeResults]).toEqual([
      ['t/tgt_1', { token: 'k', passed: false, problem: expect.stringContaining('ask again'), at: NOW }],
    ]);
    expect(warnings).toMatchObject([{ message: 'challenge given up', tenant: 't', target: 'tgt_1' }]);
  });

  it.each([
    ['fails its job', 10, { state: 'failed', problem: 'infrastructure', updatedAt: NOW }],
    ['fails its job when the next page was not asked for', 9, { state: 'failed' }],
    ['leaves a job alone that has come further', 8, { state: 'running', updatedAt: 1 }],
  ])('that is a page of a replay %s', async (_, page, expected) => {
    const { job, progress, warnings } = await write([{ ...WHOLE.replay, page }]);
    expect(progress).toEqual([job.state]);
    expect(job).toMatchObject(expected);
    expect(warnings).toMatchObject([{ message: 'replay given up', tenant: 't', job: 'rpl_1' }]);
  });

  it('that is a drain message changes nothing: release schedules another', async () => {
    const before = world().state();
    const { result: _, warnings, metrics, lines: _lines, write: __, ...after } = await write([WHOLE.call]);
    expect(after).toEqual(before);
    expect({ warnings, metrics }).toEqual({ warnings: [], metrics: {} });
  });
});

describe('a batch of all kinds', () => {
  const all: Message[] = (Object.keys(WHOLE) as MessageKind[]).map((kind) => WHOLE[kind]);

  it('is written as one', async () => {
    const { log, measured, deadEvents, challengeResults, job, metrics } = await write(all);
    expect(log.map(({ status, reason }) => [status, reason]).sort()).toEqual([
      ['dead', 'exhausted'],
      ['dead', 'infrastructure'],
      ['dead', 'infrastructure'],
      ['dead', 'infrastructure'],
      ['dead', 'infrastructure'],
      ['parked', 'exhausted'],
    ]);
    expect(deadEvents).toHaveLength(3);
    expect(challengeResults.size).toBe(1);
    expect(job.state).toBe('failed');
    expect(measured).toEqual(log);
    expect(metrics).toEqual({ EventsDead: 3 });
  });

  it.each(['putOutcomes', 'markEventDead', 'putChallengeResult', 'countOutcomes'] as const)(
    'fails when %s fails, so that it comes again, and has counted nothing by then',
    async (failing) => {
      const { result, counted, measured, metrics } = await write(all, failing);
      expect(result).toEqual(new Error(`${failing} failed`));
      expect({ counted, measured, metrics }).toEqual({ counted: [], measured: [], metrics: {} });
    },
  );

  it('notifies nobody of what the log does not have', async () => {
    const { events, alerts } = await write(all, 'putOutcomes');
    expect({ events, alerts }).toEqual({ events: [], alerts: [] });
  });
});
