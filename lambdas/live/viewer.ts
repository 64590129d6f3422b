import { type Caller, hasKey } from '../http/caller.ts';
import type { Viewer } from './frame.ts';
import type { Watcher } from './ticket-store.ts';

/** What a credential sees of its tenant's frames. */
export const viewerOf = ({ targets, credential }: Pick<Caller, 'credential' | 'targets'>): Viewer => ({
  targets,
  hasKey: hasKey({ credential }),
});

/** Whether a connection is told what happens. That of a listener is there for its requests, and costs no frames unless it asks. */
export const getsFrames = ({ listener, frames = false }: Pick<Watcher, 'listener' | 'frames'>): boolean =>
  listener === undefined || frames;
