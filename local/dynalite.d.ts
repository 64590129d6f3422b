declare module 'dynalite' {
  import type { Server } from 'node:http';

  export default function dynalite(options?: {
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}

/** Its rules for values and keys, and the place where it makes its store. */
declare module 'dynalite/db/index.js' {
  type Value = import('./services/dynamodb/values.ts').Value;
  type Item = import('./services/dynamodb/values.ts').Item;
  type Description = import('./services/dynamodb/table.ts').Description;
  type KeySchema = Description['KeySchema'];

  const db: {
    create(options: object): object;
    /** Whether a comparator or function holds for a value and others. */
    compare(operator: string, value: unknown, others: readonly unknown[]): unknown;
    validationError(message: string): Error;
    itemSize(item: Item, isPacked?: boolean, withOverhead?: boolean, rangeKey?: string): number;
    mapPaths(paths: readonly (readonly (string | number)[])[], item: Item): Item;
    hashPrefix(hash: string, hashType: string, range?: string, rangeType?: string): string;
    toRangeStr(content: string, type: string): string;
    toLexiStr(content: string, type: string): string;
    createKey(item: Item, table: Description, schema?: KeySchema): string;
    createIndexKey(item: Item, table: Description, schema: KeySchema): string;
  };
  export default db;
}

declare module 'dynalite/validations/*.js' {
  type Types = object;
  type Custom = (data: object, store: object) => string | undefined;

  const validations: {
    /** Of one operation. */
    readonly types: Types;
    readonly custom: Custom;
    /** Of all: they throw what is wrong. */
    checkTypes(data: object, types: Types): object;
    checkValidations(data: object, types: Types, custom: Custom, store: object): void;
  };
  export default validations;
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
