/**
 * What an HTTP API makes of a request's path. Pure. AWS documents that paths are decoded and not how; this was captured
 * on AWS by others (https://github.com/hotsock/voker/pull/8): a path is decoded, cut at a question mark that was
 * escaped, parted into segments and routed, and then decoded once more. So `%2F` parts segments, `%3F` and what follows
 * is lost, a lone `%25` is refused with 400, and a client has to escape these three twice to have them arrive.
 */

/** The path that is routed; undefined for one that is refused. @param path as received, without a query */
export function routedPath(path: string): string | undefined {
  const once = decodedOnce(path)?.split('?', 1)[0];
  return once === undefined || decodedOnce(once) === undefined ? undefined : once;
}

/** A routed path, or part of one, as the function gets it. */
export const handedOver = (routed: string): string => decodedOnce(routed) ?? routed;

/** With its percent escapes resolved; undefined where one is broken. Bytes that are not UTF-8 become U+FFFD. */
function decodedOnce(text: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(text)) return undefined;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
