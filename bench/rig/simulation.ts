import { setTimeout as sleep } from 'node:timers/promises';
import { createClock, type LocalCloud, type SimulatedClock, startLocalCloud } from '../../local/cloud.ts';
import { synthesise } from '../../local/template/synth.ts';
import type { Template } from '../../local/template/template.ts';

/** A local cloud in this process whose days take minutes. */
export interface Simulation {
  readonly cloud: LocalCloud;
  readonly clock: SimulatedClock;
  readonly key: string;
  /** Waits, in real time, until all due work is done. */
  untilQuiet(): Promise<void>;
  /**
   * Moves time to the next due message or full minute, until `onQuiet` ends the run. Time jumps only while nothing
   * runs.
   * @param onMinute AWS's work of every minute; it runs in real time
   * @param onQuiet work between two jumps; returns whether to go on
   */
  run(steps: {
    onMinute: (minute: number) => Promise<unknown>;
    onQuiet: () => Promise<boolean>;
  }): Promise<void>;
}

const KEY = 'bench';
export const MINUTE_MS = 60_000;
const POLL_MS = 3;

/** @param mayRun whether the function with this name gets messages from its queue */
export async function startSimulation(
  mayRun: (functionName: string) => boolean = () => true,
): Promise<Simulation> {
  const clock = createClock();
  const cloud = await startLocalCloud({
    assemblyDir: await synthesise(),
    secrets: { ApiKey: KEY },
    clock,
    // Real minutes may pass between two invocations that are simulated seconds apart.
    limits: { idleMs: 15 * MINUTE_MS },
    edit: (_, template) => editMappings(template, mayRun),
    log: (line) => {
      const isExpected = line.text.startsWith('{"_aws"') || line.text.startsWith('Crash');
      if (!isExpected) console.error(line.text.slice(0, 300));
    },
  });

  async function untilQuiet(): Promise<void> {
    const isBusy = (): boolean =>
      Object.entries(cloud.queues()).some(
        ([name, { visible, inFlight }]) => isServed(name) && visible + inFlight > 0,
      );
    while (isBusy()) await sleep(POLL_MS);
  }
  const isServed = (queue: string): boolean =>
    !/quarantine/i.test(queue) && !(/lane/i.test(queue) && !mayRun('Dispatch'));

  return {
    cloud,
    clock,
    key: KEY,
    untilQuiet,
    async run({ onMinute, onQuiet }) {
      let minute = Math.floor(clock.now() / MINUTE_MS) + 1;
      for (;;) {
        await untilQuiet();
        if (!(await onQuiet())) return;
        await untilQuiet();
        const next = Math.min(cloud.nextDelayEnd() ?? Number.POSITIVE_INFINITY, minute * MINUTE_MS);
        clock.advance(Math.max(0, next - clock.now()));
        if (clock.now() < minute * MINUTE_MS) continue;
        await onMinute(minute);
        minute++;
      }
    },
  };
}

/** A batch window takes real time, in which a day passes here. Without a window AWS allows at most ten messages. */
function editMappings({ Resources }: Template, mayRun: (functionName: string) => boolean): void {
  for (const { Type, Properties = {} } of Object.values(Resources)) {
    if (Type !== 'AWS::Lambda::EventSourceMapping') continue;
    if (Properties.MaximumBatchingWindowInSeconds) {
      Properties.MaximumBatchingWindowInSeconds = 0;
      Properties.BatchSize = 10;
    }
    const { Ref = '' } = Properties.FunctionName as { Ref?: string };
    if (!mayRun(Ref)) Properties.Enabled = false;
  }
}
