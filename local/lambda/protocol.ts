/**
 * Messages between the main thread and a function's worker, which go in parcels: those of one turn of the sender's event
 * loop are one array. Events and results travel as JSON text.
 */
import type { ServiceAnswer, ServiceCall } from '../services/call.ts';

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stack: string;
}

export interface Settings {
  readonly moduleUrl: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  /** The address of the emulated services, `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  /** See SimulatedClock. */
  readonly clock?: SharedArrayBuffer | undefined;
}

export interface Invoke {
  readonly kind: 'invoke';
  readonly requestId: string;
  readonly event: string;
  /** See lineage.ts. */
  readonly trace: string;
  /** Epoch milliseconds at which the invocation times out. */
  readonly deadline: number;
}

/** A call to an emulated service. Its invocation may end before its answer comes. */
export interface Call extends Omit<ServiceCall, 'accessKey' | 'region'> {
  readonly kind: 'call';
  readonly id: number;
}

export type ToWorker =
  | Invoke
  | { readonly kind: 'answer'; readonly id: number; readonly answer: ServiceAnswer & { body: string } };

export type ToMain =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unloadable'; readonly error: FunctionError }
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'threw'; readonly error: FunctionError }
  | { readonly kind: 'printed'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | Call;

/** How an invocation ended. */
export type Invocation =
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'failed'; readonly cause: 'error' | 'timeout' | 'crash'; readonly error: FunctionError };

export function failed(
  cause: 'error' | 'timeout' | 'crash',
  errorType: string,
  errorMessage: string,
): Invocation {
  return { kind: 'failed', cause, error: { errorType, errorMessage, stack: '' } };
}
