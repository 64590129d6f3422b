/** What went wrong with an attempt, in words that an endpoint's owner understands. Pure. */

/** Errors as the API names them, where no answer came. */
const ERRORS: Readonly<Record<string, string>> = {
  timeout: 'no answer in time',
  dns: 'the name could not be resolved',
  refused: 'the connection was refused',
  reset: 'the connection was cut',
  unreachable: 'the host could not be reached',
  tls: 'the TLS handshake failed',
  protocol: 'the answer was not HTTP',
  forbidden_address: 'the address is not of the public internet',
  network: 'the network failed',
  transform: 'the transformation failed',
  credentials: 'a token, role or certificate could not be had',
  unsendable: 'it can’t be sent to this kind of endpoint',
  not_acknowledged: 'fetched, and not acknowledged in time',
  released: 'fetched, and given back',
  not_fetched: 'not fetched in time',
};

const MEANINGS: Readonly<Record<number, string>> = {
  301: 'moved',
  302: 'moved',
  307: 'moved',
  308: 'moved',
  400: 'bad request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not found',
  405: 'method not allowed',
  408: 'request timeout',
  409: 'conflict',
  410: 'gone',
  413: 'too large',
  415: 'wrong content type',
  422: 'unprocessable',
  429: 'too many requests',
  500: 'server error',
  502: 'bad gateway',
  503: 'unavailable',
  504: 'gateway timeout',
};

interface Failure {
  readonly statusCode?: number | undefined;
  readonly error?: string | undefined;
  readonly verdict?: string | undefined;
}

/** What an answer means that does not say so by its status. */
const VERDICTS: Readonly<Record<string, string>> = {
  retry: 'not accepted',
  throttled: 'too many requests',
  final: 'refused',
  gone: 'gone',
};

/** `503 unavailable`, `timeout after 15 s`. @param timeoutSeconds of the endpoint, where that is known */
export function failureText({ statusCode, error, verdict }: Failure, timeoutSeconds?: number): string {
  if (statusCode !== undefined) {
    const isGood = statusCode >= 200 && statusCode < 300;
    const meaning = isGood && verdict !== undefined ? VERDICTS[verdict] : MEANINGS[statusCode];
    return meaning ? `${statusCode} ${meaning}` : String(statusCode);
  }
  if (error === 'timeout' && timeoutSeconds !== undefined) return `timeout after ${timeoutSeconds} s`;
  return error === undefined ? 'no answer' : (ERRORS[error] ?? error);
}

/** A class of failures, as metrics count them: `5xx`, `timeout`. */
export const failureClassText = (name: string): string =>
  /^\dxx$/.test(name) ? `answers ${name}` : (ERRORS[name] ?? name);
