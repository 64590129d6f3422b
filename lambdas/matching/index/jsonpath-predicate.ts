import { jsonpath } from 'json-p3';
import type { Scalar } from '../language/condition.ts';
import type { JsonpathHint } from '../language/engines.ts';
import { DEEP, EACH, type Path, type Step } from '../language/paths.ts';
import { isDescendant, readQuery } from '../operators/jsonpath-query.ts';
import { equalTo, type Hint, reaching } from './keys.ts';

const { expressions, selectors } = jsonpath;

type Expression = jsonpath.expressions.FilterExpression;

/**
 * What a query asks of one field, out of its first filter: `$.data.items[?@.price > 9 && @.sku == 'a']` selects
 * nothing unless some item's `sku` is `a`.
 */
export function jsonpathHint(query: string): JsonpathHint | undefined {
  const { segments } = readQuery(query);
  const path: Step[] = [];
  for (const segment of segments) {
    const [selector] = segment.selectors;
    if (segment.selectors.length !== 1) return undefined;
    if (isDescendant(segment)) path.push(DEEP);
    if (selector instanceof selectors.FilterSelector) {
      const hints = hintsOf(selector.expression);
      const hint = hints.find(({ kind }) => kind === 'equal') ?? hints[0];
      return hint && { ...hint, path: [...path, EACH, ...hint.path] };
    }
    path.push(selector instanceof selectors.NameSelector ? selector.name : EACH);
  }
  return undefined;
}

/** From the value that a filter is held against. */
type LocalHint = Hint & { readonly path: Path };

/** Of comparisons that must all hold. */
function hintsOf(expression: Expression): LocalHint[] {
  if (expression instanceof expressions.LogicalExpression) return hintsOf(expression.expression);
  if (!(expression instanceof expressions.InfixExpression)) return [];
  const { operator, left, right } = expression;
  if (operator === '&&') return [...hintsOf(left), ...hintsOf(right)];
  const hint = ofComparison(left, operator, right) ?? ofComparison(right, MIRRORED[operator], left);
  return hint ? [hint] : [];
}

const MIRRORED: Readonly<Record<string, string>> = { '==': '==', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function ofComparison(
  field: Expression,
  operator: string | undefined,
  literal: Expression,
): LocalHint | undefined {
  const path = pathOf(field);
  const value = literalOf(literal);
  if (!path || value === undefined || operator === undefined) return undefined;
  if (operator === '==') return { ...equalTo(value), path };
  if (typeof value !== 'number' || !/^[<>]/.test(operator)) return undefined;
  return { ...reaching(operator.startsWith('>') ? 'above' : 'below', value), path };
}

/** Of a query from the value at hand by names alone. */
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
