declare module 'dynalite' {
  import type { Server } from 'node:http';

  export default function dynalite(options?: {
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}

/** Its parsers of expressions, which it reads from this object at each call. */
declare module 'dynalite/db/*Parser.js' {
  /** What the names and values of a request mean, and which of them no expression has used yet. */
  interface Context {
    readonly attrNames?: Readonly<Record<string, string>>;
    readonly attrVals?: Readonly<Record<string, object>>;
    readonly unusedAttrNames: Record<string, unknown>;
    readonly unusedAttrVals: Record<string, unknown>;
  }

  const parser: {
    /** @returns an object that holds the values themselves, or a string that says what is wrong */
    parse(text: string, options: { readonly context: Context }): unknown;
  };
  export default parser;
}
