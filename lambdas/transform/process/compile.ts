import jsonata from 'jsonata';
import { isObject } from '../../values/json.ts';
import { LIMITS, MAX_EXPRESSION_BYTES } from '../limits.ts';
import { concat } from './library.ts';
import { LinearEngine, RegexProblem } from './linear-engine.ts';
import type { Problem } from './messages.ts';

export interface Compiled {
  readonly expression: jsonata.Expression;
  /** Sets what is asked before each step. */
  onStep(step: () => void): void;
}

type Node = Record<string, unknown>;

/** A name that no expression can have. */
const CONCAT = ' concat';

/** What is not there, and why. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  eval: 'expected no $eval: an expression is checked when it is written',
};

/** Reads an expression. Its syntax is that of JSONata 2, but for regular expressions, which are those of RE2. */
export function compile(text: string): Compiled | Problem {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_EXPRESSION_BYTES)
    return {
      kind: 'problem',
      message: `expected at most ${MAX_EXPRESSION_BYTES} bytes of UTF-8, got ${bytes}`,
    };
  try {
    return compiled(text);
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'problem', message: 'expected fewer nested parts' };
    return syntaxProblem(error);
  }
}

function compiled(text: string): Compiled | Problem {
  const expression = jsonata(text, {
    RegexEngine: LinearEngine as never,
    stack: LIMITS.depth,
    sequence: LIMITS.items,
  });
  const problem = prepare(expression.ast() as unknown as Node);
  if (problem) return problem;
  expression.registerFunction(CONCAT, concat as never);
  let step = (): void => {};
  expression.assign(Symbol.for('jsonata.__evaluate_entry') as never, () => step());
  expression.assign('eval', undefined);
  return {
    expression,
    onStep(next) {
      step = next;
    },
  };
}

/** Goes through all parts of an expression: refuses what can't be bounded, and bounds `&`. */
function prepare(root: Node): Problem | undefined {
  const seen = new Set<object>();
  const open: object[] = [root];
  for (let part = open.pop(); part; part = open.pop()) {
    if (seen.has(part)) continue;
    seen.add(part);
    const problem = isObject(part) ? prepareNode(part as Node) : undefined;
    if (problem) return problem;
    if (part instanceof RegExp) continue;
    open.push(...Object.values(part).filter((one) => typeof one === 'object' && one !== null));
  }
  return undefined;
}

function prepareNode(node: Node): Problem | undefined {
  const { type, value } = node;
  if (type === 'variable' && Object.hasOwn(FORBIDDEN, String(value)))
    return at(node, FORBIDDEN[String(value)]!);
  if (type === 'regex' && value instanceof RegExp) return regexProblem(node, value);
  if (type === 'binary' && value === '&') boundConcat(node);
  return undefined;
}

function regexProblem(node: Node, regex: RegExp): Problem | undefined {
  try {
    new LinearEngine(regex);
    return undefined;
  } catch (error) {
    if (error instanceof RegexProblem) return at(node, error.message);
    throw error;
  }
}

/** Makes `a & b` a call of our own function. */
function boundConcat(node: Node): void {
  const { lhs, rhs, position } = node;
  node.type = 'function';
  node.value = '(';
  node.arguments = [lhs, rhs];
  node.procedure = { type: 'variable', value: CONCAT, position };
  delete node.lhs;
  delete node.rhs;
}

const at = ({ position }: Node, message: string): Problem => ({
  kind: 'problem',
  message,
  ...(typeof position === 'number' && { position }),
});

/** What the parser says quotes the expression alone. */
function syntaxProblem(error: unknown): Problem {
  const { message, position } = error as { message?: unknown; position?: unknown };
  return at({ position }, `expected a JSONata expression: ${String(message ?? 'it can’t be read')}`);
}
