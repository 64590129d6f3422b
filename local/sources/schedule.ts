/** EventBridge rules that fire at a fixed rate. */
import { randomUUID } from 'node:crypto';
import { regionOf } from '../core/account.ts';
import type { Log } from '../core/log.ts';
import type { LocalFunction } from '../lambda/function.ts';
import { failed, type Invocation } from '../lambda/protocol.ts';

export interface Schedule {
  readonly name: string;
  readonly arn: string;
  readonly periodMs: number;
  readonly enabled: boolean;
  readonly targets: readonly {
    readonly fn: LocalFunction;
    readonly input: string | undefined;
    readonly permitted: () => boolean;
  }[];
}

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * The period of a schedule expression in milliseconds.
 *
 * @throws for anything but `rate(…)`, and where AWS refuses the unit (singular for 1, plural above)
 */
export function periodOf(expression: string): number {
  const [, count, unit, plural] = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const value = Number(count);
  const period = UNITS[unit ?? ''];
  if (!period || value < 1 || (value === 1) !== (plural === '')) {
    throw new Error(
      `schedule expression "${expression}": expected rate(1 minute) or rate(5 minutes); cron is not implemented`,
    );
  }
  return value * period;
}

/** Fires now and waits for the functions. */
export function fire(schedule: Schedule, log: Log): Promise<Invocation[]> {
  return Promise.all(
    schedule.targets.map(({ fn, input, permitted }) => {
      if (permitted()) return fn.invokeText(input ?? JSON.stringify(scheduledEvent(schedule.arn)));
      const message = `rule ${schedule.name} has no permission to invoke ${fn.name} (AWS::Lambda::Permission)`;
      log({ kind: 'cloud', text: `NotFired  ${message}` });
      return failed('error', 'AccessDeniedException', message);
    }),
  );
}

/** Fires at the schedule's rate until the returned function is called. */
export function startSchedule(schedule: Schedule, log: Log): () => void {
  if (!schedule.enabled) return () => {};
  const timer = setInterval(() => void fire(schedule, log), schedule.periodMs).unref();
  return () => clearInterval(timer);
}

function scheduledEvent(ruleArn: string): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '000000000000',
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    region: regionOf(ruleArn),
    resources: [ruleArn],
    detail: {},
  };
}
