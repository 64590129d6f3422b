/** A request that is about to be sent. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  /** Without the credential: `Authorization` says `Bearer ***`. */
  readonly headers: Headers;
  /** As it is sent. It can hold secrets of targets. */
  text(): Promise<string>;
}

/** How a request has fared: with an answer, or without one. */
export interface ReceivedResponse {
  readonly method: string;
  readonly url: string;
  readonly tookMs: number;
  readonly status?: number;
  readonly headers?: Headers;
  /** Why there is no answer. */
  readonly error?: unknown;
  /** The body of the answer. It can hold secrets. */
  text(): Promise<string>;
}

/** To watch what is sent and what comes back. They are called for each try, and should not throw. */
export interface Hooks {
  readonly onRequest?: ((request: SentRequest) => void) | undefined;
  readonly onResponse?: ((response: ReceivedResponse) => void) | undefined;
}

type Fetch = (request: Request) => Promise<Response>;

/** A fetch that tells of itself. */
export function watched({
  fetch = (request) => globalThis.fetch(request),
  onRequest,
  onResponse,
}: Hooks & { readonly fetch?: Fetch | undefined }): Fetch {
  if (!onRequest && !onResponse) return fetch;
  return async (request) => {
    const { method, url } = request;
    onRequest?.(sentRequest(request));
    const startedAt = performance.now();
    const took = () => Math.round(performance.now() - startedAt);
    try {
      const response = await fetch(request);
      onResponse?.(received({ method, url, tookMs: took() }, response));
      return response;
    } catch (error) {
      onResponse?.({ method, url, tookMs: took(), error, text: async () => '' });
      throw error;
    }
  };
}

function sentRequest(request: Request): SentRequest {
  const headers = new Headers(request.headers);
  if (headers.has('authorization')) headers.set('authorization', 'Bearer ***');
  const copy = request.body ? request.clone() : undefined;
  return { method: request.method, url: request.url, headers, text: async () => (await copy?.text()) ?? '' };
}

function received(
  about: { readonly method: string; readonly url: string; readonly tookMs: number },
  response: Response,
): ReceivedResponse {
  const copy = response.clone();
  return { ...about, status: response.status, headers: response.headers, text: () => copy.text() };
}
