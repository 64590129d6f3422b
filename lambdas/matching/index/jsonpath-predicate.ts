import { jsonpath } from 'json-p3';
import type { Scalar } from '../language/condition.ts';
import type { JsonpathPredicate } from '../language/engines.ts';
import { DEEP, EACH, type Path, type Step } from '../language/paths.ts';
import type { ValuePredicate } from '../language/predicates.ts';
import { isDescendant, readQuery } from '../operators/jsonpath-query.ts';
import { equalTo, reaching } from './predicate-factory.ts';

const { expressions, selectors } = jsonpath;

type Expression = jsonpath.expressions.FilterExpression;

/**
 * A predicate on one field that the first filter of a query implies: `$.data.items[?@.price > 9 && @.sku == 'a']` selects
 * nothing unless some item's `sku` is `a`.
 */
export function jsonpathPredicate(query: string): JsonpathPredicate | undefined {
  const { segments } = readQuery(query);
  const path: Step[] = [];
  for (const segment of segments) {
    const [selector] = segment.selectors;
    if (segment.selectors.length !== 1) return undefined;
    if (isDescendant(segment)) path.push(DEEP);
    if (selector instanceof selectors.FilterSelector) {
      const predicates = localPredicatesOf(selector.expression);
      const predicate = predicates.find(({ kind }) => kind === 'equal') ?? predicates[0];
      return predicate && { ...predicate, path: [...path, EACH, ...predicate.path] };
    }
    path.push(selector instanceof selectors.NameSelector ? selector.name : EACH);
  }
  return undefined;
}

/** A predicate with a path from the value that a filter tests. */
type LocalPredicate = ValuePredicate & { readonly path: Path };

/** The predicates of comparisons that must all hold. */
function localPredicatesOf(expression: Expression): LocalPredicate[] {
  if (expression instanceof expressions.LogicalExpression) return localPredicatesOf(expression.expression);
  if (!(expression instanceof expressions.InfixExpression)) return [];
  const { operator, left, right } = expression;
  if (operator === '&&') return [...localPredicatesOf(left), ...localPredicatesOf(right)];
  const predicate = ofComparison(left, operator, right) ?? ofComparison(right, MIRRORED[operator], left);
  return predicate ? [predicate] : [];
}

const MIRRORED: Readonly<Record<string, string>> = { '==': '==', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function ofComparison(
  field: Expression,
  operator: string | undefined,
  literal: Expression,
): LocalPredicate | undefined {
  const path = pathOf(field);
  const value = literalOf(literal);
  if (!path || value === undefined || operator === undefined) return undefined;
  if (operator === '==') return { ...equalTo(value), path };
  if (typeof value !== 'number' || !/^[<>]/.test(operator)) return undefined;
  return { ...reaching(operator.startsWith('>') ? 'above' : 'below', value), path };
}

/** The path of a relative query that has only names; undefined for others. */
function pathOf(expression: Expression): Path | undefined {
  if (!(expression instanceof expressions.RelativeQuery)) return undefined;
  const names = expression.path.segments.map((segment) => {
    const [selector] = segment.selectors;
    const isName = segment.selectors.length === 1 && !isDescendant(segment);
    return isName && selector instanceof selectors.NameSelector ? selector.name : undefined;
  });
  return names.every((name) => name !== undefined) ? names : undefined;
}

function literalOf(expression: Expression): Scalar | undefined {
  if (expression instanceof expressions.NullLiteral) return null;
  const isLiteral =
    expression instanceof expressions.StringLiteral ||
    expression instanceof expressions.NumberLiteral ||
    expression instanceof expressions.BooleanLiteral;
  return isLiteral ? expression.value : undefined;
}
