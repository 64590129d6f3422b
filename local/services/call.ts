/** One request to an emulated service, whichever way it came, and its answer. */
export interface ServiceCall {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer | string;
  /** Of the caller, from the signature; empty without one. */
  readonly accessKey: string;
  /** That the request is signed for, whose endpoint it would reach on AWS; empty without one. */
  readonly region: string;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}
