import { describe, expect, it } from 'vitest';
import type { ReplayMessage } from '../../../lambdas/delivery/messages.ts';
import { MAX_PAGES } from '../../../lambdas/delivery/queues/loop-bounds.ts';
import { ended, type ReplayJob, withLease } from '../../../lambdas/replay/replay-job.ts';
import { workOnJob } from '../../../lambdas/replay/work-on-job.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { beforeNext, failOnce } from '../../builders/faults.ts';
import { subscriptionId } from '../../builders/memory-log.ts';
import { replayWorld, TENANT } from '../../builders/replay.ts';
import { printedBy, quietly } from '../../helpers/printed.ts';

const HOUR = 3_600_000;
const SUB = subscriptionId(1);
const selection = { kind: 'dead' } as const;

/** A target that takes ten in a page, with so many dead letters, and a job about them. */
function withJob(count: number, about: Partial<ReplayJob> = {}) {
  const world = replayWorld();
  world.configure(SUB, { target: { rateLimit: { perSecond: 2 } } });
  for (let n = 0; n < count; n++) {
    const event = world.log.addEvent([SUB], { ulid: lowestUlidAt(world.clock.now - HOUR + n) });
    world.log.addDelivery(event, SUB);
  }
  world.addJob({ selection, ...about });
  const job = () => world.jobs.get('rpl_1')!;
  const work = (page: number, { receives = 1, ...more }: { receives?: number; addedLater?: number } = {}) =>
    quietly(() => workOnJob(world.deps, { ...messageOf(page), ...more }, receives));
  return { ...world, job, work };
}

const messageOf = (page: number): ReplayMessage => ({
  v: 1,
  kind: 'replay',
  tenant: TENANT,
  job: 'rpl_1',
  page,
});

describe('a job’s pages (A15)', () => {
  it('follow each other, with the pause that the target’s rate limit asks for, until nothing is left', async () => {
    const world = withJob(25);
    expect(await quietly(() => world.runJob('rpl_1'))).toBe(3);
    // Those who watch are told of each page, and of the end.
    expect(world.told).toEqual(['running 10', 'running 20', 'completed 25']);
    expect(world.job()).toMatchObject({
      state: 'completed',
      page: 3,
      looked: 25,
      done: 25,
      busyUntil: undefined,
    });
    expect(world.asked.map(({ message, delaySeconds }) => [message.page, delaySeconds])).toEqual([
      [1, 5],
      [2, 5],
    ]);
    expect(new Set(world.deliveries()).size).toBe(25);
    expect(world.sent).toHaveLength(25);
  });

  it('take along what a message says besides', async () => {
    const world = withJob(25);
    await world.work(0, { addedLater: 1 });
    expect(world.asked).toMatchObject([{ message: { page: 1, addedLater: 1 } }]);
  });

  it('count what was sent, and not what was purged', async () => {
    const sent = withJob(3);
    expect((await printedBy(() => workOnJob(sent.deps, messageOf(0), 1))).metrics).toEqual({ Replayed: 3 });
    const purged = withJob(3, { action: 'purge' });
    expect((await printedBy(() => workOnJob(purged.deps, messageOf(0), 1))).metrics).toEqual({});
    expect(purged.job()).toMatchObject({ state: 'completed', done: 3 });
  });

  it.each<[string, Partial<ReplayJob> | undefined]>([
    ['was cancelled', { state: 'cancelled' }],
    ['has failed', { state: 'failed' }],
    ['has come further', { page: 5 }],
  ])('are not done for a job that %s', async (_, about) => {
    const world = withJob(3, about);
    await world.work(0);
    expect([world.sent, world.asked]).toEqual([[], []]);
  });

  it.each([
    [0, 2],
    [3, 1],
  ])('are not done for a job that is not there: page %i, received %i times', async (page, receives) => {
    const world = withJob(3);
    world.jobs.clear();
    await world.work(page, { receives });
    expect(world.sent).toEqual([]);
  });

  it('wait for a job that is not written yet', async () => {
    const world = withJob(3);
    const job = world.job();
    world.jobs.clear();
    await expect(world.work(0)).rejects.toThrow('the job rpl_1 is not written yet');
    world.jobs.set('rpl_1', job);
    await world.work(0, { receives: 2 });
    expect(world.job()).toMatchObject({ state: 'completed', done: 3 });
  });

  it('end with the job’s problem where it can’t go on', async () => {
    const world = withJob(3, { selection: { kind: 'dead', subscription: SUB } });
    world.targets.clear();
    await world.work(0);
    expect(world.job()).toMatchObject({ state: 'failed', problem: 'target_deleted', page: 0 });
    expect(world.asked).toEqual([]);
  });

  it('end at their bound', async () => {
    const world = withJob(3, { page: MAX_PAGES });
    const { metrics, warnings } = await printedBy(() => workOnJob(world.deps, messageOf(MAX_PAGES), 1));
    expect(metrics).toEqual({ LoopsStopped: 1 });
    expect(warnings).toMatchObject([{ message: 'loop stopped', kind: 'replay', job: 'rpl_1' }]);
    expect(world.job()).toMatchObject({ state: 'failed', problem: 'too_many_pages' });
    expect(world.sent).toEqual([]);
  });
});

