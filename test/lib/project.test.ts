import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);

it.each(['package.json', 'tsconfig.json', 'cdk.json', 'bin', 'lib', 'lambdas', 'test', 'README.md'])(
  'has %s at its top (K8)',
  (name) => expect(existsSync(new URL(name, root))).toBe(true),
);

it('uses the libraries of the design (K8)', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  expect(Object.keys({ ...dependencies, ...devDependencies })).toEqual(
    expect.arrayContaining([
      'aws-cdk-lib',
      'constructs',
      '@aws-sdk/client-dynamodb',
      '@aws-sdk/lib-dynamodb',
      '@aws-sdk/client-sqs',
      '@aws-sdk/client-s3',
      '@middy/core',
      'vitest',
    ]),
  );
});

it('lets nothing in domain know AWS, files or the network', () => {
  const forbidden =
    /from '(@aws-sdk|aws-cdk-lib|aws-lambda|undici|node:(fs|http|https|net|dns|worker_threads))/;
  const folder = new URL('lambdas/domain/', root);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) {
    // It reads a text, and opens nothing.
    const text = readFileSync(new URL(file, folder), 'utf8').replace("import { isIP } from 'node:net'", '');
    expect(text, file).not.toMatch(forbidden);
  }
});
