import type { World } from '../../world/world.ts';

/** What the slow lane had to do. */
export interface SlowLane {
  /** Drain messages that were sent to it. */
  drains: number;
  /** Of those, what release sent since a drain was overdue. */
  resent: number;
  /** The most messages that could be received at once. */
  mostWaiting: number;
}

const LOOK_MS = 5000;

/** Watches the slow lane from now on. */
export function watchSlowLane({ kernel, queues, watchers }: World): SlowLane {
  const lane: SlowLane = { drains: 0, resent: 0, mostWaiting: 0 };
  const queue = queues.find(({ name }) => name.startsWith('SlowLane'))!;
  watchers.push({
    sent({ queue: name, body }) {
      if (name === queue.name && body.includes('"kind":"call"')) lane.drains++;
    },
    printed({ functionName, text }) {
      if (functionName !== 'Release' || !text.startsWith('{"_aws"')) return;
      lane.resent += (JSON.parse(text) as { DrainsResent?: number }).DrainsResent ?? 0;
    },
  });
  const look = (): void => {
    lane.mostWaiting = Math.max(lane.mostWaiting, queue.counts().visible);
    kernel.after(LOOK_MS, look);
  };
  look();
  return lane;
}
