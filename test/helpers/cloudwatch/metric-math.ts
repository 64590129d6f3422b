import jsep from 'jsep';

/**
 * CloudWatch's metric math, as far as alarms and dashboards of ours use it. Everything else is refused.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */

/** Values by their time in seconds. A time without a value is missing. */
export type Series = ReadonlyMap<number, number>;
/** A scalar, a time series, or an array of time series. */
export type MathValue = number | Series | readonly Series[];

export interface MathScope {
  /** The times that are asked for, oldest first. */
  readonly times: readonly number[];
  /** In seconds. */
  readonly period: number;
  /** A metric or the result of another expression. @throws for an unknown id */
  readonly valueOf: (id: string) => MathValue;
  /** Ids of metrics, without expressions, in their order. */
  readonly metricIds: readonly string[];
  /** Whether an alarm asks: it asks for more times than it says, so what looks at all of them at once gives it nothing to rely on. */
  readonly isAlarm: boolean;
}

/** @throws Error for what is no expression, and for what is not known here */
export const evaluated = (expression: string, scope: MathScope): MathValue =>
  resultOf(jsep(ofJsep(expression)), scope);

/** The ids that an expression names. */
export function idsIn(expression: string): readonly string[] {
  const ids = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const part of node) visit(part);
    if (Array.isArray(node) || node === null || typeof node !== 'object') return;
    const { type, name, callee: _, ...inner } = node as jsep.Expression;
    if (type === 'Identifier' && /^[a-z]/.test(String(name))) ids.add(String(name));
    for (const part of Object.values(inner)) visit(part);
  };
  visit(jsep(ofJsep(expression)));
  return [...ids];
}

/** CloudWatch's words in those of the parser: its `^` is no power. */
const ofJsep = (expression: string): string =>
  expression.replace(/("[^"]*"|'[^']*')|\bAND\b|\bOR\b|\^/g, (found, quoted) =>
    quoted ? found : found === 'AND' ? '&&' : found === 'OR' ? '||' : '**',
  );

const isSeries = (value: MathValue): value is Series => value instanceof Map;
const isList = (value: MathValue): value is readonly Series[] => Array.isArray(value);
const refuse = (what: string): never => {
  throw new Error(`metric math: ${what}`);
};

function resultOf(node: jsep.Expression, scope: MathScope): MathValue {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'number' ? node.value : refuse(`no value ${String(node.raw)}`);
    case 'Identifier':
      return scope.valueOf(String(node.name));
    case 'ArrayExpression':
      return listOf((node.elements as jsep.Expression[]).map((element) => resultOf(element, scope)));
    case 'UnaryExpression':
      if (node.operator !== '-') return refuse(`no operator ${String(node.operator)}`);
      return eachPoint(resultOf(node.argument as jsep.Expression, scope), (value) => -value);
    case 'BinaryExpression':
      return operated(
        String(node.operator),
        resultOf(node.left as jsep.Expression, scope),
        resultOf(node.right as jsep.Expression, scope),
      );
    case 'CallExpression':
      return called(node as jsep.CallExpression, scope);
    default:
      return refuse(`expected an expression, got ${node.type}`);
  }
}

function listOf(values: readonly MathValue[]): readonly Series[] {
  return values.flatMap((value) => {
    if (typeof value === 'number') return refuse('an array holds time series alone');
    return isSeries(value) ? [value] : value;
  });
}

function eachPoint(value: MathValue, change: (value: number, time: number) => number): MathValue {
  if (typeof value === 'number') return change(value, Number.NaN);
  if (isList(value)) return value.map((series) => eachPoint(series, change) as Series);
  return new Map([...value].map(([time, point]) => [time, change(point, time)]));
}

type Operator = (left: number, right: number) => number;
const truth = (holds: boolean): number => Number(holds);

const OPERATORS: Readonly<Record<string, Operator>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  // A point that would divide by zero is dropped.
  '/': (left, right) => (right === 0 ? Number.NaN : left / right),
  '**': (left, right) => left ** right,
  '==': (left, right) => truth(left === right),
  '!=': (left, right) => truth(left !== right),
  '<': (left, right) => truth(left < right),
  '<=': (left, right) => truth(left <= right),
  '>': (left, right) => truth(left > right),
  '>=': (left, right) => truth(left >= right),
  '&&': (left, right) => truth(left !== 0 && right !== 0),
  '||': (left, right) => truth(left !== 0 || right !== 0),
};

function operated(name: string, left: MathValue, right: MathValue): MathValue {
  const operator = OPERATORS[name] ?? refuse(`no operator ${name}`);
  if (typeof left === 'number' && typeof right === 'number') {
    const value = operator(left, right);
    return Number.isFinite(value) ? value : refuse('a scalar divided by zero');
  }
  if (isList(left)) {
    if (isList(right)) return refuse('no operator takes two arrays');
    return left.map((series) => operated(name, series, right) as Series);
  }
  if (isList(right)) return right.map((series) => operated(name, left, series) as Series);
  return pointwise(operator, left, right);
}

/** Where one of two series has a point and the other has none, that is 0. Where both have none, there is none. */
function pointwise(operator: Operator, left: Series | number, right: Series | number): Series {
  const at = (value: Series | number, time: number): number =>
    typeof value === 'number' ? value : (value.get(time) ?? 0);
  const times = new Set(
    [left, right].flatMap((value) => (typeof value === 'number' ? [] : [...value.keys()])),
  );
  return pointsOf(inOrder(times), (time) => operator(at(left, time), at(right, time)));
}

const inOrder = (times: Iterable<number>): readonly number[] => [...times].sort((a, b) => a - b);

