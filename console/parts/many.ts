/** What became of a list of calls. */
export interface ManyDone<T> {
  readonly failed: readonly { readonly thing: T; readonly error: unknown }[];
}

/** Browsers open six connections to a host; two are left for the page. */
const AT_ONCE = 4;

/**
 * Calls the API for each of some things, a few at a time. One that fails holds up no other.
 * @param onStep called with how many are done with, whether or not they worked
 */
export async function eachOf<T>(
  things: readonly T[],
  call: (thing: T) => Promise<unknown>,
  onStep: (finished: number) => void = () => {},
): Promise<ManyDone<T>> {
  const failed: { thing: T; error: unknown }[] = [];
  let next = 0;
  let finished = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < things.length; i = next++) {
      const thing = things[i]!;
      await call(thing).catch((error: unknown) => failed.push({ thing, error }));
      onStep(++finished);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { failed };
}

/** `2 of 12 failed: no such delivery (2)`. @param textOf an error's words @returns undefined when nothing failed */
export function failureText<T>(
  { failed }: ManyDone<T>,
  total: number,
  textOf: (error: unknown) => string,
): string | undefined {
  if (failed.length === 0) return undefined;
  const counts = new Map<string, number>();
  for (const { error } of failed) counts.set(textOf(error), (counts.get(textOf(error)) ?? 0) + 1);
  const texts = [...counts].map(([text, count]) => (count === 1 ? text : `${text} (${count} times)`));
  return `${failed.length} of ${total} failed: ${texts.join('; ')}`;
}
