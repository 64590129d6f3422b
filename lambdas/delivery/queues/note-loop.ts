import { emitMetrics, warn } from '../../platform/log.ts';
import { about, type Subject } from '../../platform/log-fields.ts';

/** The message that was given up, and its tenant. */
interface Looping extends Subject {
  readonly tenant: string;
  readonly job?: string;
  readonly hops?: number | undefined;
}

/** Reports that a message came back to its function more often than can be. An alarm watches the metric. */
export function noteLoop(
  kind: 'delivery' | 'event' | 'drain' | 'replay' | 'operational event',
  { job, hops, ...subject }: Looping,
): void {
  warn('loop stopped', { ...about(subject), kind, job, hops });
  emitMetrics({ LoopsStopped: 1 });
}
