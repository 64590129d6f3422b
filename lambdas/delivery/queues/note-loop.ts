import { emitMetrics, warn } from '../../platform/log.ts';

/** The message that was given up, and its tenant. */
interface Looping {
  readonly tenant: string;
  readonly target?: string;
  readonly event?: { readonly id: string };
  readonly job?: string;
  readonly hops?: number | undefined;
}

/** Reports that a message came back to its function more often than can be. An alarm watches the metric. */
export function noteLoop(
  kind: 'delivery' | 'event' | 'drain' | 'replay' | 'operational event',
  { tenant, target, event, job, hops }: Looping,
): void {
  warn('loop stopped', { kind, tenant, target, event: event?.id, job, hops });
  emitMetrics({ LoopsStopped: 1 });
}
