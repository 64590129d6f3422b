import { emitMetrics, warn } from '../platform/log.ts';

/** What was given up, and whose it was. */
interface Looping {
  readonly tenant: string;
  readonly target?: string;
  readonly event?: { readonly id: string };
  readonly job?: string;
  readonly hops?: number | undefined;
}

/** Tells that a message came back to its function more often than can be. An alarm watches the metric. */
export function noteLoop(
  kind: 'delivery' | 'event' | 'call' | 'replay' | 'operational event',
  { tenant, target, event, job, hops }: Looping,
): void {
  warn('loop stopped', { kind, tenant, target, event: event?.id, job, hops });
  emitMetrics({ LoopsStopped: 1 });
}
