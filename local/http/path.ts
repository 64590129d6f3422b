/**
 * How an HTTP API treats a request's path. Pure. AWS documents that paths are decoded, not how; others captured this on
 * AWS (https://github.com/hotsock/voker/pull/8): the API decodes a path, cuts it at an escaped question mark, splits it
 * into segments, routes it, and decodes it once more. So `%2F` splits segments, `%3F` and the rest is lost, a lone
 * `%25` gets a 400, and a client has to escape these three twice.
 */

/** The path to route; undefined for a refused one. @param path as received, without a query */
export function routedPath(path: string): string | undefined {
  const once = decodedOnce(path)?.split('?', 1)[0];
  return once === undefined || decodedOnce(once) === undefined ? undefined : once;
}

/** A routed path, or part of one, as the function gets it. */
export const handedOver = (routed: string): string => decodedOnce(routed) ?? routed;

/** With its percent escapes resolved; undefined where one is broken. Bytes that are not UTF-8 become U+FFFD. */
function decodedOnce(text: string): string | undefined {
  if (!text.includes('%')) return text;
  if (/%(?![0-9a-f]{2})/i.test(text)) return undefined;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
