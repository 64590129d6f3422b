import { readResults, writeResult } from './files.ts';
import { writeReport } from './write.ts';

/**
 * `npm run simulate -- report`. Files that `--json` wrote into simulate/results/ are first checked, and written as they are kept.
 * @throws ResultError for a file of results that is not as results are
 */
export async function run({ print }: { print(text: string): void }): Promise<undefined> {
  for (const result of Object.values(readResults())) print(writeResult(result));
  for (const path of writeReport()) print(path);
}
