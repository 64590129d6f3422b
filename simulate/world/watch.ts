/** What can be seen from outside of the functions. Invariants and figures are made of it. */
export interface Watcher {
  /** A producer has its 202. `id` is the event's, as answered. */
  accepted?(event: AcceptedEvent): void;
  /** An item was written, or removed: then `after` is undefined. Attributes are typed, as DynamoDB stores them. */
  wrote?(write: TableWrite): void;
  /** A request reached an endpoint. */
  reached?(request: EndpointRequest): void;
  /** A request's answer, or its end without one, is known to dispatch. */
  answered?(answer: EndpointAnswer): void;
  /** A message was put into a queue, or moved there as a dead letter. */
  sent?(message: { readonly queue: string; readonly body: string; readonly moved: boolean }): void;
  /** An invocation is over. */
  invoked?(invocation: InvocationEnd): void;
  /** A function printed a line. */
  printed?(line: { readonly functionName: string; readonly text: string }): void;
}

export interface AcceptedEvent {
  readonly tenant: string;
  readonly id: string;
  readonly type: string;
  readonly at: number;
}

type TypedItem = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface TableWrite {
  /** `config`, `log` or `state`. */
  readonly table: string;
  /** The function that wrote; `operator` for what the simulation itself does. */
  readonly caller: string;
  readonly before: TypedItem | undefined;
  readonly after: TypedItem | undefined;
}

export interface EndpointRequest {
  readonly number: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The environment that posts. */
  readonly instance: string;
}

export interface EndpointAnswer {
  /** Of the request. */
  readonly number: number;
  readonly status: number | undefined;
}

export interface InvocationEnd {
  readonly functionName: string;
  readonly instance: string;
  readonly ms: number;
  readonly isCold: boolean;
  /** Bytes of JSON that it held: of its event, and of all answers. */
  readonly held: { readonly event: number; readonly answers: number };
  readonly outcome: 'returned' | 'error' | 'timeout' | 'killed' | 'throttled';
}
