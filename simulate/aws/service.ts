/** A request of a function to a service of AWS. */
export interface ServiceCall {
  /** The function's name. */
  readonly caller: string;
  /** Such as `BatchWriteItem`. */
  readonly operation: string;
  readonly input: object;
  /** Of the request's body. */
  readonly bytes: number;
  /** The trace header of the invocation that makes it, with its lineage. */
  readonly trace: string | undefined;
}

export interface ServiceAnswer {
  readonly status: number;
  /** As the service's API reference has it. An error has its code in `__type`. */
  readonly body: object;
}

/** A service in virtual time. */
export interface Service {
  /** From the request to its answer, with the way there and back. Milliseconds. */
  latencyMs(call: ServiceCall): number;
  /** Does what is asked for, at the moment in which the service does it: half of the latency after the request. */
  serve(call: ServiceCall): ServiceAnswer;
}

/** A fault of the service's own, which the caller tries again. */
export const UNAVAILABLE: ServiceAnswer = {
  status: 503,
  body: { __type: 'ServiceUnavailable', message: 'Service unavailable (simulated)' },
};

/** A refusal for requests that come too fast. Clients try again, more slowly. */
export const THROTTLED: ServiceAnswer = {
  status: 400,
  body: { __type: 'ThrottlingException', message: 'Rate exceeded (simulated)' },
};

/** How long something takes: half of the times under `p50`, all but one of a hundred under `p99`. Milliseconds. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
}
