/** Small hand-written assemblies for the local cloud's own tests. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type LocalCloud, type LocalCloudOptions, type LogLine, startLocalCloud } from '../../local/cloud.ts';
import type { Resource } from '../../local/template/template.ts';

type Resources = Record<string, Resource>;
type Properties = NonNullable<Resource['Properties']>;

/** An assembly of one stack `app`. `code` maps a code name to the source of its index.mjs. */
export function assembly(resources: Resources, code: Record<string, string> = {}): string {
  return assemblyOf({ app: { Resources: resources } }, code);
}

/**
 * An assembly of several stacks; each depends on those before it.
 * @param regions that stacks name, by stack
 */
export function assemblyOf(
  stacks: Record<string, object>,
  code: Record<string, string> = {},
  regions: Record<string, string> = {},
): string {
  const dir = mkdtempSync(join(tmpdir(), 'local-cloud-'));
  const files: Record<string, object> = {};
  for (const [name, source] of Object.entries(code)) {
    mkdirSync(join(dir, `asset.${name}`));
    writeFileSync(join(dir, `asset.${name}`, 'index.mjs'), source);
    files[name] = { source: { path: `asset.${name}`, packaging: 'zip' } };
  }
  const artifacts: Record<string, object> = {
    assets: { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } },
  };
  for (const [index, [name, template]] of Object.entries(stacks).entries()) {
    const dependencies = ['assets', ...Object.keys(stacks).slice(0, index)];
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      dependencies,
      environment: `aws://unknown-account/${regions[name] ?? 'unknown-region'}`,
      properties: { templateFile: `${name}.json` },
    };
    writeFileSync(join(dir, `${name}.json`), JSON.stringify(template));
  }
  writeFileSync(join(dir, 'assets.json'), JSON.stringify({ files }));
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify({ artifacts }));
  return dir;
}

export const resource = (
  Type: string,
  Properties: Properties = {},
  rest: Partial<Resource> = {},
): Resource => ({
  Type,
  Properties,
  ...rest,
});

/** A role that may do what the statements say: `['sqs:SendMessage', {Fn::GetAtt…}]`. */
export function role(...allowed: [action: string, resource: NonNullable<Properties[string]>][]): Resource {
  const Statement = allowed.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource }));
  return resource('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {},
    ...(Statement.length > 0 && {
      Policies: [{ PolicyName: 'inline', PolicyDocument: { Version: '2012-10-17', Statement } }],
    }),
  });
}

/** A function with code of that name and a role of the given logical id. */
export function lambda(codeName: string, roleId: string, more: Properties = {}): Resource {
  return resource('AWS::Lambda::Function', {
    Code: { S3Bucket: 'assets', S3Key: `${codeName}.zip` },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: arnOf(roleId),
    ...more,
  });
}

export const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
export const ref = (logicalId: string) => ({ Ref: logicalId });

/** Starts a cloud that ends with the test. Files share this module, so no hook of its own would run for each. `lines` collects its log. */
export async function start(
  assemblyDir: string,
  options: Partial<LocalCloudOptions> = {},
): Promise<LocalCloud & { readonly lines: LogLine[] }> {
  const lines: LogLine[] = [];
  const cloud = await startLocalCloud({ assemblyDir, log: (line) => lines.push(line), ...options });
  onTestFinished(() => cloud.stop());
  return Object.assign(cloud, { lines });
}

/** Waits until the check holds, at most `ms`. */
export async function until(check: () => boolean | Promise<boolean>, ms = 5000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`not so within ${ms} ms: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
