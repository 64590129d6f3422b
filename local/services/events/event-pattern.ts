/**
 * Event patterns of EventBridge, compiled once. What is not implemented here is an error, and so is what AWS refuses. Pure.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */

type Matches = (value: unknown) => boolean;

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_CHARACTERS = 2048;

/** @throws Error that says where the pattern is wrong */
export function compilePattern(pattern: unknown): (event: object) => boolean {
  if (JSON.stringify(pattern).length > MAX_CHARACTERS)
    throw new Error(`event pattern: expected at most ${MAX_CHARACTERS} characters`);
  return compileObject(pattern, 'event pattern');
}

function compileObject(pattern: unknown, at: string): Matches {
  if (!isObject(pattern) || Object.keys(pattern).length === 0)
    throw new Error(`${at}: expected an object with members`);
  const members = Object.entries(pattern).map(([name, value]): Matches => {
    const place = `${at}.${name}`;
    if (name === '$or') return compileOr(value, place);
    const matches = compileMember(value, place);
    return (event) => matches(isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined);
  });
  // Of a list of objects, one has to match as a whole.
  return (event) =>
    Array.isArray(event)
      ? event.some((each) => members.every((matches) => matches(each)))
      : members.every((matches) => matches(event));
}

function compileOr(value: unknown, at: string): Matches {
  if (!Array.isArray(value) || value.length < 2) throw new Error(`${at}: expected two patterns or more`);
  const all = value.map((each) => compileObject(each, at));
  return (event) => all.some((matches) => matches(event));
}

function compileMember(value: unknown, at: string): Matches {
  if (!Array.isArray(value)) return compileObject(value, at);
  if (value.length === 0) throw new Error(`${at}: expected a value`);
  const conditions = value.map((each) => compileCondition(each, at));
  return (found) => {
    const values = Array.isArray(found) && found.length > 0 ? found : [found];
    return conditions.some((matches) => values.some(matches));
  };
}

function compileCondition(condition: unknown, at: string): Matches {
  if (Array.isArray(condition)) throw new Error(`${at}: a list in a list`);
  if (!isObject(condition)) return (value) => value === condition;
  const [[name = '', operand] = [], ...more] = Object.entries(condition);
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (!operator || more.length > 0)
    throw new Error(`${at}: operator ${Object.keys(condition)} is not implemented; known are ${KNOWN}`);
  return operator(operand, `${at}: ${name}`);
}

const OPERATORS: Readonly<Record<string, (operand: unknown, at: string) => Matches>> = {
  prefix: textOperator((value, text) => value.startsWith(text)),
  suffix: textOperator((value, text) => value.endsWith(text)),
  'equals-ignore-case': (operand, at) => {
    const text = textIn(operand, at).toLowerCase();
    return (value) => typeof value === 'string' && value.toLowerCase() === text;
  },
  wildcard: (operand, at) => {
    const expression = wildcardOf(textIn(operand, at), at);
    return (value) => typeof value === 'string' && expression.test(value);
  },
  exists: (operand, at) => {
    if (typeof operand !== 'boolean') throw new Error(`${at}: expected true or false`);
    return (value) => (value !== undefined) === operand;
  },
  numeric: numericOperator,
  'anything-but': anythingBut,
};

const KNOWN = Object.keys(OPERATORS).join(', ');

/** An operator on a text, or on `{"equals-ignore-case": …}`. */
function textOperator(holds: (value: string, text: string) => boolean) {
  return (operand: unknown, at: string): Matches => {
    if (!isObject(operand)) {
      const text = textIn(operand, at);
      return (value) => typeof value === 'string' && holds(value, text);
    }
    const [name, ...more] = Object.keys(operand);
    if (name !== 'equals-ignore-case' || more.length > 0)
      throw new Error(`${at}: expected equals-ignore-case`);
    const text = textIn(operand[name], at).toLowerCase();
    return (value) => typeof value === 'string' && holds(value.toLowerCase(), text);
  };
}

const COMPARE: Readonly<Record<string, (value: number, than: number) => boolean>> = {
  '<': (value, than) => value < than,
  '<=': (value, than) => value <= than,
  '>': (value, than) => value > than,
  '>=': (value, than) => value >= than,
  '=': (value, than) => value === than,
};

function numericOperator(operand: unknown, at: string): Matches {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4))
    throw new Error(`${at}: expected one or two comparisons`);
  const comparisons = Array.from({ length: operand.length / 2 }, (_, i) => {
    const [name, than] = operand.slice(2 * i, 2 * i + 2) as [unknown, unknown];
    const compare = COMPARE[String(name)];
    if (!compare || typeof than !== 'number' || Math.abs(than) > 5e9)
      throw new Error(`${at}: expected a comparison with a number within ±5,000,000,000`);
    return (value: number): boolean => compare(value, than);
  });
  return (value) => typeof value === 'number' && comparisons.every((holds) => holds(value));
}

/** Anything that is there and none of these. */
function anythingBut(operand: unknown, at: string): Matches {
  if (!isObject(operand)) {
    const excluded = [operand].flat();
    if (excluded.length === 0 || !excluded.every((each) => ['string', 'number'].includes(typeof each)))
      throw new Error(`${at}: expected texts or numbers`);
    return (value) => value !== undefined && !excluded.includes(value);
  }
  const [[name = '', operands] = [], ...more] = Object.entries(operand);
  const operator = ['prefix', 'suffix', 'wildcard', 'equals-ignore-case'].includes(name) && OPERATORS[name];
  if (!operator || more.length > 0)
    throw new Error(`${at}: expected prefix, suffix, wildcard or equals-ignore-case`);
  const all = [operands].flat().map((each) => operator(each, at));
  return (value) => value !== undefined && !all.some((matches) => matches(value));
}

function wildcardOf(pattern: string, at: string): RegExp {
  if (pattern.includes('**')) throw new Error(`${at}: expected no two * beside each other`);
  const parts = pattern.match(/\\[*\\]|[\s\S]/g) ?? [];
  const literal = (part: string): string => part.at(-1)!.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  const source = parts.map((part) => (part === '*' ? '.*' : literal(part)));
  return new RegExp(`^${source.join('')}$`, 's');
}

function textIn(operand: unknown, at: string): string {
  if (typeof operand !== 'string' || operand === '') throw new Error(`${at}: expected a text`);
  return operand;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
