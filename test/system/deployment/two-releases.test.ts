import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { edits, impatient, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { codeOf } from '../../helpers/releases/bundles.ts';
import { type Release, sideBySide } from '../../helpers/releases/side-by-side.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

/** Who gets the nth invocation of a function, step by step: an upgrade that gets half-way, ends, and is taken back. */
const STEPS: readonly [name: string, which: (n: number) => Release][] = [
  ['the release before', () => 'before'],
  ['both', (n) => (n % 2 === 0 ? 'before' : 'now')],
  ['the new release', () => 'now'],
  ['both, on the way back', (n) => (n % 2 === 0 ? 'now' : 'before')],
  ['the release before again', () => 'before'],
];
const EVENTS_A_STEP = 30;
const EVENT_EVERY_MS = 25;
const PATIENCE = { timeout: 45_000 };
/** Every fifth event is stored in the bucket. */
const LARGE = 'x'.repeat(9000);
/** Functions that each event passes. */
const ALWAYS = ['Ingest', 'Fanout', 'Record'];

it('two releases side by side lose nothing and leave nothing behind, through an upgrade and back (C9)', async () => {
  // Another commit than the last release: its bundles are made with the packages that are installed.
  const releases = sideBySide(await codeOf(process.env.RELEASE_BEFORE));
  await using cloud = await startCloud({
    edit: edits(withoutWindows, impatient(3)),
    startEnvironment: releases.startEnvironment,
  });
  const well = await startEndpoint();
  const flaky = await startEndpoint((attempt, { headers }) => ({
    status: attempt === 1 && String(headers['webhook-id']).endsWith('7') ? 503 : 200,
  }));
  const subscriptions = await Promise.all(
    [well, flaky].map(({ url }) =>
      cloud.api.subscribe({ url, events: ['upgraded'], retry: { schedule: [1, 1, 1] } }),
    ),
  );
  const published: Promise<string>[] = [];
  for (const [, which] of STEPS) {
    releases.give(which);
    for (let n = 0; n < EVENTS_A_STEP; n++) {
      const publishing = publish(published.length);
      // It is awaited at the end.
      publishing.catch(() => {});
      published.push(publishing);
      await sleep(EVENT_EVERY_MS);
    }
    // Functions start later than the next step begins, where the machine is slow.
    const most = published.length - EVENTS_A_STEP / 2;
    await eventually(() => expect(well.arrivals.length).toBeGreaterThan(most), PATIENCE);
  }
  const accepted = (await Promise.all(published)).sort();

  for (const { id } of subscriptions)
    await eventually(async () => {
      const deliveries = await cloud.api.deliveriesOf(id);
      expect(deliveries.map(({ event }) => event.id).sort()).toEqual(accepted);
      expect(deliveries.filter(({ status }) => status !== 'delivered')).toEqual([]);
    }, PATIENCE);
  for (const { arrivals } of [well, flaky]) {
    const arrived = new Set(arrivals.map(({ headers }) => headers['webhook-id']));
    expect(accepted.filter((event) => !arrived.has(event))).toEqual([]);
  }
  await cloud.settled(PATIENCE);
  const held = Object.entries(cloud.queues()).filter(([, { visible, inFlight }]) => visible + inFlight > 0);
  expect(held).toEqual([]);
  expect(cloud.denials).toEqual([]);
  for (const name of ALWAYS) {
    const { before, now } = releases.counts[name]!;
    expect([name, before > 0, now > 0]).toEqual([name, true, true]);
  }

  /** Repeats a request that was not answered with success, as a producer does: the id makes that harmless. */
  async function publish(n: number): Promise<string> {
    const event = `upgraded-${n}`;
    await eventually(
      () => cloud.api.publish('upgraded', { n, ...(n % 5 === 0 && { LARGE }) }, event),
      PATIENCE,
    );
    return event;
  }
});
