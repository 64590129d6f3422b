import { type JSONPathQuery, jsonpath } from 'json-p3';
import { type Envelope, rootOf } from '../language/envelope.ts';
import { shortened } from '../language/shortened.ts';
import type { Work } from '../language/step-budget.ts';
import { ofIRegexp } from './i-regexp.ts';
import { compileComparison, type Json, lengthOf, NOTHING } from './json-values.ts';
import {
  type Nodes,
  ofDescendants,
  ofIndex,
  ofName,
  ofSlice,
  type Scope,
  someChild,
} from './jsonpath-nodes.ts';
import { isDescendant, numbersIn, QueryError, readQuery } from './jsonpath-query.ts';
import { numberProblem } from './numbers.ts';
import { regexFinds, regexFits, regexProblem } from './regex.ts';

/**
 * JSONPath (RFC 9535) as a yes or no: whether a query selects anything. The library reads a query and checks its types;
 * the result is compiled here. The library's own evaluation lists all selected nodes, without a bound, and takes ten
 * times as long.
 */

const { expressions, selectors } = jsonpath;

/** What is wrong with a query, or undefined when it can be used. */
export function jsonpathProblem(query: string): string | undefined {
  try {
    compileNodes(readQuery(query));
    return numbersIn(query)
      .map(numberProblem)
      .find((problem) => problem !== undefined);
  } catch (error) {
    if (error instanceof QueryError) return error.message;
    throw error;
  }
}

/**
 * A test for whether a query selects anything in an event: an object of those of `type`, `source`, `region`, `priority`
 * and `data` that the event has. The query is read when it is first needed, since few ever are.
 */
export function compileJsonpath(query: string): (envelope: Envelope, work: Work) => boolean {
  let nodes: Nodes | undefined;
  return (envelope, work) => {
    if (envelope.data === undefined) return false;
    nodes ??= compileNodes(readQuery(query));
    const root = rootOf(envelope) as Json;
    return nodes({ root, work }, root, () => true);
  };
}

type Segment = JSONPathQuery['segments'][number];
type Selector = Segment['selectors'][number];
type Expression = jsonpath.expressions.FilterExpression;

function compileNodes({ segments }: JSONPathQuery): Nodes {
  const steps = segments.map(compileSegment);
  const last: Nodes = (_, from, found) => found(from);
  return steps.reduceRight<Nodes>(
    (rest, step) => (scope, from, found) => step(scope, from, (value) => rest(scope, value, found)),
    last,
  );
}

function compileSegment(segment: Segment): Nodes {
  const selected = segment.selectors.map(compileSelector);
  const children: Nodes =
    selected.length === 1
      ? selected[0]!
      : (scope, from, found) => selected.some((select) => select(scope, from, found));
  return isDescendant(segment) ? ofDescendants(children) : children;
}

function compileSelector(selector: Selector): Nodes {
  if (selector instanceof selectors.NameSelector) return ofName(selector.name);
  if (selector instanceof selectors.IndexSelector) return ofIndex(selector.index);
  if (selector instanceof selectors.SliceSelector) return ofSlice(selector);
  if (selector instanceof selectors.WildcardSelector) {
    return ({ work }, from, found) => {
      work.spend(1);
      return someChild(from, work, found);
    };
  }
  if (selector instanceof selectors.FilterSelector) {
    const holds = compileLogical(selector.expression);
    return (scope, from, found) => {
      scope.work.spend(1);
      return someChild(from, scope.work, (child) => holds(scope, child) && found(child));
    };
  }
  throw new TypeError(`expected a selector of RFC 9535, got ${selector.toString()}`);
}

type Logical = (scope: Scope, current: Json) => boolean;
type Value = (scope: Scope, current: Json) => Json | typeof NOTHING;

