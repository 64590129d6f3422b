import { type OperationName, ROUTES } from '../../lambdas/api/routes.ts';
import { PRICES } from '../../lambdas/costs/prices.ts';
import type { ApiClient } from '../../local/api-client.ts';
import { createMeter, type MeterEntry } from '../../local/core/meter.ts';
import { type CostLine, priceOf, totalOf } from '../rig/cost.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { percentile, round } from '../rig/statistics.ts';
import {
  MEASURED_CALLS,
  type MeasuredCall,
  newSubscription,
  type Request,
  type There,
} from './manage-calls.ts';

/** What management calls cost for a tenant with some entities. */
export interface ManageFigures {
  readonly subscriptions: number;
  readonly events: number;
  readonly callsEach: number;
  readonly calls: readonly CallFigures[];
}

export interface CallFigures {
  /** The operation, with its variant in brackets. */
  readonly call: string;
  /** From the request to the answer, over HTTP on one machine. */
  readonly p50: number;
  readonly p95: number;
  /** AWS requests of one call, without the authorizer's and the pipeline's, by service and operation. */
  readonly requests: readonly RequestCount[];
  /** Dollars per million calls: API Gateway with its log, Lambda, and the requests. */
  readonly dollarsPerMillion: number;
  readonly lines: readonly CostLine[];
}

interface RequestCount {
  readonly service: string;
  readonly operation: string;
  readonly perCall: number;
  /** As AWS bills them: capacity units, chunks. */
  readonly unitsPerCall: number;
}

const CALLS_EACH = { full: 100, quick: 15 };
/** Calls before the measured ones: the first load code and open connections. */
const WARM_UP = 3;

/** Each subscription has its own target and filter: one page of each in a list. */
const SUBSCRIPTIONS = 50;
const EVENTS = 200;

/**
 * Measures one call after another. Timed calls are metered too: that only adds microseconds to read each DynamoDB
 * answer's capacity. A write that its condition refuses is counted without the unit that AWS bills for it.
 */
export async function measureManage(size: 'full' | 'quick'): Promise<ManageFigures> {
  const rig = await startRig({ metered: true });
  try {
    const there = await populate(rig);
    const calls: CallFigures[] = [];
    for (const measured of MEASURED_CALLS) calls.push(await measure(rig, there, measured, CALLS_EACH[size]));
    return { subscriptions: SUBSCRIPTIONS, events: EVENTS, callsEach: CALLS_EACH[size], calls };
  } finally {
    await rig.stop();
  }
}

async function populate({ api, hookUrl, load, arrived, drained }: Rig): Promise<There> {
  const page = await api.call<{ items: { id: string }[] }>('GET', '/v1/subscriptions');
  for (let n = page.items.length; n < SUBSCRIPTIONS; n++) {
    await api.call('POST', '/v1/subscriptions', newSubscription({ hookUrl }));
  }
  await load.flood(0, EVENTS, { perRequest: 100, parallel: 1 });
  await arrived(EVENTS);
  await drained();
  return { api, hookUrl, busyId: page.items[0]!.id };
}

async function measure(rig: Rig, there: There, measured: MeasuredCall, count: number): Promise<CallFigures> {
  const times: number[] = [];
  const meter = createMeter();
  for (let n = -WARM_UP; n < count; n++) {
    const made = cleaningUp(there.api);
    const request = await requestOf(measured, { ...there, api: made.api });
    await rig.cloud.call('resetMeter');
    const began = performance.now();
    await send(made.api, measured.operation, request);
    const ms = performance.now() - began;
    const counted = await rig.cloud.call('meter');
    await made.cleanUp();
    if (n < 0) continue;
    times.push(ms);
    for (const entry of counted.filter(isOfTheCall)) meter.count(entry);
  }
  return figuresOf(measured, times, meter.snapshot());
}

async function requestOf({ prepare, request }: MeasuredCall, there: There): Promise<Request> {
  return (await prepare?.(there)) ?? request?.(there) ?? {};
}

function send(api: ApiClient, operation: OperationName, request: Request): Promise<unknown> {
  const { method, path } = ROUTES[operation];
  const { id = '', query = '', body, headers } = request;
  return api.call(method, `${path.replace(/\{\w+\}/, encodeURIComponent(id))}${query}`, body, headers);
}

/** Neither the authorizer's, whose answer API Gateway caches, nor the pipeline's. */
export const isOfTheCall = ({ caller }: Pick<MeterEntry, 'caller'>): boolean =>
  caller === 'client' || caller === 'Manage';

/** A client that deletes on demand what was created through it, so that each call finds the same state. */
function cleaningUp(api: ApiClient): { api: ApiClient; cleanUp(): Promise<void> } {
  const made = new Set<string>();
  return {
    api: {
      ...api,
      async call<T>(...[method, path, ...rest]: Parameters<ApiClient['call']>): Promise<T> {
        const answer = await api.call<T>(method, path, ...rest);
        const created = createdBy(method, path, answer);
        if (created) made.add(created);
        if (method === 'DELETE') made.delete(path);
        return answer;
      },
    },
    async cleanUp() {
      // Subscriptions first: a target or filter in use can't be deleted.
      for (const path of [...made].reverse()) await api.call('DELETE', path);
    },
  };
}

/** The path of what a call created, if anything. */
export function createdBy(method: string, path: string, answer: unknown): string | undefined {
  if (method === 'PUT' && path.startsWith('/v1/event-types/')) return path;
  const isCollection = method === 'POST' && /^\/v1\/(targets|filters|subscriptions)$/.test(path);
  return isCollection ? `${path}/${(answer as { id: string }).id}` : undefined;
}

/** Sums up calls of one kind. @param entries the counts of all of them, one for each kind of request */
export function figuresOf(
  { operation, variant }: Pick<MeasuredCall, 'operation' | 'variant'>,
  times: readonly number[],
  entries: readonly MeterEntry[],
): CallFigures {
  const lines = priceOf(entries, times.length);
  return {
    call: variant ? `${operation} (${variant})` : operation,
    p50: round(percentile(times, 0.5)),
    p95: round(percentile(times, 0.95)),
    requests: countRequests(entries, times.length),
    dollarsPerMillion: round(totalOf(lines), 2),
    lines,
  };
}

const countRequests = (entries: readonly MeterEntry[], calls: number): RequestCount[] =>
  entries
    .filter(({ service }) => !NO_REQUESTS.has(service))
    .map(({ service, operation, requests, units }) => ({
      service,
      operation,
      perCall: round(requests / calls, 2),
      unitsPerCall: round(units / calls, 2),
    }))
    .sort((a, b) => a.operation.localeCompare(b.operation));

/** The call itself, not its requests to AWS. */
const NO_REQUESTS = new Set<MeterEntry['service']>(['api', 'lambda', 'logs']);

export function printManage(figures: ManageFigures): void {
  console.table(
    Object.fromEntries(
      figures.calls.map(({ call, p50, p95, requests, dollarsPerMillion }) => [
        call,
        {
          'p50 ms': p50,
          'p95 ms': p95,
          'requests of AWS, in brackets units': requests
            .map(({ operation, perCall, unitsPerCall }) => `${perCall} ${operation} (${unitsPerCall})`)
            .join(', '),
          '$ per million': dollarsPerMillion,
        },
      ]),
    ),
  );
  const { callsEach, subscriptions, events } = figures;
  console.log(
    `${callsEach} calls each, to a tenant with ${subscriptions} subscriptions and ${events} events; prices of ${PRICES.region}, ${PRICES.asOf}.`,
  );
}
