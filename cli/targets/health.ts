import type { Schemas } from '../../client/index.ts';
import type { Values } from '../command.ts';
import type { Context } from '../context.ts';
import { percentText, timeText } from '../output/columns.ts';
import { inTone, recordOf } from '../output/table.ts';
import { toneOfState } from '../output/value.ts';

type Health = Schemas['TargetHealth'];

const MEANING: Readonly<Record<Health['state'], string>> = {
  disabled: 'It gets nothing: what comes for it becomes a dead letter.',
  unverified: 'It gets nothing until its endpoint has answered the challenge.',
  open: 'Its endpoint keeps failing. It gets probes alone, and all else is held until one succeeds.',
  paused: 'Its endpoint has asked for a pause. Deliveries wait until then.',
  failing: 'Attempts fail. Each delivery is tried again on its schedule.',
  slow: 'Its answers take long, so its deliveries go in a lane of their own.',
  degraded: 'Some attempts fail.',
  healthy: 'Its endpoint answers.',
  idle: 'Nothing was sent to it within this time.',
};

const NEXT: Partial<Record<Health['state'], (id: string) => string>> = {
  disabled: (id) => `Once its endpoint works: posthorn targets resume ${id}`,
  unverified: (id) => `Once its endpoint answers challenges: posthorn targets challenge ${id}`,
  open: (id) => `Once its endpoint works: posthorn targets retry ${id}`,
  paused: (id) => `To send at once all the same: posthorn targets retry ${id}`,
  failing: (id) => `What fails, and how: posthorn deliveries list --target-id ${id} --status retrying,dead`,
  degraded: (id) => `What fails, and how: posthorn deliveries list --target-id ${id} --status retrying,dead`,
};

/** Facts of a target's health, by their names, and what to do. Pure. */
export function healthFacts(health: Health): (readonly [string, string])[] {
  const { breaker, lastFailure, manyFailures, disabled } = health;
  const facts: (readonly [string, unknown])[] = [
    ['means', MEANING[health.state]],
    [
      'disabled',
      disabled &&
        `${disabled.reason === 'gone' ? 'it answered 410' : 'it kept failing'}, at ${timeText(disabled.at)}`,
    ],
    ['attempts', attemptsText(health)],
    ['deliveries', `${health.delivered} arrived, ${health.failed} dead`],
    [
      'average answer',
      health.averageAnswerMs === null ? undefined : `${Math.round(health.averageAnswerMs)} ms`,
    ],
    ['failing since', timeText(health.failingSince)],
    [
      'last failure',
      lastFailure &&
        `${lastFailure.statusCode ?? lastFailure.error ?? 'no answer'}, at ${timeText(lastFailure.at)}`,
    ],
    ['held since', breaker && `${timeText(breaker.openSince)}, ${breaker.failedProbes} probes have failed`],
    ['next probe', timeText(breaker?.nextProbeAt)],
    ['paused until', timeText(health.pausedUntil)],
    ['slow until', timeText(health.slowUntil)],
    [
      'many failures',
      manyFailures &&
        `${manyFailures.failedAttempts} of ${manyFailures.attempts} attempts since ${timeText(manyFailures.since)}`,
    ],
    ['waiting', health.waiting],
    ['held', health.held || undefined],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]));
}

function attemptsText({ attempts, attemptSuccessRate, since }: Health): string {
  const share = attemptSuccessRate === null ? '' : `, ${percentText(attemptSuccessRate)} successful`;
  return `${attempts} since ${timeText(since)}${share}`;
}

export async function showHealth({ out }: Context, health: Health, { id }: Values): Promise<void> {
  const { state } = health;
  const facts = healthFacts(health);
  await out.text(
    recordOf([['state', inTone(out.colours, toneOfState(state), state)], ...facts], out.colours),
  );
  const next = NEXT[state]?.(id as string);
  if (next) out.note(next);
}
