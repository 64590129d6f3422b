import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ASSETS, PAGES, type PageFile } from '../../lambdas/api/page-list.ts';

const { resolve } = createRequire(import.meta.url);

/** Paths of the documentation pages' files on the deploying machine. */
export const pageFiles = (): string[] =>
  Object.entries<PageFile>({ ...PAGES, ...ASSETS }).map(([name, { from }]) =>
    from === 'pages'
      ? fileURLToPath(new URL(`../../lambdas/functions/docs/pages/${name}`, import.meta.url))
      : resolve(`${from}/${name}`),
  );
