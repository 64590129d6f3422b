import { typeMatcher } from '../../events/type-index.ts';
import { type Facts, printed, valueAt } from './facts.ts';

/** How one of a few values follows from an event, such as a severity. The first of these that says one. */
export interface Choice<V extends string> {
  /** Where the payload says it. */
  readonly path?: string | undefined;
  /** What is meant by what stands there. */
  readonly values?: Readonly<Record<string, V>> | undefined;
  /** By the event's type; the first that fits. */
  readonly events?: readonly { readonly type: string; readonly is: V }[] | undefined;
  readonly otherwise?: V | undefined;
}

/** What a service offers to choose from. */
export interface Options<V extends string> {
  readonly all: readonly V[];
  /** What common words mean, in lower case. */
  readonly words: Readonly<Record<string, V>>;
  /** Where nothing else says it. */
  readonly by: (facts: Facts) => V;
}

export function chosen<V extends string>(
  facts: Facts,
  { path, values = {}, events = [], otherwise }: Choice<V> = {},
  { all, words, by }: Options<V>,
): V {
  const said = path === undefined ? '' : printed(valueAt(facts, path)).trim();
  return (
    memberOf(values, said) ??
    all.find((one) => one.toLowerCase() === said.toLowerCase()) ??
    memberOf(words, said.toLowerCase()) ??
    events.find(({ type }) => typeMatcher([type])(facts.type))?.is ??
    otherwise ??
    by(facts)
  );
}

/** Whether a choice can come to a value at all. */
export const mayBe = <V extends string>(choice: Choice<V> | undefined, value: V): boolean =>
  choice?.path !== undefined ||
  choice?.otherwise === value ||
  (choice?.events ?? []).some(({ is }) => is === value);

const memberOf = <V>(values: Readonly<Record<string, V>>, name: string): V | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

/** What severities are called, in a few families of programs. */
export const severityWords = <V extends string>(
  critical: V,
  error: V,
  warning: V,
  info: V,
  success: V,
): Record<string, V> => ({
  ...words(critical, 'critical', 'crit', 'fatal', 'emergency', 'emerg', 'alert', 'panic'),
  ...words(error, 'error', 'err', 'high', 'severe', 'major'),
  ...words(warning, 'warning', 'warn', 'medium', 'moderate', 'minor'),
  ...words(info, 'info', 'information', 'informational', 'notice', 'low', 'debug', 'trace'),
  ...words(success, 'success', 'ok', 'good', 'resolved', 'recovered'),
});

export const words = <V extends string>(value: V, ...names: readonly string[]): Record<string, V> =>
  Object.fromEntries(names.map((name) => [name, value]));
