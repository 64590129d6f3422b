import { createHash } from 'node:crypto';
import type { Event } from '../events/event.ts';
import type { Target } from '../targets/target.ts';
import { inputOf } from './input.ts';
import { cpuMsFor, maxBodyBytes } from './limits.ts';
import { createOverruns } from './overruns.ts';
import type { Answer, Ask, Problem } from './process/messages.ts';
import { type Shaped, shapedOf } from './shaped.ts';

/** An event, and the target whose expression shapes it. */
export interface ToShape {
  readonly tenant: string;
  readonly expression: string;
  readonly event: Pick<
    Event,
    'id' | 'ulid' | 'type' | 'source' | 'region' | 'priority' | 'contentType' | 'test'
  >;
  readonly target: Pick<Target, 'id' | 'name' | 'metadata'>;
  readonly payload: Uint8Array;
}

/** Why an expression can't be used, or makes nothing that can be sent. */
export interface TransformProblem {
  /** Nothing of a payload. */
  readonly message: string;
  /** The same with the values that it is about, for whoever tries an expression. */
  readonly shown?: string | undefined;
  /** The character of the expression, from 1. */
  readonly position?: number | undefined;
}

type Transformed = { readonly shaped: Shaped } | { readonly problem: TransformProblem };

export interface Transformer {
  /** What is wrong with an expression; undefined when nothing is. @throws a fault of our own */
  check(tenant: string, expression: string): Promise<TransformProblem | undefined>;
  /** What an expression makes of an event. @throws a fault of our own */
  shape(toShape: ToShape): Promise<Transformed>;
}

/** An expression that has taken too much twice within a minute is not run until one of them is a minute old. */
const OF_EXPRESSION = { most: 2, ms: 60_000 };
/** Nor is any expression of a tenant whose expressions have done so ten times. */
const OF_TENANT = { most: 10, ms: 60_000 };

const BENCHED: Problem = {
  kind: 'problem',
  message: 'it is not run for a minute: with events before this one it took too much time or memory',
};

/** @param ask of a sandbox @param now milliseconds since the epoch */
export function createTransformer(
  ask: (tenant: string, ask: Ask, already?: () => Answer | undefined) => Promise<Answer>,
  now: () => number,
): Transformer {
  const expressions = createOverruns(OF_EXPRESSION.most, OF_EXPRESSION.ms);
  const tenants = createOverruns(OF_TENANT.most, OF_TENANT.ms);

  /** Asks, unless what is asked has taken too much. That is seen when its turn comes, not when it is put in the queue. */
  async function bounded(tenant: string, asked: Ask): Promise<Answer> {
    const hash = createHash('sha256').update(asked.expression).digest('base64');
    const key = `${asked.kind} ${tenant} ${hash}`;
    // Whoever is benched can still write a better one.
    const isBenched = (): boolean =>
      expressions.isBenched(key, now()) || (asked.kind === 'evaluate' && tenants.isBenched(tenant, now()));
    const answer = await ask(tenant, asked, () => (isBenched() ? BENCHED : undefined));
    if (answer.kind === 'problem' && answer.isOverrun) {
      expressions.note(key, now());
      tenants.note(tenant, now());
    }
    return answer;
  }

  return {
    async check(tenant, expression) {
      const answer = await bounded(tenant, { kind: 'check', expression, cpuMs: cpuMsFor(0) });
      return answer.kind === 'problem' ? problemOf(answer) : undefined;
    },
    async shape({ tenant, expression, event, target, payload }) {
      const answer = await bounded(tenant, {
        kind: 'evaluate',
        expression,
        input: inputOf(event, target),
        payload,
        cpuMs: cpuMsFor(payload.length),
        maxBodyBytes: maxBodyBytes(payload.length),
      });
      if (answer.kind === 'problem') return { problem: problemOf(answer) };
      if (answer.kind === 'fine') throw new Error('expected what an expression made');
      const shaped = shapedOf(answer);
      return 'message' in shaped ? { problem: shaped } : { shaped };
    },
  };
}

function problemOf({ message, shown, position }: Problem): TransformProblem {
  const place = position === undefined ? '' : ` (at character ${position})`;
  return {
    message: message + place,
    ...(shown !== undefined && { shown: shown + place }),
    ...(position !== undefined && { position }),
  };
}
