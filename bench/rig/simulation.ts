import { setTimeout as sleep } from 'node:timers/promises';
import { createClock, type LocalCloud, type SimulatedClock, startLocalCloud } from '../../local/cloud.ts';
import { synthesise } from '../../local/template/synth.ts';
import type { Template } from '../../local/template/template.ts';

/** A local cloud in this process whose days take minutes. */
export interface Simulation {
  readonly cloud: LocalCloud;
  readonly clock: SimulatedClock;
  readonly key: string;
  /** Waits, in real time, until everything is done that is due by now. */
  untilQuiet(): Promise<void>;
  /**
   * Lets time go to the next thing that falls due, a delayed message or a full minute, until there is no reason to go
   * on. Nothing is under way while time jumps.
   * @param onMinute what AWS does in every minute; until it is done, time goes on as it really does
   * @param onQuiet what there is to be done between two jumps; whether to go on
   */
  run(steps: {
    onMinute: (minute: number) => Promise<unknown>;
    onQuiet: () => Promise<boolean>;
  }): Promise<void>;
}

const KEY = 'bench';
export const MINUTE_MS = 60_000;
const POLL_MS = 3;

/** @param mayRun functions whose names this refuses get nothing from their queues */
export async function startSimulation(
  mayRun: (functionName: string) => boolean = () => true,
): Promise<Simulation> {
  const clock = createClock();
  const cloud = await startLocalCloud({
    assemblyDir: await synthesise(),
    secrets: { ApiKey: KEY },
    clock,
    // Real minutes may pass between two uses of a worker that simulated seconds lie between.
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

/** Windows are waited for in real time, in which a day goes by here. Without one AWS takes at most ten messages. */
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
