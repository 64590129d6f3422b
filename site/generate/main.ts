import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DIAGRAMS } from '../diagrams/diagrams.ts';
import { draw } from '../diagrams/draw.ts';
import { ROOT } from '../root.ts';
import { errorsPage } from './errors.ts';
import { eventsPage } from './events.ts';
import { limitsPage } from './limits.ts';
import { metricsPage } from './metrics.ts';

const page = (text: string): string =>
  `<!-- Made by npm run docs:generate: change what it is made of, not this page. -->\n\n${text.trimEnd()}\n`;

/** What is made of declarations and kept in docs/, by its path from the project's root. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  'docs/errors.md': () => page(errorsPage()),
  'docs/events.md': () => page(eventsPage()),
  'docs/limits.md': () => page(limitsPage()),
  'docs/metrics.md': () => page(metricsPage()),
  ...Object.fromEntries(
    Object.entries(DIAGRAMS).map(([name, diagram]) => [`docs/pictures/${name}`, () => draw(diagram)]),
  ),
};

/** Writes what differs. `npm run docs:generate` */
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [path, make] of Object.entries(GENERATED)) {
    const [file, text] = [join(ROOT, path), make()];
    if (readText(file) === text) continue;
    writeFileSync(file, text);
    console.log(`wrote ${path}`);
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
