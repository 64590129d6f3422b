import { mayUse } from '../access/scopes.ts';
import type { Caller } from '../http/caller.ts';
import { HIDDEN } from '../values/hidden.ts';
import { isObject } from '../values/json.ts';

export { HIDDEN };

type Texts = Readonly<Record<string, string>>;

const HIDDEN_QUERY = `?${HIDDEN}`;

/** Headers without their values. */
export const withoutValues = (headers: Texts): Record<string, string> => mapped(headers, () => HIDDEN);

/** A URL without the text of its query, such as `https://example.com/hook?[hidden]`. */
export function withoutQuery(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? url : url.slice(0, start) + HIDDEN_QUERY;
}

/** Puts back the values that were not shown. @param before as they are stored */
export const withValues = (headers: Texts, before: Texts = {}): Record<string, string> =>
  mapped(headers, (value, name) => (value === HIDDEN && Object.hasOwn(before, name) ? before[name]! : value));

/** Puts back the query that was not shown, if the rest of the URL is as it was. @param before as it is stored */
export const withQuery = (url: string, before: string | undefined): string =>
  before !== undefined && isQueryHidden(url) && withoutQuery(before) === url ? before : url;

export const isQueryHidden = (url: string): boolean => url.endsWith(HIDDEN_QUERY);

interface ShowsUrls {
  /** There unless the target's kind has none. */
  readonly url?: string | undefined;
  /** URLs by region. */
  readonly regions?: unknown;
}

/** A URL for its caller. */
export const urlShownTo = (caller: Pick<Caller, 'scopes'> | undefined, url: string): string =>
  caller && mayUse(caller.scopes, 'manage') ? url : withoutQuery(url);

/** A view for its caller. Queries of URLs may hold a key, so only callers that may change a target see them. */
export const shownTo = <V extends ShowsUrls>({ scopes }: Pick<Caller, 'scopes'>, view: V): V =>
  mayUse(scopes, 'manage')
    ? view
    : {
        ...view,
        ...(view.url !== undefined && { url: withoutQuery(view.url) }),
        ...(view.regions !== undefined && { regions: mapped(view.regions as Texts, withoutQuery) }),
      };

export const mapped = (
  texts: Texts,
  change: (text: string, name: string) => string,
): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, change(text, name)]));

/**
 * Settings without what stands at these paths. A path is of names with dots between; a `*` stands for each member of an object.
 */
export const withoutSecrets = <S extends object>(settings: S, paths: readonly string[]): S =>
  paths.reduce((all, path) => changedAt(all, path.split('.'), () => HIDDEN), settings);

/** Puts back what was not shown. @param before as they are stored */
export const withSecrets = <S extends object>(
  settings: S,
  paths: readonly string[],
  before: object | undefined,
): S =>
  paths.reduce(
    (all, path) =>
      changedAt(all, path.split('.'), (value, at) =>
        value === HIDDEN ? (valueAt(before, at) ?? value) : value,
      ),
    settings,
  );

/** Where a secret is still hidden: nothing stood for it. */
export function secretStillHidden(settings: object, paths: readonly string[]): string | undefined {
  let found: string | undefined;
  for (const path of paths) {
    changedAt(settings, path.split('.'), (value, at) => {
      if (value === HIDDEN) found ??= at.join('.');
      return value;
    });
  }
  return found;
}

type Change = (value: unknown, at: readonly string[]) => unknown;

/** A copy in which the values at a path are changed; what is not there stays away. */
function changedAt<V extends object>(
  value: V,
  [name = '', ...rest]: readonly string[],
  change: Change,
  above: readonly string[] = [],
): V {
  const names = name === '*' ? Object.keys(value) : [name].filter((one) => Object.hasOwn(value, one));
  const members = names.map((one) => {
    const inner = (value as Record<string, unknown>)[one];
    const at = [...above, one];
    if (inner === undefined) return [one, inner];
    if (rest.length === 0) return [one, change(inner, at)];
    return [one, isObject(inner) ? changedAt(inner, rest, change, at) : inner];
  });
  return { ...value, ...Object.fromEntries(members) };
}

const valueAt = (value: unknown, at: readonly string[]): unknown =>
  at.reduce<unknown>(
    (inner, name) => (isObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined),
    value,
  );
