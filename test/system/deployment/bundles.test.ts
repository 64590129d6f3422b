import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, inject, it } from 'vitest';

interface Resources {
  readonly [id: string]: { readonly Metadata?: { readonly 'aws:asset:path'?: string } };
}

/** The text of all files that are read when a function starts. @param id how its logical id begins */
function startOf(id: string): string {
  const assembly = inject('assemblyDir');
  for (const template of globSync('*.template.json', { cwd: assembly })) {
    const { Resources } = JSON.parse(readFileSync(join(assembly, template), 'utf8')) as {
      Resources: Resources;
    };
    const found = Object.entries(Resources).find(([name]) => name.startsWith(id));
    const asset = found?.[1].Metadata?.['aws:asset:path'];
    if (asset) return withImports(join(assembly, asset, 'index.mjs'), new Set());
  }
  throw new Error(`no function ${id}`);
}

/** Static imports are `from"./x.mjs"` and `import"./x.mjs"`; dynamic ones have a bracket. */
function withImports(file: string, seen: Set<string>): string {
  if (seen.has(file)) return '';
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  const imports = [...text.matchAll(/(?:from|import)\s*"(\.\/[^"]+)"/g)];
  return text + imports.map(([, path]) => withImports(join(dirname(file), path!), seen)).join('');
}

it.each([
  ['Ingest', 'the client of SQS', 'SendMessageBatch', true],
  ['Ingest', 'the operations of DynamoDB', 'BatchWriteItem', false],
  ['Ingest', 'the client of S3', 'S3ServiceException', false],
  ['Ingest', 'the compiler of JSON Schemas', '$dynamicRef', false],
  ['Ingest', 'the schemas of the API', 'ZodError', false],
  ['Manage', 'the client of SQS', 'SendMessageBatch', true],
  ['Manage', 'what it asks of CloudWatch', 'ApproximateAgeOfOldestMessage', false],
  ['Manage', 'the client of S3', 'S3ServiceException', false],
  ['DispatchStandard', 'the client of S3', 'S3ServiceException', false],
  ['Fanout', 'the operations of DynamoDB', 'BatchWriteItem', true],
  ['Fanout', 'the SDK', 'middlewareStack', false],
  ['LivePush', 'the SDK', 'middlewareStack', true],
  ['Fanout', 'the client of S3', 'S3ServiceException', false],
  ['Fanout', 'the engine of regular expressions', 'error parsing regexp', false],
  ['DeadLetterWriter', 'the client of SNS', 'AmazonSimpleNotificationService', false],
  ['DispatchSlow', 'the client of SNS', 'AmazonSimpleNotificationService', false],
  // `z.core` as a value keeps all of Zod, some 390 kB.
  ['DispatchSlow', 'all of Zod', 'json-schema.org/draft-07', false],
  ['Fanout', 'all of Zod', 'json-schema.org/draft-07', false],
  ['Authorize', 'all of Zod', 'json-schema.org/draft-07', false],
  ['Fanout', 'the engine of JSONPath', 'JSONPathSyntaxError', false],
])('%s starts with %s: (%s) %s', (name, _, mark, isLoaded) => {
  expect(startOf(`${name}Function`).includes(mark)).toBe(isLoaded);
});
