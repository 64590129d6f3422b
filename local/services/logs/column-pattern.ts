/**
 * Patterns of lines whose columns are apart by blanks: `[ip, user, ..., status = 5*, bytes > 1000]`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-space-delimited-log-events.html
 */
import type { Filter } from './log-line.ts';
import { COMPARISONS, NUMBER, regexOf, wildcards } from './pattern-parts.ts';

/** Whether a column meets what is said of it. */
type Column = (value: string) => boolean;

/** @throws where the pattern is none, or says more than is known here */
export function columnFilter(pattern: string): Filter {
  const inner = /^\[(.*)\]$/s.exec(pattern)?.[1];
  if (inner === undefined) throw new Error(`filter pattern ${pattern}: expected ] at the end`);
  const names = inner.split(',').map((part) => part.trim());
  const gaps = names.filter((name) => name === '...').length;
  if (gaps > 1) throw new Error(`filter pattern ${pattern}: expected ... once`);
  const gap = names.indexOf('...');
  const columns = names.filter((name) => name !== '...').map((name) => columnOf(pattern, name));
  return ({ text }) => {
    const values = columnsIn(text);
    if (gap < 0 ? values.length !== columns.length : values.length < columns.length) return false;
    const behind = gap < 0 ? 0 : columns.length - gap;
    return columns.every((column, i) =>
      column(values[i < columns.length - behind ? i : values.length - columns.length + i]!),
    );
  };
}

/** A column in brackets or quotes holds blanks, and is compared without them around it. */
const columnsIn = (text: string): readonly string[] =>
  [...text.matchAll(/\[([^\]]*)\]|"([^"]*)"|(\S+)/g)].map(
    ([, bracketed, quoted, plain]) => bracketed ?? quoted ?? plain ?? '',
  );

function columnOf(pattern: string, text: string): Column {
  const conditions = text.split(/\s*(&&|\|\|)\s*/);
  if (conditions.length === 1) return conditionOf(pattern, text);
  const signs = new Set(conditions.filter((_, i) => i % 2 === 1));
  if (signs.size > 1) throw new Error(`filter pattern ${pattern}: && beside || is not implemented`);
  const parts = conditions.filter((_, i) => i % 2 === 0).map((each) => conditionOf(pattern, each));
  return signs.has('&&')
    ? (value) => parts.every((part) => part(value))
    : (value) => parts.some((part) => part(value));
}

function conditionOf(pattern: string, text: string): Column {
  if (/^\w+$/.test(text)) return () => true;
  const [, sign, value] = /^\w+\s*(!=|<=|>=|=|<|>)\s*(\S.*)$/.exec(text) ?? [];
  if (sign === undefined || value === undefined)
    throw new Error(
      `filter pattern ${pattern}: expected a name, or a condition such as status = 5*, got "${text}"`,
    );
  const isEqual = sign === '=';
  if (NUMBER.test(value)) {
    const limit = Number(value);
    return (column) =>
      NUMBER.test(column) === true ? COMPARISONS[sign]!(Number(column), limit) : sign === '!=';
  }
  if (!isEqual && sign !== '!=')
    throw new Error(`filter pattern ${pattern}: expected a number after ${sign}, got ${value}`);
  const regex = /^%(.+)%$/.exec(value)?.[1];
  const quoted = /^"(.*)"$/.exec(value)?.[1];
  const expression = regex === undefined ? wildcards(quoted ?? value) : regexOf(regex);
  return (column) => expression.test(column) === isEqual;
}
