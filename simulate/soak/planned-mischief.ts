import type { CallAbout, CallFault, Mischief } from '../faults/mischief.ts';
import type { Random } from '../kernel/random.ts';
import type { Step } from './plan.ts';

type Planned<K extends Step['kind']> = Extract<Step, { readonly kind: K }> & { readonly random: Random };

/** What goes wrong by a plan. @param elapsed milliseconds from the history's beginning */
export function plannedMischief(steps: readonly Step[], random: Random, elapsed: () => number): Mischief {
  const counts = new Map<Step, number>();

  const of = <K extends Step['kind']>(kind: K): readonly Planned<K>[] =>
    steps
      .filter((step): step is Extract<Step, { readonly kind: K }> => step.kind === kind)
      // By what it is, not by where it stands: steps that are left out change no other's.
      .map((step) => Object.assign({ ...step }, { random: random.fork(JSON.stringify(step)) }) as Planned<K>);
  const [windows, single, messages, deletes, throttles, clocks, deploys] = [
    of('calls'),
    of('call'),
    of('messages'),
    of('deletes lost'),
    of('throttled'),
    of('clocks'),
    of('deploy'),
  ] as const;

  const isNow = ({ atMs, forMs }: { readonly atMs: number; readonly forMs: number }): boolean =>
    elapsed() >= atMs && elapsed() < atMs + forMs;

  function isNth(step: Planned<'call'>): boolean {
    const count = (counts.get(step) ?? 0) + 1;
    counts.set(step, count);
    return count === step.nth;
  }

  function callFault(about: CallAbout): CallFault | undefined {
    for (const step of single) {
      const isMeant =
        elapsed() >= step.atMs &&
        step.service === about.service &&
        (step.functionName ?? about.functionName) === about.functionName &&
        (step.operation ?? about.operation) === about.operation;
      if (isMeant && isNth(step)) return step.fault;
    }
    for (const step of windows) {
      const isMeant =
        isNow(step) &&
        (step.service ?? about.service) === about.service &&
        (step.functionName ?? about.functionName) === about.functionName;
      if (isMeant && step.random.chance(step.rate)) return step.fault;
    }
    return undefined;
  }

  return {
    call: callFault,
    message() {
      for (const { lateMs, again, random, ...span } of messages)
        if (isNow(span)) return { lateMs: random.next() * lateMs, again: random.chance(again) };
      return { lateMs: 0, again: false };
    },
    isThrottled: (name) =>
      throttles.some(
        (step) => isNow(step) && (step.functionName ?? name) === name && step.random.chance(step.rate),
      ),
    losesDeletes: () => deletes.some((step) => isNow(step) && step.random.chance(step.rate)),
    skewMs() {
      const step = clocks.find(isNow);
      return step ? (step.random.next() * 2 - 1) * step.mostMs : 0;
    },
    isOld: () => deploys.some((step) => isNow(step) && step.random.chance(0.5)),
  };
}

/** When the last fault is over. Milliseconds from the history's beginning. */
export const faultsEndAt = (steps: readonly Step[]): number =>
  Math.max(0, ...steps.map((step) => step.atMs + ('forMs' in step ? step.forMs : 0)));
