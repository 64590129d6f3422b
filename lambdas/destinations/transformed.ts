import { type Shaped, withPath } from '../transform/shaped.ts';
import type { Transformer } from '../transform/transformer.ts';
import { type Making, RequestProblem } from './kind.ts';
import { kindOf } from './kinds.ts';

/** Transforms events, for targets that want it. */
export interface ShapeDeps {
  readonly shape: Transformer['shape'];
}

type ToTransform = Pick<Making, 'target' | 'event' | 'tenant' | 'body' | 'url' | 'described'>;

/**
 * What is sent, after the target's transformation. Its kind makes a request of that as of anything else, so a signature covers what
 * is sent.
 * @throws RequestProblem when it makes nothing of the event; anything else is a fault of our own
 */
export async function transformed<M extends ToTransform>({ shape }: ShapeDeps, making: M): Promise<M> {
  const { target, event, tenant, body } = making;
  if (target.transform === undefined || !event) return making;
  const made = await shape({ tenant, expression: target.transform, event, target, payload: body });
  if ('problem' in made) throw new RequestProblem('transform', made.problem.message);
  return applied(making, made.shaped);
}

/** @throws RequestProblem when the target's kind has no such part */
export function applied<M extends ToTransform>(making: M, shaped: Shaped): M & { shaped: Shaped } {
  const { target, body, url, described } = making;
  const { takes } = kindOf(target);
  if (shaped.path !== undefined && !takes.has('url')) throw foreign('path');
  if (shaped.headers && !takes.has('headers')) throw foreign('headers');
  const type = shaped.contentType;
  return {
    ...making,
    shaped,
    body: shaped.body ?? body,
    url: shaped.path === undefined ? url : withPath(url, shaped.path),
    target: shaped.headers ? { ...target, headers: { ...target.headers, ...shaped.headers } } : target,
    described:
      type === undefined
        ? described
        : { ...described, headers: { ...described.headers, 'content-type': type } },
  };
}

const foreign = (member: string): RequestProblem =>
  new RequestProblem('transform', `${member}: expected none, for a target of this kind`);
