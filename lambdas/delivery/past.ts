/**
 * What happened to a delivery since its last attempt: waits, deaths, and being sent again. It travels in the delivery's
 * message and in its outcomes, and the next attempt takes it along, so the log has it for each attempt. It is a text, since
 * DynamoDB bills items by started kilobytes: `retry recovery@1764000000000 dead:expired@1764086400000 replayed@1764090000000`.
 * A delivery that is posted at once has none. It only explains, so a word of a newer release must hold up nothing.
 */

/** One of the things that happened. Times are milliseconds since the epoch. */
export type Step =
  /** `at` is left out where it began with the end of the attempt before. */
  | { readonly kind: 'waited'; readonly reason: string; readonly at?: number | undefined }
  | { readonly kind: 'dead'; readonly reason: string | undefined; readonly at?: number | undefined }
  | { readonly kind: 'replayed'; readonly at?: number | undefined };

/** An endpoint can put a delivery off from pause to pause, and an owner can send it again and again. */
const KEPT_STEPS = 6;

/** A past with one step more. A wait that goes on for the same reason is one wait. */
export function withStep(past: string | undefined, step: Step): string {
  const steps = past === undefined ? [] : past.split(' ');
  const last = stepsIn(steps.at(-1))[0];
  if (step.kind === 'waited' && last?.kind === 'waited' && last.reason === step.reason) return past!;
  return [...steps, textOf(step)].slice(-KEPT_STEPS).join(' ');
}

function textOf(step: Step): string {
  const time = step.at === undefined ? '' : `@${step.at}`;
  if (step.kind === 'replayed') return `replayed${time}`;
  if (step.kind === 'waited') return `${step.reason}${time}`;
  return `dead${step.reason === undefined ? '' : `:${step.reason}`}${time}`;
}

/** The steps of a past, in their order. */
export const stepsIn = (past: string | undefined): Step[] => (past ? past.split(' ').map(stepOf) : []);

function stepOf(text: string): Step {
  const [what = '', time] = text.split('@');
  const at = time === undefined || !Number.isFinite(Number(time)) ? undefined : Number(time);
  const [word = '', reason] = what.split(':');
  if (word === 'replayed') return { kind: 'replayed', at };
  return word === 'dead' ? { kind: 'dead', reason, at } : { kind: 'waited', reason: word, at };
}

/** A past without what was before the delivery was last sent again. */
export function sinceReplayed(past: string | undefined): string | undefined {
  const steps = past?.split(' ') ?? [];
  const last = steps.findLastIndex((step) => stepOf(step).kind === 'replayed');
  return last < 0 ? past : steps.slice(last).join(' ');
}
