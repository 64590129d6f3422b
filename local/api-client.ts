/** A delivery as the API shows it. */
export interface DeliveryView {
  readonly id: string;
  readonly event: { readonly id: string };
  readonly status: string;
  readonly reason?: string;
  readonly nextAttemptAt?: string;
  readonly attempts: readonly {
    readonly number: number;
    readonly statusCode?: number;
    readonly error?: string;
    readonly at: string;
  }[];
}

interface NewSubscription {
  readonly url: string;
  readonly events: readonly string[];
  readonly [option: string]: unknown;
}

export interface ApiClient {
  /** Any request. @throws Error that quotes the answer when its status is not a success */
  call<T>(method: string, path: string, body?: string | object, headers?: Record<string, string>): Promise<T>;
  subscribe(wanted: NewSubscription): Promise<{ id: string; secret: string; targetId: string }>;
  publish(type: string, data: unknown, id?: string): Promise<{ id: string }>;
  /** @param json `{"events": […]}`, sent as it is */
  publishBatch(json: string): Promise<{ events: { id: string }[] }>;
  /** All deliveries, page after page. */
  deliveriesOf(subscription: string): Promise<DeliveryView[]>;
}

/** The API as the demo, the benchmarks and the tests call it. */
export function apiClient(url: string, key: string): ApiClient {
  const call: ApiClient['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    call,
    subscribe: (wanted) => call('POST', '/v1/subscriptions', wanted),
    publish: (type, data, id) => call('POST', '/v1/events', { type, data, ...(id && { id }) }),
    publishBatch: (json) => call('POST', '/v1/events/batch', json),
    async deliveriesOf(subscription) {
      const all: DeliveryView[] = [];
      let cursor = '';
      do {
        const path = `/v1/subscriptions/${subscription}/deliveries?limit=200${cursor && `&cursor=${cursor}`}`;
        const page = await call<{ items: DeliveryView[]; next: string | null }>('GET', path);
        all.push(...page.items);
        cursor = page.next ?? '';
      } while (cursor);
      return all;
    },
  };
}
