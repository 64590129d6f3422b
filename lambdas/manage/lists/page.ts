import type { Order } from '../../api/lists.ts';
import { LIMIT } from '../../api/schemas.ts';
import { invalid } from '../../http/errors.ts';
import { isUlid, type Prefix, ulidOf, withPrefix } from '../../values/ids.ts';

export interface Page {
  /** Whether the list begins with what is newest. */
  readonly newestFirst: boolean;
  readonly limit: number;
  /** The place of the last item of the page before. */
  readonly cursor: string | undefined;
}

interface PageQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly order?: Order | undefined;
}

/**
 * The page that a list's query asks for. A cursor is a place in an order, by default a ULID, among the caller's own data: it
 * can name nothing of another tenant.
 */
export function pageOf(
  { limit = LIMIT.default, cursor, order }: PageQuery,
  isCursor: (text: string) => boolean = isUlid,
): Page {
  if (cursor !== undefined && !isCursor(cursor)) {
    throw invalid('expected the `next` of the page before', 'cursor');
  }
  return { newestFirst: order !== 'oldest', limit, cursor };
}

/** Lambda answers with at most 6 MB; escaped once more in the answer's envelope, a page may be half of that. */
const MAX_PAGE_BYTES = 3_000_000;

/** One item of a list, and the cursor of a page that ends with it. */
export interface Listed<V> {
  /** Undefined when it is gone. */
  readonly view: V | undefined;
  readonly cursor: string;
}

export interface PageOf<V> {
  items: V[];
  next: string | null;
}

/**
 * A page of a list. A full page has a next one; so has a page that was cut because it would have been too large.
 * @param more where the list goes on behind these, if the caller knows
 */
export function pageAnswer<V>(
  listed: readonly Listed<V>[],
  { limit }: Pick<Page, 'limit'>,
  more?: string,
): { status: 200; body: PageOf<V> } {
  const shown: Listed<V>[] = [];
  let bytes = 0;
  for (const one of listed) {
    bytes += Buffer.byteLength(JSON.stringify(one.view ?? ''));
    if (shown.length > 0 && bytes > MAX_PAGE_BYTES) break;
    shown.push(one);
  }
  const isCut = shown.length < listed.length;
  const rest = more ?? (shown.length < limit ? null : shown.at(-1)!.cursor);
  const items = shown.flatMap(({ view }) => view ?? []) as V[];
  return { status: 200, body: { items, next: isCut ? shown.at(-1)!.cursor : rest } };
}

/** A page of a list of which it is known whether it goes on. @param next the cursor of the next page, if there is one */
export const answerWithNext = <V>(listed: readonly Listed<V>[], next: string | undefined) =>
  pageAnswer(listed, { limit: Number.POSITIVE_INFINITY }, next);

/** The cursor of a page that ends with this id: its ULID. */
export const cursorOf = (prefix: Prefix, id: string): string => ulidOf(prefix, id)!;

/** The id that the page before ended with. */
export const idOfCursor = (prefix: Prefix, cursor: string | undefined): string | undefined =>
  cursor === undefined ? undefined : withPrefix(prefix, cursor);
