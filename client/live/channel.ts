import { type Frame, isFrame } from './frame.ts';
import { type ChannelState, KeptSocket, type KeptSocketDeps } from './kept-socket.ts';
import { Passed } from './passed.ts';

/** What the channel needs of the world. */
export interface ChannelDeps extends Pick<KeptSocketDeps, 'connect' | 'random'> {
  /** The frames after one; `complete` is false when some are no longer there. */
  framesAfter(id: string): Promise<{ readonly items: readonly Frame[]; readonly complete: boolean }>;
  onFrame(frame: Frame): void;
  /** Frames are lost: everything that is shown has to be read again. */
  onGap(): void;
  onState(state: ChannelState): void;
}

/**
 * Keeps a connection, and passes on each frame once. After a break it first asks for the frames that it missed. Before the
 * first connection there is a gap: nobody knows since when its user has waited.
 */
export class Channel {
  private readonly deps: ChannelDeps;
  private readonly kept: KeptSocket;
  private readonly passed = new Passed();
  /** Frames that come while it catches up are newer than what it catches up with. */
  private early: Frame[] | undefined;

  constructor(deps: ChannelDeps) {
    this.deps = deps;
    this.kept = new KeptSocket({
      connect: deps.connect,
      random: deps.random,
      onState: deps.onState,
      onOpen: (isCurrent) => this.catchUp(isCurrent),
      onMessage: (message) => {
        if (!isFrame(message)) return;
        if (this.early) this.early.push(message);
        else this.pass([message]);
      },
    });
  }

  start(): void {
    this.kept.start();
  }

  /** Ends the connection until `start`. What happens meanwhile is caught up with then. */
  pause(): void {
    this.kept.pause();
  }

  /** Ends it for good. */
  stop(): void {
    this.kept.stop();
  }

  private async catchUp(isCurrent: () => boolean): Promise<void> {
    const early: Frame[] = [];
    this.early = early;
    const missed = await this.missed();
    if (!isCurrent()) return;
    this.pass([...missed, ...early]);
    this.early = undefined;
  }

  private async missed(): Promise<readonly Frame[]> {
    const after = this.passed.resumeAfter(this.kept.sight);
    if (after === undefined) {
      this.deps.onGap();
      return [];
    }
    const { items, complete } = await this.deps.framesAfter(after);
    if (!complete) this.deps.onGap();
    return items;
  }

  private pass(frames: readonly Frame[]): void {
    for (const frame of this.passed.take(frames)) this.deps.onFrame(frame);
  }
}
