import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The Node that runs the tests, and others that this machine has. */
export const nodes: ReadonlySet<string> = new Set([
  process.execPath,
  ...(process.env.PATH ?? '')
    .split(delimiter)
    .map((each) => join(each, 'node'))
    .filter((path) => existsSync(path))
    .map((path) => realpathSync(path)),
]);
