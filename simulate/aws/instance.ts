import type { Kernel, Timer } from '../kernel/kernel.ts';
import type { Random } from '../kernel/random.ts';
import { PROCESSOR } from './numbers.ts';

export interface InstanceOptions {
  /** Such as `Fanout#3`. */
  readonly name: string;
  readonly functionName: string;
  readonly kernel: Kernel;
  /** Of a processor, by its memory. */
  readonly share: number;
  /** How far its clock is ahead. Milliseconds. */
  readonly skewMs: number;
  /** Whether it runs the release before. */
  readonly isOld: boolean;
  readonly env: Record<string, string>;
  readonly random: Random;
  readonly startedAt: number;
  /** When Lambda replaces it. */
  readonly retiresAt: number;
  readonly onEnd: () => void;
}

/** An environment of a function: one processor's share, one state in memory, and an end. */
export class Instance {
  readonly name: string;
  readonly functionName: string;
  readonly skewMs: number;
  readonly isOld: boolean;
  readonly env: Record<string, string>;
  readonly random: Random;
  readonly startedAt: number;
  readonly retiresAt: number;
  /** What its code exports, once it has started. */
  handler: unknown;
  /** Bytes of its present event, and of the answers that it got to its requests. */
  held = { event: 0, answers: 0 };
  isAlive = true;
  idleTimer: Timer | undefined;
  /** Told when it ends while it works. */
  onKill: (() => void) | undefined;
  /** Services to which it has a connection. */
  readonly connected = new Set<string>();
  /** Processor time so far, of a whole processor of Lambda's. Milliseconds. */
  processorMs = 0;
  private readonly kernel: Kernel;
  private readonly share: number;
  private readonly onEnd: () => void;
  private busyUntil = 0;
  private frozenUntil = 0;

  constructor({ kernel, share, onEnd, ...known }: InstanceOptions) {
    this.kernel = kernel;
    this.share = share;
    this.onEnd = onEnd;
    this.name = known.name;
    this.functionName = known.functionName;
    this.skewMs = known.skewMs;
    this.isOld = known.isOld;
    this.env = known.env;
    this.random = known.random;
    this.startedAt = known.startedAt;
    this.retiresAt = known.retiresAt;
  }

  /**
   * Runs code after some time and the processor time that it takes: one piece of work at a time, in turn. It never runs when
   * the environment has ended, and later where it stands still.
   * @param processorMs as `PROCESSOR` has it
   */
  after(ms: number, processorMs: number, run: () => void): void {
    const { kernel } = this;
    if (ms > 0) kernel.after(ms, () => this.after(0, processorMs, run));
    else if (processorMs > 0) {
      const onLambda = processorMs * PROCESSOR.onLambda;
      this.processorMs += onLambda;
      this.busyUntil = Math.max(kernel.now(), this.busyUntil) + onLambda / this.share;
      kernel.at(this.busyUntil, () => this.resume(run));
    } else this.resume(run);
  }

  resume(run: () => void): void {
    if (!this.isAlive) return;
    if (this.kernel.now() < this.frozenUntil) this.kernel.at(this.frozenUntil, () => this.resume(run));
    else run();
  }

  freeze(ms: number): void {
    this.frozenUntil = Math.max(this.frozenUntil, this.kernel.now() + ms);
  }

  /** All that it had in memory is gone. */
  end(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.idleTimer?.cancel();
    this.onEnd();
    this.onKill?.();
  }
}
