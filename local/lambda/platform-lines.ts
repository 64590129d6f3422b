/**
 * Lambda's own lines about an invocation that failed, as a function with JSON logs gets them at level WARN.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html#monitoring-cloudwatchlogs-log-level-mapping
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 */
import type { Invocation } from './protocol.ts';

export interface Run {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memoryMb: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

type Failure = Extract<Invocation, { kind: 'failed' }>;

/** How Lambda names what ended an invocation. */
const STATUS: Readonly<Record<Failure['cause'], string>> = {
  error: 'error',
  timeout: 'timeout',
  crash: 'failure',
};

/** The lines of a failed invocation. Those of one that succeeded are of lower levels. */
export function platformLines(invocation: Invocation, run: Run): readonly string[] {
  if (invocation.kind === 'returned') return [];
  const { requestId, memoryMb } = run;
  const durationMs = Math.round(run.durationMs * 1000) / 1000;
  const ended = { requestId, status: STATUS[invocation.cause], errorType: invocation.error.errorType };
  // Of a thread nobody knows the memory, so maxMemoryUsedMB is missing.
  const metrics = { durationMs, billedDurationMs: Math.ceil(durationMs), memorySizeMB: memoryMb };
  const time = new Date(run.at).toISOString();
  return [
    { time, type: 'platform.runtimeDone', record: { ...ended, metrics: { durationMs } } },
    { time, type: 'platform.report', record: { ...ended, metrics } },
  ].map((line) => JSON.stringify(line));
}