function pointsOf(times: Iterable<number>, at: (time: number) => number | undefined): Series {
  const points = new Map<number, number>();
  for (const time of times) {
    const value = at(time);
    if (value !== undefined && Number.isFinite(value)) points.set(time, value);
  }
  return points;
}

type Fn = (args: readonly jsep.Expression[], scope: MathScope) => MathValue;

function called({ callee, arguments: args }: jsep.CallExpression, scope: MathScope): MathValue {
  const name = String(callee.name);
  const fn = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name]! : refuse(`no function ${name}`);
  return fn(args, scope);
}

/** Of one series a scalar, of an array a series. */
const reduction =
  (name: string, reduce: (values: readonly number[], width: number) => number): Fn =>
  (args, scope) => {
    const value = only(name, args, scope);
    if (typeof value === 'number') return refuse(`${name} takes time series`);
    if (isList(value)) {
      const times = new Set(value.flatMap((series) => [...series.keys()]));
      return pointsOf(inOrder(times), (time) =>
        reduce(
          value.flatMap((series) => series.get(time) ?? []),
          value.length,
        ),
      );
    }
    if (scope.isAlarm) refuse(`${name} of one time series depends on how many points an alarm retrieves`);
    return value.size > 0 ? reduce([...value.values()], value.size) : refuse(`${name} of no point`);
  };

const mapping =
  (name: string, change: (value: number) => number): Fn =>
  (args, scope) =>
    eachPoint(only(name, args, scope), change);

/** From each point and the one before it. */
const stepping =
  (name: string, change: (value: number, before: number, seconds: number) => number): Fn =>
  (args, scope) => {
    const step = (series: Series): Series => {
      let last: readonly [number, number] | undefined;
      return pointsOf(series.keys(), (time) => {
        const before = last;
        last = [time, series.get(time)!];
        return before && change(last[1], before[1], time - before[0]);
      });
    };
    const value = only(name, args, scope);
    if (typeof value === 'number') return refuse(`${name} takes time series`);
    return isList(value) ? value.map(step) : step(value);
  };

function only(name: string, args: readonly jsep.Expression[], scope: MathScope): MathValue {
  const [argument, ...others] = args;
  if (!argument || others.length > 0) return refuse(`${name} takes one argument`);
  return resultOf(argument, scope);
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const FUNCTIONS: Readonly<Record<string, Fn>> = {
  SUM: reduction('SUM', sumOf),
  // A missing value counts as 0.
  AVG: reduction('AVG', (values, width) => sumOf(values) / width),
  MIN: reduction('MIN', (values) => Math.min(...values)),
  MAX: reduction('MAX', (values) => Math.max(...values)),
  DATAPOINT_COUNT: reduction('DATAPOINT_COUNT', (values) => values.length),
  ABS: mapping('ABS', Math.abs),
  CEIL: mapping('CEIL', Math.ceil),
  FLOOR: mapping('FLOOR', Math.floor),
  RATE: stepping('RATE', (value, before, seconds) => (value - before) / seconds),
  DIFF: stepping('DIFF', (value, before) => value - before),
  IF: (args, scope) => {
    const [condition, yes, no, ...others] = args;
    if (!condition || !yes || others.length > 0) return refuse('IF takes two or three arguments');
    return chosen(resultOf(condition, scope), resultOf(yes, scope), no && resultOf(no, scope));
  },
  FILL: (args, scope) => {
    const [filled, filler, ...others] = args;
    if (!filled || !filler || others.length > 0) return refuse('FILL takes two arguments');
    const value = resultOf(filled, scope);
    if (typeof value === 'number') return refuse('FILL takes time series');
    const fill = (series: Series): Series => fillSeries(series, filler, scope);
    return isList(value) ? value.map(fill) : fill(value);
  },
  METRICS: ([part, ...others], { metricIds, valueOf: of }) => {
    const wanted = part === undefined ? '' : part.value;
    if (typeof wanted !== 'string' || others.length > 0) return refuse('METRICS takes a text');
    return listOf(metricIds.filter((id) => id.includes(wanted)).map(of));
  },
  PERIOD: ([id, ...others], { period, metricIds }) =>
    others.length === 0 && id?.type === 'Identifier' && metricIds.includes(String(id.name))
      ? period
      : refuse('PERIOD takes a metric'),
  TIME_SERIES: (args, scope) => {
    const value = only('TIME_SERIES', args, scope);
    return typeof value === 'number'
      ? pointsOf(scope.times, () => value)
      : refuse('TIME_SERIES takes a scalar');
  },
};

function chosen(condition: MathValue, yes: MathValue, no: MathValue | undefined): MathValue {
  if (isList(condition) || isList(yes) || (no !== undefined && isList(no)))
    return refuse('IF takes no array');
  if (typeof condition === 'number') {
    if (typeof yes === 'number') return refuse('IF of a scalar takes time series');
    return condition === 0 ? (no ?? new Map()) : yes;
  }
  return pointsOf(condition.keys(), (time) => {
    if (condition.get(time) !== 0) return typeof yes === 'number' ? yes : (yes.get(time) ?? 0);
    return typeof no === 'number' ? no : no?.get(time);
  });
}

function fillSeries(series: Series, filler: jsep.Expression, scope: MathScope): Series {
  if (filler.type === 'Identifier' && filler.name === 'REPEAT') {
    let last: number | undefined;
    return pointsOf(scope.times, (time) => {
      last = series.get(time) ?? last;
      return last;
    });
  }
  if (filler.type === 'Identifier' && filler.name === 'LINEAR') return refuse('LINEAR is not implemented');
  const value = resultOf(filler, scope);
  if (isList(value)) return refuse('FILL takes no array to fill with');
  return pointsOf(
    scope.times,
    (time) => series.get(time) ?? (typeof value === 'number' ? value : value.get(time)),
  );
}
