/** What a file's tests opened and must close. One process runs several files and loads this module once. */
const closers: (() => unknown)[] = [];

/** Runs `close` after the tests of this file. */
export const onFileEnd = (close: () => unknown): void => void closers.push(close);

export async function endFile(): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()));
}
