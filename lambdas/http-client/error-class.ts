const BY_CODE: Record<string, ErrorClass> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'timeout',
  FORBIDDEN_ADDRESS: 'forbidden_address',
  EPROTO: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
  UNABLE_TO_GET_ISSUER_CERT: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
};

const BY_PREFIX: [string, ErrorClass][] = [
  ['ERR_TLS_', 'tls'],
  ['ERR_SSL_', 'tls'],
  ['CERT_', 'tls'],
  // Node's HTTP parser: the answer is not HTTP, or not as it should be.
  ['HPE_', 'protocol'],
];

/**
 * Why a request got no answer, from the code that Node.js or OpenSSL put on the error or on what caused
 * it. Anything unknown is `network`.
 */
export function classifyError(error: unknown): ErrorClass {
  for (let e = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    if (e.name === 'TimeoutError') return 'timeout';
    const code = (e as NodeJS.ErrnoException).code;
    const found = code === undefined ? undefined : classOfCode(String(code));
    if (found) return found;
  }
  return 'network';
}

/** Whether a request failed because this process may open no more files, which no endpoint can help. */
export const isOurFault = (error: unknown): boolean =>
  error instanceof Error && ['EMFILE', 'ENFILE'].includes(String((error as NodeJS.ErrnoException).code));

const classOfCode = (code: string): ErrorClass | undefined =>
  BY_CODE[code] ?? BY_PREFIX.find(([prefix]) => code.startsWith(prefix))?.[1];

/** Why an attempt failed without an answer. */
export const ERROR_CLASSES = [
  'timeout',
  'dns',
  'refused',
  'reset',
  'unreachable',
  'tls',
  'protocol',
  /** The target's name leads to an address that is not of the public internet. Nothing was sent. */
  'forbidden_address',
  'network',
  /** The target's transformation made no request of the event. Nothing was sent. */
  'transform',
  /** A token, a role or a certificate that the request needs could not be had. Nothing was sent. */
  'credentials',
  /** The event can't be sent to what the target is, for instance since it is too large. Nothing was sent. */
  'unsendable',
  /** Whoever had fetched it did not acknowledge it in time. */
  'not_acknowledged',
  /** Whoever had fetched it gave it back. */
  'released',
  /** Nobody fetched it within its day. */
  'not_fetched',
] as const;

export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** Failures of what is fetched, not sent. */
const FETCHES: ReadonlySet<ErrorClass | undefined> = new Set([
  'not_acknowledged',
  'released',
  'not_fetched',
] as const);

/** Whether an attempt was a fetch that came to nothing, or says that there was none. */
export const isFetchError = (error: ErrorClass | undefined): boolean => FETCHES.has(error);
