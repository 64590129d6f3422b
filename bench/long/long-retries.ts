import { RETRY_PRESETS, type RetryPresetName } from '../../lambdas/targets/retry-policy.ts';
import { type ApiClient, apiClient, type DeliveryView } from '../../local/api-client.ts';
import { startReceiver } from '../../local/receiver.ts';
import { startSimulation } from '../rig/simulation.ts';
import { percentile } from '../rig/statistics.ts';

/** How far from its time each retry was made, for schedules of up to 24 hours. */
export interface RetryFigures {
  readonly deliveries: number;
  /** Retries that the schedules ask for, and retries made. */
  readonly expected: number;
  readonly made: number;
  /** Retries whose time was seen before they were made. Of two in quick succession one can be missed. */
  readonly measured: number;
  /** Milliseconds after the announced time; negative: before it. */
  readonly earliest: number;
  readonly p99: number;
  readonly latest: number;
  readonly simulatedHours: number;
  /** Deliveries that did not end as dead with a used-up schedule. */
  readonly unfinished: number;
}

/** Deliveries for each preset, each to its own target with its own jitter. */
const EACH = { full: 5, quick: 1 };
/**
 * Successful deliveries to a target after each failure: without them the breaker, not the schedule, would hold it back.
 */
const GOOD_ONES = 2;
/** Longer than any schedule. */
const LIMIT_MS = 25 * 3600 * 1000;
const GOOD = 'long.good';
const BAD = 'long.bad';

/** One delivery that fails every time. */
interface Followed {
  readonly event: string;
  readonly policy: RetryPresetName;
  readonly good: string;
  /** By the attempt's number, in milliseconds since the epoch. */
  readonly dueAt: Map<number, number>;
  readonly madeAt: Map<number, number>;
  status: string;
}

export async function measureRetries(size: 'full' | 'quick'): Promise<RetryFigures> {
  const simulation = await startSimulation();
  const failures = new Set<string>();
  const receiver = await startReceiver(({ headers }) => {
    if (String(headers['posthorn-event-type']).startsWith(GOOD)) return { status: 200 };
    failures.add(String(headers['webhook-id']));
    return { status: 503 };
  });
  const api = apiClient(simulation.cloud.apiUrl, simulation.key);
  const began = simulation.clock.now();
  const followed = new Map<string, Followed>();
  const policies = (Object.keys(RETRY_PRESETS) as RetryPresetName[]).flatMap((policy) =>
    Array.from({ length: EACH[size] }, () => policy),
  );
  for (const [n, policy] of policies.entries()) {
    const [good, bad] = await startTarget(api, receiver.url, policy, n);
    // By then functions are warm and the target is known as healthy.
    await simulation.untilQuiet();
    const { id: event } = await api.publish(bad, { n });
    followed.set(event, { event, policy, good, dueAt: new Map(), madeAt: new Map(), status: 'queued' });
  }
  await simulation.run({
    onMinute: () => simulation.cloud.runSchedule('EveryMinute'),
    async onQuiet() {
      const failed = [...failures];
      failures.clear();
      for (const event of failed) await noteFailure(api, followed.get(event)!);
      const isDone = [...followed.values()].every(({ status }) => status === 'dead');
      return !isDone && simulation.clock.now() - began < LIMIT_MS;
    },
  });
  const figures = figuresOf([...followed.values()], simulation.clock.now() - began);
  await Promise.all([simulation.cloud.stop(), receiver.close()]);
  return figures;
}

/** Returns the event types that the target accepts and refuses. */
async function startTarget(
  api: ApiClient,
  url: string,
  policy: RetryPresetName,
  n: number,
): Promise<readonly [good: string, bad: string]> {
  const [good, bad] = [`${GOOD}.${n}`, `${BAD}.${n}`] as const;
  await api.subscribe({ url: `${url}/${n}`, events: [good, bad], retry: policy });
  for (let i = 0; i < GOOD_ONES; i++) await api.publish(good, {});
  return [good, bad];
}

/** Notes the log of a delivery that has just failed, and then publishes successful ones to its target. */
async function noteFailure(api: ApiClient, followed: Followed): Promise<void> {
  const path = `/v1/events/${followed.event}/deliveries`;
  const { items } = await api.call<{ items: DeliveryView[] }>('GET', path);
  const [{ status, attempts, nextAttemptAt }] = items as [DeliveryView];
  followed.status = status;
  for (const { number, at } of attempts) followed.madeAt.set(number, Date.parse(at));
  if (nextAttemptAt) followed.dueAt.set(attempts.at(-1)!.number + 1, Date.parse(nextAttemptAt));
  for (let i = 0; i < GOOD_ONES; i++) await api.publish(followed.good, {});
}

function figuresOf(followed: readonly Followed[], elapsedMs: number): RetryFigures {
  const expected = followed.reduce((sum, { policy }) => sum + RETRY_PRESETS[policy].schedule.length, 0);
  const late = followed.flatMap(({ dueAt, madeAt }) =>
    [...dueAt].flatMap(([number, due]) => {
      const made = madeAt.get(number);
      return made === undefined ? [] : [made - due];
    }),
  );
  return {
    deliveries: followed.length,
    expected,
    made: followed.reduce((sum, { madeAt }) => sum + madeAt.size - 1, 0),
    measured: late.length,
    earliest: Math.min(...late),
    p99: percentile(late, 0.99),
    latest: Math.max(...late),
    simulatedHours: Math.round(elapsedMs / 3_600_000),
    unfinished: followed.filter(({ status }) => status !== 'dead').length,
  };
}
