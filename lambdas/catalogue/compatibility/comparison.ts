import type { Type } from './facts.ts';
import type { Finding } from './finding.ts';
import type { Budget, Schema } from './schema.ts';

/** Two sides that are compared at one place of a payload. */
export interface Comparison {
  /** Schemas that hold together on the side that should be narrower. What they refer to is among them. */
  readonly known: readonly Schema[];
  /** The types that they leave. */
  readonly types: ReadonlySet<Type>;
  /** The side that should be wider. */
  readonly wider: Schema;
  readonly path: string;
  readonly budget: Budget;
  /** Compares what is inside of the payload. */
  inside(narrower: readonly Schema[], wider: Schema, path: string): Finding[];
  /** Compares other schemas of the same part of the payload. */
  here(narrower: readonly Schema[], wider: Schema): Finding[];
}
