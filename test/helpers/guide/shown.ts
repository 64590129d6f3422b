import { isObject } from '../../../lambdas/values/json.ts';
import { type Variables, valueNamed } from './curl.ts';

/** Stands for any text within a text, alone for any value, and as a member for any further members. */
const ANY = '…';

/** The differences between a value and what is shown, one a line. */
export function differences(shown: unknown, value: unknown, path = ''): string[] {
  if (shown === ANY) return [];
  if (typeof shown === 'string' && typeof value === 'string') {
    return patternOf(shown).test(value) ? [] : [different(path, shown, value)];
  }
  if (Array.isArray(shown) && Array.isArray(value)) return listDifferences(shown, value, path);
  if (isObject(shown) && isObject(value)) {
    const isOpenEnded = Object.hasOwn(shown, ANY);
    const names = new Set([...Object.keys(shown), ...(isOpenEnded ? [] : Object.keys(value))]);
    names.delete(ANY);
    return [...names].flatMap((name) => {
      const inner = path === '' ? name : `${path}.${name}`;
      if (!Object.hasOwn(shown, name)) return [`${inner}: not shown, is ${JSON.stringify(value[name])}`];
      if (!Object.hasOwn(value, name)) return [`${inner}: shown, is not there`];
      return differences(shown[name], value[name], inner);
    });
  }
  return Object.is(shown, value) ? [] : [different(path, shown, value)];
}

function listDifferences(shown: readonly unknown[], value: readonly unknown[], path: string): string[] {
  const isOpenEnded = shown.at(-1) === ANY;
  const items = isOpenEnded ? shown.slice(0, -1) : shown;
  if (isOpenEnded ? value.length < items.length : value.length !== items.length) {
    return [`${path}: shown with ${items.length} items, has ${value.length}: ${JSON.stringify(value)}`];
  }
  return items.flatMap((item, i) => differences(item, value[i], `${path}[${i}]`));
}

const different = (path: string, shown: unknown, value: unknown): string =>
  `${path}: shown as ${JSON.stringify(shown)}, is ${JSON.stringify(value)}`;

const patternOf = (shown: string): RegExp =>
  new RegExp(`^${shown.split(ANY).map(escaped).join('[\\s\\S]*')}$`);

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** A text in which the names of kept values, such as `$TARGET`, are replaced by the values. */
export const withKept = (shown: string, variables: Variables): string =>
  shown.replace(/\$([A-Z][A-Z_0-9]*)/g, (_, name: string) => valueNamed(name, variables));

/**
 * Whether an output is as it is shown. `…` stands for any text within a line, and for any lines where it stands alone. Gaps of
 * a table, two spaces and more, are as wide as its values ask for.
 */
export function isShown(shown: string, output: string): boolean {
  return linesFit(shown.split('\n'), output.replace(/\n$/, '').split('\n'));
}

function linesFit([first, ...rest]: readonly string[], lines: readonly string[]): boolean {
  if (first === undefined) return lines.length === 0;
  if (first.trim() === ANY) return [...lines, ''].some((_, skipped) => linesFit(rest, lines.slice(skipped)));
  const [line, ...others] = lines;
  return line !== undefined && linePattern(first).test(line.trimEnd()) && linesFit(rest, others);
}

const linePattern = (shown: string): RegExp =>
  new RegExp(
    `^${shown
      .split(ANY)
      .map((part) => escaped(part).replaceAll(/ {2,}/g, ' {2,}'))
      .join('.*')}$`,
  );