function compileLogical(expression: Expression): Logical {
  if (expression instanceof expressions.LogicalExpression) return compileLogical(expression.expression);
  if (expression instanceof expressions.PrefixExpression) {
    const holds = compileLogical(expression.right);
    return (scope, current) => {
      scope.work.spend(1);
      return !holds(scope, current);
    };
  }
  if (expression instanceof expressions.InfixExpression) return compileInfix(expression);
  if (expression instanceof expressions.FilterQuery) {
    const nodes = compileQuery(expression);
    return (scope, current) => {
      scope.work.spend(1);
      return nodes(scope, current, () => true);
    };
  }
  if (expression instanceof expressions.FunctionExtension && Object.hasOwn(TEXT_TESTS, expression.name)) {
    const [text, pattern] = expression.args as [Expression, Expression];
    return compileRegex(text, pattern, TEXT_TESTS[expression.name]!);
  }
  throw new QueryError(`expected a comparison of ${shortened(expression.toString())}`);
}

/** RFC 9535, 2.4.6 and 2.4.7. */
const TEXT_TESTS: Readonly<Record<string, typeof regexFits>> = { match: regexFits, search: regexFinds };

function compileInfix({ operator, left, right }: jsonpath.expressions.InfixExpression): Logical {
  if (operator === '&&' || operator === '||') {
    const [first, second] = [compileLogical(left), compileLogical(right)];
    return operator === '&&'
      ? (scope, current) => first(scope, current) && second(scope, current)
      : (scope, current) => first(scope, current) || second(scope, current);
  }
  const [first, second] = [compileValue(left), compileValue(right)];
  const compare = compileComparison(operator);
  return (scope, current) => compare(first(scope, current), second(scope, current), scope.work);
}

function compileQuery(query: jsonpath.expressions.FilterQuery): Nodes {
  const nodes = compileNodes(query.path);
  return query instanceof expressions.RootQuery
    ? (scope, _, found) => nodes(scope, scope.root, found)
    : nodes;
}

/** An operand or argument: a literal, a query that selects at most one value, or a function. */
function compileValue(expression: Expression): Value {
  if (expression instanceof expressions.NullLiteral) return () => null;
  if (
    expression instanceof expressions.BooleanLiteral ||
    expression instanceof expressions.StringLiteral ||
    expression instanceof expressions.NumberLiteral
  ) {
    const { value } = expression;
    return () => value;
  }
  if (expression instanceof expressions.FilterQuery) return onlyValue(compileQuery(expression));
  if (expression instanceof expressions.FunctionExtension) return compileFunction(expression);
  throw new QueryError(`expected a value to compare, got ${shortened(expression.toString())}`);
}

/** RFC 9535, 2.4.4 to 2.4.8. */
function compileFunction({ name, args }: jsonpath.expressions.FunctionExtension): Value {
  const [argument] = args as [Expression];
  if (name === 'length') {
    const value = compileValue(argument);
    return (scope, current) => lengthOf(value(scope, current), scope.work);
  }
  const nodes = compileQuery(argument as jsonpath.expressions.FilterQuery);
  if (name === 'value') return onlyValue(nodes);
  return (scope, current) => {
    let count = 0;
    nodes(scope, current, () => {
      count++;
      return false;
    });
    return count;
  };
}

/** The value, if exactly one is selected. */
const onlyValue =
  (nodes: Nodes): Value =>
  (scope, current) => {
    let only: Json | typeof NOTHING = NOTHING;
    const isMore = nodes(scope, current, (value) => {
      if (only !== NOTHING) return true;
      only = value;
      return false;
    });
    return isMore ? NOTHING : only;
  };

/**
 * The expressions are RE2's, with the dot of an I-Regexp (RFC 9485). An expression must be written in the query: one out
 * of the payload would have to be compiled for each event.
 */
function compileRegex(text: Expression, pattern: Expression, fits: typeof regexFits): Logical {
  if (!(pattern instanceof expressions.StringLiteral)) {
    throw new QueryError('expected the pattern of match() and search() to be a string in quotes');
  }
  const problem = regexProblem(pattern.value);
  if (problem) throw new QueryError(`${problem} in match() or search()`);
  const value = compileValue(text);
  const expression = ofIRegexp(pattern.value);
  return (scope, current) => {
    const found = value(scope, current);
    return typeof found === 'string' && fits(expression, found, scope.work);
  };
}
