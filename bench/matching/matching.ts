import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { typeMatcher } from '../../lambdas/events/type-index.ts';
import { type CompiledFilter, compileFilter } from '../../lambdas/matching/filters/compile.ts';
import { ENGINES } from '../../lambdas/matching/index/all-engines.ts';
import { matchEvent } from '../../lambdas/matching/index/match-event.ts';
import {
  buildTenantIndex,
  type MatchSource,
  type TenantIndex,
} from '../../lambdas/matching/index/tenant-index.ts';
import { percentile, round } from '../rig/statistics.ts';
import type { BenchEvent } from './matching-events.ts';
import type { BuildFigures, BuildInput } from './matching-process.ts';
import {
  envelopeOf,
  envelopeWithData,
  type Mix,
  makeWorkload,
  parsePayload,
  type Workload,
} from './matching-workload.ts';

/** Time to find the subscriptions that match an event, and the cost of the index. */
export interface MatchingFigures {
  readonly events: readonly EventFigures[];
  readonly indexes: readonly IndexFigures[];
}

/** Microseconds per event. */
interface EventFigures extends Mix {
  /** How many of them match each event. */
  readonly matches: number;
  readonly payloadBytes: number;
  /** By the index, with the payload parsed. */
  readonly p50: number;
  readonly p99: number;
  /** Parsing the payload as JSON, once for each event. */
  readonly parse: number;
  readonly p50WithParse: number;
  /** Subscriptions that the index leaves as candidates, on average. */
  readonly candidates: number;
  /** By a plain loop over all filters, with the payload parsed. */
  readonly loopP50: number;
  /** The loop's time as a multiple of the index's. */
  readonly timesIndex: number;
}

interface IndexFigures extends Mix {
  /** In a process that has not built one before. */
  readonly coldBuildMs: number;
  /** With compiled code. */
  readonly warmBuildMs: number;
  readonly bytesPerSubscription: number;
  /** The same after each query and expression has been used. Expressions are kept within a bound of their own. */
  readonly bytesPerSubscriptionUsed: number;
  /** Fanout's estimate before it builds one. */
  readonly estimatedBytes: number;
}

const MIXES = {
  full: mixesOf([100, 10_000, 100_000]),
  quick: mixesOf([100, 10_000]),
};
const MATCHES = [0, 1, 100];
const EVENTS = { full: 100, quick: 50 };
/** Each over all events; figures are their medians. One more run before them is not counted. */
const RUNS = { full: 4, quick: 2 };
/** The loop's: it is slow enough to measure with fewer. */
const LOOP_EVENTS = { full: 10, quick: 5 };
const LOOP_RUNS = 2;
const BUILDS = 3;

export function measureMatching(size: 'full' | 'quick'): MatchingFigures {
  const events: EventFigures[] = [];
  const indexes: IndexFigures[] = [];
  for (const mix of MIXES[size]) {
    const workload = makeWorkload(mix, EVENTS[size]);
    for (const matches of MATCHES) events.push(...measureEvents(workload, mix, matches, size));
    indexes.push(measureIndex(workload, mix, size));
  }
  return { events, indexes };
}

/** A mix drawn by chance, and one of an application whose subscriptions each ask for one customer. */
function mixesOf(sizes: readonly number[]): Mix[] {
  return [0.5, 0].flatMap((alone) => sizes.map((subscriptions) => ({ subscriptions, alone })));
}

function measureEvents(
  workload: Workload,
  mix: Mix,
  matches: number,
  size: 'full' | 'quick',
): EventFigures[] {
  const source = workload.source(matches);
  const index = buildTenantIndex(source, ENGINES);
  const loop = plainLoop(source);
  return [...workload.events].map(([payloadBytes, events]) => {
    const some = events.slice(0, LOOP_EVENTS[size]);
    checkAll(events, index, matches);
    checkSame(some, index, loop);
    const { p50, p99, parse, p50WithParse } = timesOf(events, index, RUNS[size]);
    const loopP50 = medianOf(LOOP_RUNS, () => percentile(some.map(loop.microseconds), 0.5));
    return {
      ...mix,
      matches,
      payloadBytes,
      p50: round(p50),
      p99: round(p99),
      parse: round(parse),
      p50WithParse: round(p50WithParse),
      candidates: round(sum(events.map((event) => find(index, event).candidates)) / events.length),
      loopP50: round(loopP50),
      timesIndex: round(loopP50 / p50),
    };
  });
}

interface Found {
  readonly ids: readonly string[];
  readonly candidates: number;
  /** Milliseconds. */
  readonly matching: number;
  readonly parsing: number;
}

