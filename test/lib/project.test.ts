import { existsSync, readFileSync } from 'node:fs';
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