describe('a page that several workers come to (C9)', () => {
  it('is left to the one that has it, and the message comes again', async () => {
    const world = withJob(3);
    world.jobs.set('rpl_1', { ...withLease(world.job(), world.clock.now), revision: 2 });
    await expect(world.work(0)).rejects.toThrow('page 0 of rpl_1 is not to be done yet');
    expect(world.sent).toEqual([]);
    // The worker has died.
    world.clock.now += 90_001;
    await world.work(0);
    expect(world.job()).toMatchObject({ state: 'completed', done: 3 });
  });

  it('is left to the one that takes it between reading and taking', async () => {
    const world = withJob(3);
    beforeNext(world.deps.jobs, 'changeJob', () => {
      world.jobs.set('rpl_1', { ...withLease(world.job(), world.clock.now), revision: 2 });
    });
    await expect(world.work(0)).rejects.toThrow('was taken meanwhile');
    expect(world.sent).toEqual([]);
  });

  it('is done once when its message comes twice', async () => {
    const world = withJob(25);
    const results = await quietly(() =>
      Promise.allSettled([1, 2].map(() => workOnJob(world.deps, messageOf(0), 1))),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(world.sent).toHaveLength(10);
    // The second message asks for the next page again, which is done once as well.
    await world.work(0);
    expect(world.asked.map(({ message }) => message.page)).toEqual([1, 1]);
    expect(world.sent).toHaveLength(10);
  });

  it('asks for the next page again when that message could not be sent', async () => {
    const world = withJob(25);
    failOnce(world.deps.replays, 'sendMessages');
    await expect(world.work(0)).rejects.toThrow('sendMessages fails');
    expect(world.job()).toMatchObject({ page: 1, done: 10 });
    await world.work(0);
    expect(world.asked).toMatchObject([{ message: { page: 1 }, delaySeconds: 0 }]);
    expect(world.sent).toHaveLength(10);
  });

  it('is done again by the next worker when it broke off, with nothing sent twice that was not sent', async () => {
    const world = withJob(5);
    failOnce(world.deps.lanes, 'sendToLane');
    await expect(world.work(0)).rejects.toThrow('sendToLane fails');
    await expect(world.work(0)).rejects.toThrow('not to be done yet');
    world.clock.now += 90_001;
    await world.work(0);
    expect(world.sent).toHaveLength(5);
    expect(world.job()).toMatchObject({ state: 'completed', looked: 5, done: 5 });
  });

  it('counts in a job that was cancelled meanwhile, which stays cancelled and asks for no more', async () => {
    const world = withJob(25);
    beforeNext(world.deps.lanes, 'sendToLane', () => {
      world.jobs.set('rpl_1', { ...ended(world.job(), 'cancelled', world.clock.now), revision: 9 });
    });
    await world.work(0);
    expect(world.job()).toMatchObject({ state: 'cancelled', done: 10, page: 1 });
    expect(world.asked).toEqual([]);
  });
});
