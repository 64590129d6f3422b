import type { Metafile } from 'esbuild';
import { expect, it } from 'vitest';
import { packageOf, partsOf } from '../../bench/bundles/bundle-parts.ts';
import { entryOf, nameOf } from '../../bench/bundles/bundles.ts';

const ENTRY = 'lambdas/functions/ingest/handler.ts';

type Kind = Metafile['inputs'][string]['imports'][number]['kind'];

const module = (...imports: [path: string, kind: Kind][]) => ({
  bytes: 1,
  imports: imports.map(([path, kind]) => ({ path, kind })),
});

it.each([
  ['lambdas/functions/ingest/handler.ts', '(own)'],
  ['node_modules/ulid/dist/index.js', 'ulid'],
  ['node_modules/@smithy/core/dist-es/index.js', '@smithy/core'],
  ['node_modules/@aws-sdk/core/node_modules/fast-xml/x.js', 'fast-xml'],
  ['../elsewhere/node_modules/zod/v4/core.js', 'zod'],
])('%s is of the package %s', (path, name) => {
  expect(packageOf(path)).toBe(name);
});

it('what only a dynamic import reaches is not run at load, what it shares with the entry is', () => {
  const metafile = {
    inputs: {
      [ENTRY]: module(['lambdas/lazy.ts', 'dynamic-import'], ['node_modules/a/x.js', 'import-statement']),
      'lambdas/lazy.ts': module(
        ['node_modules/a/y.js', 'import-statement'],
        ['node_modules/b/z.js', 'require-call'],
      ),
      'node_modules/a/x.js': module(['node_modules/c/c.js', 'require-call']),
      'node_modules/a/y.js': module(['node_modules/a/x.js', 'import-statement']),
      'node_modules/b/z.js': module(),
      'node_modules/c/c.js': module([ENTRY, 'import-statement']),
    },
    outputs: {
      'index.mjs': {
        bytes: 63,
        imports: [],
        exports: [],
        inputs: {
          [ENTRY]: { bytesInOutput: 1 },
          'lambdas/lazy.ts': { bytesInOutput: 2 },
          'node_modules/a/x.js': { bytesInOutput: 4 },
          'node_modules/a/y.js': { bytesInOutput: 8 },
          'node_modules/b/z.js': { bytesInOutput: 16 },
          'node_modules/c/c.js': { bytesInOutput: 32 },
        },
      },
    },
  };
  expect(partsOf(metafile, ENTRY)).toEqual({
    packages: [
      { name: 'c', atLoad: 32, later: 0 },
      { name: 'a', atLoad: 4, later: 8 },
      { name: '(own)', atLoad: 1, later: 2 },
      { name: 'b', atLoad: 0, later: 16 },
    ],
    atLoad: 37,
    later: 26,
  });
});

it('a function has the name of its construct', () => {
  expect(nameOf({ Metadata: { 'aws:cdk:path': 'local/api/Ingest/Function/Resource' } })).toBe('Ingest');
});

it('source maps tell the handler that a bundle was made of', () => {
  const maps = [{ sources: ['../../lambdas/values/ids.ts'] }, { sources: [`../../${ENTRY}`] }];
  expect(entryOf(maps.map((map) => JSON.stringify(map)))).toBe(ENTRY);
  expect(() => entryOf(['{"sources":["index.ts"]}'])).toThrow('source maps');
});
