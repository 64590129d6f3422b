import { globSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { z } from 'zod';
import { isAllowed, wildcard } from '../core/iam.ts';
import { noted, type ResourceType, resourceType } from './resource.ts';
import { roleOfFunction } from './world.ts';

/**
 * CDK's resource that fills a bucket. Its function is Python around the AWS CLI, which does not run here: this does what
 * it would do, with its role's permissions.
 * https://github.com/aws/aws-cdk/blob/main/packages/%40aws-cdk/custom-resource-handlers/lib/aws-s3-deployment/bucket-deployment-handler/index.py
 */
const bucketDeployment = resourceType(
  {
    ServiceToken: z.string(),
    SourceBucketNames: z.array(z.string()).min(1),
    SourceObjectKeys: z.array(z.string()).min(1),
    DestinationBucketName: z.string(),
    Exclude: z.array(z.string()).default([]),
    Include: z.array(z.string()).default([]),
    SystemMetadata: z.strictObject({ 'cache-control': z.string().optional() }).default({}),
    Prune: noted('the bucket is new').optional(),
    OutputObjectKeys: noted('no output is read').optional(),
    WaitForDistributionInvalidation: noted('nothing is cached here').optional(),
  },
  (properties, { identity, world, assets }) => {
    const { name, statements } = roleOfFunction(world, properties.ServiceToken);
    const bucket = properties.DestinationBucketName;
    const need = (action: string, arn: string): void => {
      if (!isAllowed(statements, action, arn))
        throw new Error(`the function's role ${name} lacks ${action} on ${arn}`);
    };
    need('s3:ListBucket', `arn:aws:s3:::${bucket}`);
    const isWanted = filter(properties.Exclude, properties.Include);
    for (const [index, key] of properties.SourceObjectKeys.entries()) {
      const folder = assets.get(key);
      if (!folder) throw new Error(`no asset ${key} in the assembly`);
      need('s3:GetObject', `arn:aws:s3:::${properties.SourceBucketNames[index]}/${key}`);
      for (const file of filesIn(folder).filter(isWanted)) {
        need('s3:PutObject', `arn:aws:s3:::${bucket}/${file}`);
        const cacheControl = properties.SystemMetadata['cache-control'];
        world.s3.putObject(bucket, file, readFileSync(join(folder, file)), {
          'content-type': typeOf(file),
          ...(cacheControl !== undefined && { 'cache-control': cacheControl }),
        });
      }
    }
    return { ref: identity.defaultName, attributes: {} };
  },
);

const filesIn = (folder: string): string[] =>
  globSync('**', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

/** As the CLI does it: a later filter outdoes an earlier one, and `*` stands for slashes, too. */
function filter(exclude: readonly string[], include: readonly string[]): (file: string) => boolean {
  const filters = [
    ...exclude.map((pattern) => ({ matches: wildcard(pattern), isIn: false })),
    ...include.map((pattern) => ({ matches: wildcard(pattern), isIn: true })),
  ];
  return (file) => filters.findLast(({ matches }) => matches(file))?.isIn ?? true;
}

/** Content types by extension, as Python's `mimetypes` guesses them for the CLI. */
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.ico': 'image/vnd.microsoft.icon',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.webmanifest': 'application/manifest+json',
};

const typeOf = (file: string): string => TYPES[extname(file)] ?? 'binary/octet-stream';

export const bucketDeploymentTypes: Record<string, ResourceType> = {
  'Custom::CDKBucketDeployment': bucketDeployment,
};
