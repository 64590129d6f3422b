import { Channel } from '../../client/live/channel.ts';
import type { Frame } from '../../client/live/frame.ts';
import type { Context } from '../context.ts';
import { keepConnected } from './keep-connected.ts';

export interface FrameWatcher {
  onConnected(): void;
  /** The next frame comes once this is done. */
  onFrame(frame: Frame): Promise<void>;
  /** Frames are missing. */
  onGap(): void;
}

/** Hands on every frame once, from now until Ctrl-C. */
export async function watchFrames(context: Context, watcher: FrameWatcher): Promise<void> {
  const { signal } = context.io;
  const api = await context.api();
  let hasBegun = false;
  let last: Promise<void> = Promise.resolve();
  await keepConnected(context, api, undefined, ({ onState, fail, ...wired }) => {
    return new Channel({
      ...wired,
      framesAfter: (after) => api.listLiveFrames({ after }, { signal, maxRetries: 0 }),
      onFrame: (frame) => {
        last = last.then(() => watcher.onFrame(frame));
        last.catch(fail);
      },
      // Before the first connection nobody has watched.
      onGap: () => hasBegun && watcher.onGap(),
      onState: (state) => {
        onState(state);
        if (state !== 'live' || hasBegun) return;
        hasBegun = true;
        watcher.onConnected();
      },
    });
  });
  await last;
}
