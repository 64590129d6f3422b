/** A request as somebody captured it. Nothing in it is trusted or changed. */
export interface Captured {
  /** In their order, with repetitions. */
  readonly headers: readonly Header[];
  /** Undefined where only headers were captured. */
  readonly body?: Uint8Array;
  /** Milliseconds since the epoch, where the capture says when it arrived. */
  readonly at?: number;
}

export interface Header {
  /** In lower case. */
  readonly name: string;
  /** As it stands, without spaces around it. */
  readonly value: string;
}

export const header = (name: string, value: string): Header => ({
  name: name.trim().toLowerCase(),
  value: value.trim(),
});

/** All values of a header. */
export const valuesOf = (headers: readonly Header[], name: string): string[] =>
  headers.filter((one) => one.name === name).map(({ value }) => value);
