import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { App } from 'aws-cdk-lib';
import { PosthornEnvironment } from '../../lib/environment.ts';
import { awsSettingsOf, type Settings } from '../../lib/settings/config.ts';
import { ACCOUNT, REGION } from '../../local/core/account.ts';
import { holds, resolve, type Scope } from '../../local/template/intrinsics.ts';
import { type Json, type JsonObject, readAssembly, type StackSource } from '../../local/template/template.ts';

/** A resource of the template, with its references put in. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  /** What `Ref` gives: an ARN, a URL or a name, by its type. */
  readonly ref: string;
  readonly arn: string;
  readonly properties: JsonObject;
  /** Of a function: its folder in lambdas/functions/. */
  readonly folder: string | undefined;
}

/** What `cdk deploy` would deploy. */
export interface SimulatedStack {
  readonly settings: Settings;
  ofType(type: string): readonly StackResource[];
}

/**
 * Synthesises an environment without bundling its functions, and puts references in.
 * @param changes to the settings of `prod`
 */
export function synthesiseStack(changes: Partial<Settings> = {}): SimulatedStack {
  // A deployment is simulated without its canary: old and new run side by side all the same.
  const { releases: _, ...prod } = awsSettingsOf('prod');
  const settings = { ...prod, ...changes };
  const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as {
    context: Record<string, unknown>;
  };
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
  });
  new PosthornEnvironment(app, 'prod', settings);
  const published = new Map<string, Json>();
  const resources = readAssembly(app.synth().directory).flatMap((stack) => resourcesOf(stack, published));
  return { settings, ofType: (type) => resources.filter((each) => each.type === type) };
}

/** @param published exports and outputs of the stacks before; this one's are added */
function resourcesOf(stack: StackSource, published: Map<string, Json>): StackResource[] {
  const { template, assets } = stack;
  const scope = scopeOf(stack, published);
  const resources = Object.entries(template.Resources)
    .filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition))
    .filter(([, { Type }]) => SIMULATED.has(Type))
    .map(([logicalId, { Type, Properties = {} }]): StackResource => {
      const properties = resolve(Properties, scope) as JsonObject;
      const asset = assets.get(String((properties.Code as JsonObject | undefined)?.S3Key));
      return {
        logicalId,
        type: Type,
        ...identityOf(Type, logicalId),
        properties,
        folder: asset === undefined ? undefined : basename(asset),
      };
    });
  for (const [name, { Value, Export }] of Object.entries(template.Outputs ?? {})) {
    const value = resolve(Value, scope) ?? null;
    published.set(`${stack.name}.${name}`, value);
    if (Export) published.set(String(resolve(Export.Name, scope)), value);
  }
  return resources;
}

const SIMULATED: ReadonlySet<string> = new Set([
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
]);

/** Names are made of logical ids, which are unique within the stacks that are simulated. */
function identityOf(type: string, logicalId: string): { ref: string; arn: string } {
  const arn = (service: string, path: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${path}`;
  const queueArn = arn('sqs', logicalId);
  switch (type) {
    case 'AWS::SQS::Queue':
      return { ref: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${logicalId}`, arn: queueArn };
    case 'AWS::SNS::Topic':
      return { ref: arn('sns', logicalId), arn: arn('sns', logicalId) };
    case 'AWS::DynamoDB::Table':
      return { ref: logicalId, arn: arn('dynamodb', `table/${logicalId}`) };
    case 'AWS::Lambda::Function':
      return { ref: logicalId, arn: arn('lambda', `function:${logicalId}`) };
    default:
      return { ref: logicalId, arn: arn('other', logicalId) };
  }
}

function scopeOf({ name: stack, template }: StackSource, published: ReadonlyMap<string, Json>): Scope {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': REGION,
    'AWS::AccountId': ACCOUNT,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack,
    'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${stack}/simulated`,
  };
  const typeOf = (logicalId: string): string => template.Resources[logicalId]?.Type ?? '';
  const find = (name: string): Json => {
    const value = published.get(name);
    if (value === undefined) throw new Error(`no stack before ${stack} exports ${name}`);
    return value;
  };
  const scope: Scope = {
    ref: (name) => pseudo[name] ?? identityOf(typeOf(name), name).ref,
    getAtt(logicalId, attribute) {
      const { ref, arn } = identityOf(typeOf(logicalId), logicalId);
      if (attribute === 'Arn') return arn;
      if (attribute === 'QueueName') return logicalId;
      return attribute === 'QueueUrl' ? ref : `${logicalId}.${attribute}`;
    },
    importValue: find,
    stackOutput: (otherStack, output) => find(`${otherStack}.${output}`),
    condition: (name) => holds(template.Conditions![name]!, scope),
  };
  return scope;
}
