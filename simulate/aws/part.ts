import type { Meter } from '../../local/core/meter.ts';
import type { Mischief } from '../faults/mischief.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Random } from '../kernel/random.ts';
import type { Watcher } from '../world/watch.ts';

/** What each part of a world gets. */
export interface PartOptions {
  readonly kernel: Kernel;
  /** Its own: what it draws changes nothing elsewhere. */
  readonly random: Random;
  readonly meter: Meter;
  /** Read at each event. */
  readonly watchers: readonly Watcher[];
  /** What goes wrong at this moment. */
  readonly mischief: () => Mischief;
}
