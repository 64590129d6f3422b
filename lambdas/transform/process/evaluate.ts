import { createBudget, OverrunError } from './budget.ts';
import type { Compiled } from './compile.ts';
import { madeOf } from './made.ts';
import type { Answer, Ask } from './messages.ts';
import { runtimeProblem } from './runtime-problem.ts';

type Evaluation = Extract<Ask, { kind: 'evaluate' }>;

/** Evaluates an expression. @param usedMs what the process has used of the processor */
export async function evaluate(
  { expression, onStep }: Compiled,
  { input, payload, cpuMs, maxBodyBytes }: Evaluation,
  usedMs: () => number,
): Promise<Answer> {
  const budget = createBudget(cpuMs, usedMs);
  onStep(budget.step);
  try {
    const result = await atOnce(expression.evaluate({ ...input, data: dataOf(payload) }));
    return madeOf(result, maxBodyBytes);
  } catch (error) {
    return runtimeProblem(error);
  }
}

/**
 * What comes of an evaluation without any event from outside. JSONata waits for nothing else. But a value whose member `then` is a
 * native function, such as `next` of a match, is waited for as a promise: without this, for ever, and all tenants with it.
 * @throws OverrunError
 */
async function atOnce(evaluation: Promise<unknown>): Promise<unknown> {
  const idle = Promise.withResolvers<never>();
  // It runs when no promise has anything left to do.
  const turn = setImmediate(() => idle.reject(new OverrunError('it waits for what never comes')));
  try {
    return await Promise.race([evaluation, idle.promise]);
  } finally {
    clearImmediate(turn);
  }
}

/** A payload as JSON; as text if it is not JSON; as base64 if it is not even that. */
function dataOf(payload: Uint8Array): unknown {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('base64');
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
