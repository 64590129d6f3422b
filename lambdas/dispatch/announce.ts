import { emitMetrics } from '../adapters/log.ts';
import type { TargetRef } from '../adapters/standing-store.ts';
import type { Target } from '../domain/config.ts';
import type { Standing } from '../domain/standing.ts';

/** Tells of what has become of a target: that its breaker has opened or closed, that it was disabled. */
export async function announce(
  _ref: TargetRef,
  _target: Target,
  before: Standing | undefined,
  after: Standing | undefined,
): Promise<void> {
  emitMetrics({
    BreakerOpened: Number(!before?.open && after?.open !== undefined),
    BreakerClosed: Number(before?.open !== undefined && !after?.open && !after?.disabled),
    TargetsDisabled: Number(!before?.disabled && after?.disabled !== undefined),
  });
}
