import { type Caller, hasKey } from '../http/caller.ts';
import type { Viewer } from './frame.ts';

/** What a credential sees of its tenant's frames. */
export const viewerOf = ({ targets, credential }: Pick<Caller, 'credential' | 'targets'>): Viewer => ({
  targets,
  hasKey: hasKey({ credential }),
});
