import { isSameText } from '../values/timing-safe-equal.ts';

/** What a distribution adds to each request, where the API takes no others. Viewers' own headers of this name are replaced. */
export const EDGE_HEADER = 'posthorn-edge';

/**
 * Whether a request came through the distribution.
 * @param secret what the distribution sends
 * @param headers with names in lower case
 */
export const cameThroughEdge = (
  secret: string,
  headers: Readonly<Record<string, string | undefined>> | undefined,
): boolean => {
  const given = headers?.[EDGE_HEADER];
  return given !== undefined && isSameText(secret, given);
};
