import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillBlocks } from './blocks.ts';
import { RESULTS, readResults } from './files.ts';
import { reportOf } from './report.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Pages with blocks that are made. */
const PAGES = ['README.md', 'docs/performance.md', 'docs/performance-tables.md'];
const PICTURES = 'docs/pictures/simulation';

/**
 * All files that the results make, by their paths from the project's root.
 * @throws ResultError for a file of results that is not as results are
 */
export function reportFiles(results: string = RESULTS, root: string = ROOT): Map<string, string> {
  const { blocks, pictures } = reportOf(readResults(results));
  return new Map([
    ...PAGES.map((page) => [page, fillBlocks(readFileSync(join(root, page), 'utf8'), blocks)] as const),
    ...Object.entries(pictures).map(([name, svg]) => [`${PICTURES}/${name}`, svg] as const),
  ]);
}

/**
 * `npm run simulate -- report`: writes the tables and pictures of the results that are there.
 * @returns the paths of the files, from the project's root
 * @throws ResultError for a file of results that is not as results are
 */
export function writeReport(): string[] {
  const files = reportFiles();
  for (const [path, text] of files) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  return [...files.keys()];
}
