/** A change of a source file, as text. */
export interface SourceEdit {
  /** In lambdas/, such as `hold-queue/drain.ts`. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A fault of the functions' code, made by edits of today's sources. */
export interface PutBack {
  /** Such as `probe-timeout-closes`. */
  readonly name: string;
  /** What goes wrong, in one sentence. */
  readonly says: string;
  readonly edits: readonly SourceEdit[];
}
