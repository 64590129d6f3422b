import { LRUCache } from 'lru-cache';

/** Where a request goes, in the parts that Node.js takes. */
export interface Where {
  readonly isTls: boolean;
  /** As the header Host has it: with the port, unless that is the protocol's own. */
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly path: string;
  readonly servername?: string;
}

const MAX_URLS = 1000;
/** Taking a URL apart takes longer than signing a request to it, and targets get requests again and again. */
const known = new LRUCache<string, Where>({ max: MAX_URLS });

/** @throws TypeError when the text is no URL */
export function whereOf(text: string): Where {
  const before = known.get(text);
  if (before) return before;
  const url = new URL(text);
  const isTls = url.protocol === 'https:';
  const where = {
    isTls,
    host: url.host,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port,
    path: url.pathname + url.search,
    // Without the dot that ends a full name (RFC 6066, 3); Host has it (RFC 9110, 7.2), as curl and browsers do.
    ...(isTls && url.hostname.endsWith('.') && { servername: url.hostname.slice(0, -1) }),
  };
  known.set(text, where);
  return where;
}
