// biome-ignore lint/suspicious/noExplicitAny: parameters are in a contravariant place, so only any takes all functions
type AnyFunction = (...args: any[]) => unknown;

/** The error of a fault in a test. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

type Methods<S> = { [K in keyof S]: S[K] extends AnyFunction ? K : never }[keyof S];

/** Makes the next call of a method fail: `before` it does anything, or `after` its work, as when an answer is lost. */
export function failOnce<S extends object>(
  store: S,
  method: Methods<S>,
  when: 'before' | 'after' = 'before',
): void {
  const works = store[method] as AnyFunction;
  const once = async (...args: unknown[]): Promise<never> => {
    Object.assign(store, { [method]: works });
    if (when === 'after') await works(...args);
    throw new Fault(`${String(method)} fails`);
  };
  Object.assign(store, { [method]: once });
}

/** Runs a step just before the next call of a method, as when another function is quicker. */
export function beforeNext<S extends object>(
  store: S,
  method: Methods<S>,
  act: () => Promise<unknown> | unknown,
): void {
  const works = store[method] as AnyFunction;
  const once = async (...args: unknown[]): Promise<unknown> => {
    Object.assign(store, { [method]: works });
    await act();
    return works(...args);
  };
  Object.assign(store, { [method]: once });
}
