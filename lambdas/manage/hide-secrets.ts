import { mayUse } from '../access/scopes.ts';
import type { Caller } from '../http/caller.ts';

/** What stands for a value that is not shown: any may be a credential. */
export const HIDDEN = '[hidden]';

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
  readonly url: string;
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
        url: withoutQuery(view.url),
        ...(view.regions !== undefined && { regions: mapped(view.regions as Texts, withoutQuery) }),
      };

export const mapped = (
  texts: Texts,
  change: (text: string, name: string) => string,
): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, change(text, name)]));
