import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the package that a file is of. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** Names and licences of the packages that these files are of, with their texts. @param paths any files; those of no package are left out */
export function licencesOf(paths: readonly string[]): string {
  const folders = new Set(paths.flatMap((path) => PACKAGE.exec(path)?.[0] ?? []));
  const licences = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const texts = globSync('{LICENSE,LICENCE,license,licence}*', { cwd: folder });
    return [
      `${name} ${version} (${license})`,
      ...texts.map((text) => readFileSync(join(folder, text), 'utf8')),
    ].join('\n\n');
  });
  return `${[...new Set(licences)].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
