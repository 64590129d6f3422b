import type { OperationName } from '../../client/index.ts';
import info from '../operations.gen.json' with { type: 'json' };

/** What the OpenAPI document says of an operation, as far as options and help need it. */
export interface OperationInfo {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** Parameters of the path, in their order. */
  readonly params: readonly Field[];
  readonly query: readonly Field[];
  readonly body?: { readonly required: boolean; readonly fields: readonly Field[] };
}

export interface Field {
  readonly name: string;
  /** `json`: anything else, written as JSON. */
  readonly type: 'text' | 'texts' | 'time' | 'number' | 'boolean' | 'json';
  readonly description?: string;
  readonly choices?: readonly string[];
  readonly required?: true;
}

export const OPERATION_INFO = info as unknown as Readonly<Record<OperationName, OperationInfo>>;
