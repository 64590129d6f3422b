/** What the tests of a file have opened, to be closed after them. One process runs several files, and loads this once. */
const closers: (() => unknown)[] = [];

/** Does something when the tests of this file are over. */
export const onFileEnd = (close: () => unknown): void => void closers.push(close);

export async function endFile(): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()));
}