/** As fanout does it. */
function find(index: TenantIndex, event: BenchEvent): Found {
  const envelope = envelopeOf(event);
  const began = performance.now();
  const search = index.search(envelope);
  const searched = performance.now();
  const data = search.needsData ? parsePayload(event) : undefined;
  const parsed = performance.now();
  const { entries } = search.candidates(data);
  const { found } = matchEvent(entries, { ...envelope, data }, Number.POSITIVE_INFINITY);
  const ended = performance.now();
  return {
    ids: found.map(({ id }) => id),
    candidates: entries.length,
    matching: searched - began + ended - parsed,
    parsing: parsed - searched,
  };
}

function timesOf(events: readonly BenchEvent[], index: TenantIndex, runs: number) {
  const figures = Array.from({ length: runs + 1 }, () => {
    const found = events.map((event) => find(index, event));
    const matching = found.map((one) => one.matching);
    const all = found.map((one) => one.matching + one.parsing);
    return {
      p50: percentile(matching, 0.5),
      p99: percentile(matching, 0.99),
      parse: percentile(
        found.map(({ parsing }) => parsing),
        0.5,
      ),
      p50WithParse: percentile(all, 0.5),
    };
  }).slice(1);
  const median = (of: keyof (typeof figures)[number]): number =>
    1000 *
    percentile(
      figures.map((one) => one[of]),
      0.5,
    );
  return {
    p50: median('p50'),
    p99: median('p99'),
    parse: median('parse'),
    p50WithParse: median('p50WithParse'),
  };
}

interface Loop {
  ids(event: BenchEvent): string[];
  microseconds(event: BenchEvent): number;
}

/** Matching without an index: one filter after another, event types first, by the same compiled functions. */
function plainLoop({ filters, subscriptions }: MatchSource): Loop {
  const compiled = new Map(
    filters.map((filter) => [
      filter.id,
      { fits: typeMatcher(filter.events), filter: compileFilter(filter, ENGINES) },
    ]),
  );
  const all = subscriptions.map(({ id, filterId }) => ({ id, ...compiled.get(filterId)! }));
  const run = (
    event: BenchEvent,
    envelope = envelopeWithData(event),
  ): { id: string; filter: CompiledFilter }[] => {
    const fitting = all.filter(({ fits }) => fits(event.type));
    return [...matchEvent(fitting, envelope, Number.POSITIVE_INFINITY).found];
  };
  return {
    ids: (event) => run(event).map(({ id }) => id),
    microseconds(event) {
      const envelope = envelopeWithData(event);
      const began = performance.now();
      run(event, envelope);
      return 1000 * (performance.now() - began);
    },
  };
}

function checkAll(events: readonly BenchEvent[], index: TenantIndex, matches: number): void {
  for (const event of events) {
    const { length } = find(index, event).ids;
    if (length !== matches) throw new Error(`expected ${matches} to match ${event.type}, got ${length}`);
  }
}

function checkSame(events: readonly BenchEvent[], index: TenantIndex, loop: Loop): void {
  for (const event of events) {
    const [byIndex, byLoop] = [find(index, event).ids, loop.ids(event)].map((ids) => ids.join());
    if (byIndex !== byLoop) throw new Error(`expected the index to find ${byLoop}, got ${byIndex}`);
  }
}

function measureIndex(workload: Workload, mix: Mix, size: 'full' | 'quick'): IndexFigures {
  const { subscriptions } = mix;
  const source = workload.source(0);
  const warm = (): number => {
    const began = performance.now();
    buildTenantIndex(source, ENGINES);
    return performance.now() - began;
  };
  const envelope = envelopeWithData([...workload.events.values()][0]![0]!);
  const alone = Array.from({ length: size === 'quick' ? 1 : 3 }, () => buildAlone({ source, envelope }));
  const median = (of: keyof BuildFigures): number =>
    percentile(
      alone.map((one) => one[of]),
      0.5,
    );
  return {
    ...mix,
    coldBuildMs: round(median('coldBuildMs')),
    warmBuildMs: round(medianOf(BUILDS, warm)),
    bytesPerSubscription: Math.round(median('bytes') / subscriptions),
    bytesPerSubscriptionUsed: Math.round(median('bytesUsed') / subscriptions),
    estimatedBytes: Math.round(source.bytes / subscriptions),
  };
}

function buildAlone(input: BuildInput): BuildFigures {
  const script = fileURLToPath(new URL('./matching-process.ts', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`expected figures of a build, got ${stderr}`);
  return JSON.parse(stdout) as BuildFigures;
}

const medianOf = (count: number, measure: () => number): number =>
  percentile(Array.from({ length: count }, measure), 0.5);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
