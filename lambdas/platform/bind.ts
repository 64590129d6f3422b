/** A function of a store, whose first parameter is its table. */
// biome-ignore lint/suspicious/noExplicitAny: parameters are in a contravariant place, so only any takes all functions
type OfTable = (table: string, ...rest: any[]) => unknown;

/** The same functions, without their first parameter. */
export type Bound<F> = {
  readonly [K in keyof F]: F[K] extends (table: string, ...rest: infer A) => infer R
    ? (...rest: A) => R
    : never;
};

/** Binds functions of a store to their table, so that only the composition root knows it. */
export const bind = <F extends Readonly<Record<string, OfTable>>>(functions: F, table: string): Bound<F> =>
  Object.fromEntries(
    Object.entries(functions).map(([name, fn]) => [name, (...rest: unknown[]) => fn(table, ...rest)]),
  ) as Bound<F>;
