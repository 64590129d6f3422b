/**
 * CloudWatch Logs: groups whose lines become metrics, by the embedded format and by metric filters, and go to those who
 * subscribe. Keeps no lines.
 */
import { randomInt } from 'node:crypto';
import type { Log } from '../../core/log.ts';
import { type MetricValue, valuesIn } from './embedded-metrics.ts';
import { type Filter, logLine } from './log-line.ts';

export interface MetricFilter {
  readonly matches: Filter;
  readonly namespace: string;
  readonly name: string;
  readonly unit: string;
  /** What a line that matches counts as. */
  readonly value: number;
  /** What any other line counts as. Default: nothing. */
  readonly otherwise: number | undefined;
}

/** A line of a log group, as subscribers get it. */
interface LogEvent {
  /** Its own among all lines. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

/** Lines of a stream that go to a subscriber together. */
export interface LogBatch {
  readonly logGroup: string;
  readonly logStream: string;
  readonly logEvents: readonly LogEvent[];
}

export interface Subscription {
  readonly name: string;
  readonly matches: Filter;
  readonly deliver: (batch: LogBatch) => void;
}

interface Group {
  readonly metricFilters: MetricFilter[];
  readonly subscriptions: Subscription[];
  readonly streams: Set<string>;
}

export type LogGroups = ReturnType<typeof createLogGroups>;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MAX_SUBSCRIPTIONS = 2;

/** Lines that come within this time go out together. AWS says only: soon, usually within three minutes. */
const GATHER_MS = 20;
/**
 * A batch's lines and bytes at most. AWS does not say. Base64 of what gzip leaves of them has to fit into the 1 MB of an
 * asynchronous invocation, also where gzip leaves everything.
 */
const BATCH_LINES = 10_000;
const BATCH_BYTES = 700_000;
/** What gzip leaves of a line's id and time, and of the JSON around it. */
const EVENT_BYTES = 50;

/** @param measure gets each value. Without it no line is read for them */
export function createLogGroups(log: Log, measure?: (value: MetricValue) => void) {
  const groups = new Map<string, Group>();
  const outgoing = createOutgoing();

  function embedded(group: string, line: string): readonly MetricValue[] {
    if (!line.includes('"_aws"')) return [];
    try {
      return valuesIn(line);
    } catch (error) {
      log({ kind: 'cloud', text: `NoMetric  ${group}: ${(error as Error).message}` });
      return [];
    }
  }

  function count(measureOne: (value: MetricValue) => void, name: string, line: string, at: number): void {
    for (const value of embedded(name, line)) measureOne(value);
    const filters = groups.get(name)?.metricFilters ?? [];
    const parsed = logLine(line);
    for (const { matches, namespace, name, unit, value, otherwise } of filters) {
      const counted = matches(parsed) ? value : otherwise;
      if (counted !== undefined) measureOne({ namespace, name, dimensions: {}, unit, value: counted, at });
    }
  }

  return {
    create(group: string): void {
      if (!groups.has(group)) groups.set(group, { metricFilters: [], subscriptions: [], streams: new Set() });
    },

    has: (group: string): boolean => groups.has(group),

    names: (): readonly string[] => [...groups.keys()],

    /** Of a group; undefined for one that does not exist. Functions write to streams that nobody creates. */
    streams: (group: string): Set<string> | undefined => groups.get(group)?.streams,

    addFilter: (group: string, filter: MetricFilter): void =>
      void groups.get(group)?.metricFilters.push(filter),

    /** @throws where the group has as many subscriptions as one may have */
    subscribe(group: string, subscription: Subscription): void {
      const { subscriptions = [] } = groups.get(group) ?? {};
      if (subscriptions.length === MAX_SUBSCRIPTIONS)
        throw new Error(
          `log group ${group} has ${MAX_SUBSCRIPTIONS} subscription filters, as many as one may have`,
        );
      subscriptions.push(subscription);
    },

    /**
     * @param at milliseconds since the epoch
     * @param stream default: that of functions here
     */
    write(group: string, line: string, at: number, stream = 'local'): void {
      if (measure) count(measure, group, line, at);
      const { subscriptions = [] } = groups.get(group) ?? {};
      if (subscriptions.length === 0) return;
      const parsed = logLine(line);
      const logEvent = { id: logEventId(at), timestamp: at, message: line };
      for (const subscription of subscriptions)
        if (subscription.matches(parsed)) outgoing.add(subscription, group, stream, logEvent);
    },

    /** Lines that wait for others are gone. */
    close: outgoing.close,
  };
}

/** 56 digits, of which the first say when, as AWS's are. */
function logEventId(at: number): string {
  const random = Array.from({ length: 4 }, () => String(randomInt(2 ** 40)).padStart(13, '0')).join('');
  return `3${String(Math.max(0, at)).padStart(13, '0')}${random}`.slice(0, 56);
}

interface Gathered {
  readonly logEvents: LogEvent[];
  bytes: number;
  readonly timer: NodeJS.Timeout;
}

/** Lines on their way, gathered by subscription and stream. */
function createOutgoing() {
  const waiting = new Map<Subscription, Map<string, Gathered>>();

  function send(subscription: Subscription, logGroup: string, logStream: string): void {
    const streams = waiting.get(subscription);
    const gathered = streams?.get(logStream);
    if (!gathered) return;
    clearTimeout(gathered.timer);
    streams?.delete(logStream);
    subscription.deliver({ logGroup, logStream, logEvents: gathered.logEvents });
  }

  return {
    add(subscription: Subscription, group: string, stream: string, logEvent: LogEvent): void {
      const bytes = Buffer.byteLength(logEvent.message) + EVENT_BYTES;
      const streams = waiting.get(subscription) ?? new Map<string, Gathered>();
      waiting.set(subscription, streams);
      const before = streams.get(stream);
      if (before && (before.logEvents.length === BATCH_LINES || before.bytes + bytes > BATCH_BYTES))
        send(subscription, group, stream);
      const gathered = streams.get(stream) ?? {
        logEvents: [],
        bytes: 0,
        timer: setTimeout(send, GATHER_MS, subscription, group, stream).unref(),
      };
      gathered.logEvents.push(logEvent);
      gathered.bytes += bytes;
      streams.set(stream, gathered);
    },

    close(): void {
      for (const { timer } of [...waiting.values()].flatMap((streams) => [...streams.values()]))
        clearTimeout(timer);
      waiting.clear();
    },
  };
}
