/** Creates a stack's resources in the order of their references. */

import { ACCOUNT, REGION } from '../core/account.ts';
import { holds, references, resolve, type Scope } from '../template/intrinsics.ts';
import type { Json, Resource, StackSource, Template } from '../template/template.ts';
import { RESOURCE_TYPES } from './index.ts';
import { checkUpdatePolicy } from './lambda-alias.ts';
import type { Created, Identity } from './resource.ts';
import type { World } from './world.ts';

export interface DeployedResource {
  readonly stack: string;
  /** The AWS region of its stack. */
  readonly region: string;
  readonly logicalId: string;
  readonly constructName: string;
  readonly type: string;
  readonly physicalId: string;
  readonly arn: string | undefined;
}

export interface Deployment {
  readonly resources: readonly DeployedResource[];
  readonly outputs: Readonly<Record<string, Json>>;
}

/** Values that stacks pass to each other. */
export interface Published {
  /** By `region/name`. */
  readonly exports: Map<string, Json>;
  /** By `region/stack.output`. */
  readonly outputs: Map<string, Json>;
}

/** Keys that a resource may have beside its properties. */
const RESOURCE_KEYS = new Set([
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'Metadata',
  'DeletionPolicy', // nothing outlives the process
  'UpdateReplacePolicy',
  'UpdatePolicy', // nothing is updated either, so it is only checked
]);

/**
 * Deploys one stack.
 *
 * @param published values of the stacks before; this stack's are added
 * @throws Error with stack, logical id and type for anything unknown
 */
export async function deployStack(
  source: StackSource,
  world: World,
  published: Published,
): Promise<Deployment> {
  const { name, template } = source;
  const created = new Map<string, Created>();
  const scope = scopeOf(source, created, published);
  const deployed: DeployedResource[] = [];

  for (const logicalId of creationOrder(template)) {
    const resource = template.Resources[logicalId]!;
    if (resource.Condition && !scope.condition(resource.Condition)) continue;
    const identity = identityOf(source, logicalId, resource);
    try {
      const result = await create(resource, identity, { source, world, scope });
      created.set(logicalId, result);
      deployed.push(describe(identity, resource, result));
    } catch (error) {
      throw new Error(`stack ${name}, ${logicalId} (${resource.Type}): ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
  return { resources: deployed, outputs: outputsOf(source, scope, published) };
}

interface Site {
  readonly source: StackSource;
  readonly world: World;
  readonly scope: Scope;
}

function create(resource: Resource, identity: Identity, { source, world, scope }: Site): Promise<Created> {
  const unknown = Object.keys(resource).filter((key) => !RESOURCE_KEYS.has(key));
  if (unknown.length > 0)
    throw new Error(`unknown ${unknown.join(', ')}; known are ${[...RESOURCE_KEYS].join(', ')}`);
  const type = RESOURCE_TYPES[resource.Type];
  if (!type) throw new Error(`unknown resource type; known are ${Object.keys(RESOURCE_TYPES).join(', ')}`);
  if (resource.UpdatePolicy) checkUpdatePolicy(resource.Type, resolve(resource.UpdatePolicy, scope), world);
  const properties = resolve(resource.Properties ?? {}, scope);
  if (JSON.stringify(properties).includes('{{resolve:'))
    throw new Error('dynamic references ({{resolve:…}}) are not implemented');
  return type.create(properties, {
    identity,
    world,
    assets: source.assets,
    sqsEndpoint: sqsEndpoint(source, world),
  });
}

/**
 * The endpoint of all services. Where a stack names its region, the host name holds it, as on AWS. No client resolves
 * that name: clients have the endpoint set, and read at most the region from a queue's URL.
 */
function sqsEndpoint({ region }: StackSource, { endpoint }: World): string {
  return region === undefined ? endpoint : `http://sqs.${region}.localhost:${new URL(endpoint).port}`;
}

const regionOfStack = ({ region = REGION }: StackSource): string => region;

function outputsOf(source: StackSource, scope: Scope, published: Published): Record<string, Json> {
  const { name: stack, template } = source;
  const region = regionOfStack(source);
  const outputs: Record<string, Json> = {};
  for (const [name, output] of Object.entries(template.Outputs ?? {})) {
    if (output.Condition && !scope.condition(output.Condition)) continue;
    const value = resolve(output.Value, scope) ?? null;
    outputs[name] = value;
    published.outputs.set(`${region}/${stack}.${name}`, value);
    if (output.Export) published.exports.set(`${region}/${resolve(output.Export.Name, scope)}`, value);
  }
  return outputs;
}

function scopeOf(source: StackSource, created: ReadonlyMap<string, Created>, published: Published): Scope {
  const { name: stack, template } = source;
  const region = regionOfStack(source);
  const pseudo: Record<string, string> = {
    'AWS::Region': region,
    'AWS::AccountId': ACCOUNT,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${ACCOUNT}:stack/${stack}/local`,
  };
  const find = (logicalId: string): Created => {
    const result = created.get(logicalId);
    if (!result) throw new Error(`reference to ${logicalId}, which does not exist (yet)`);
    return result;
  };
  const scope: Scope = {
    ref: (name) => pseudo[name] ?? find(name).ref,
    getAtt(logicalId, attribute) {
      const attributes = find(logicalId).attributes ?? {};
      const value = attributes[attribute];
      if (value !== undefined) return value;
      throw new Error(
        `${logicalId} has no attribute ${attribute}; known are ${Object.keys(attributes).join(', ')}`,
      );
    },
    importValue(name) {
      // AWS imports nothing from another region.
      const value = published.exports.get(`${region}/${name}`);
      if (value === undefined) throw new Error(`no stack in ${region} exports ${name}`);
      return value;
    },
    stackOutput(otherStack, output, otherRegion = region) {
      const value = published.outputs.get(`${otherRegion}/${otherStack}.${output}`);
      if (value === undefined)
        throw new Error(`stack ${otherStack} in ${otherRegion} has no output ${output}`);
      return value;
    },
    condition(name) {
      const expression = template.Conditions?.[name];
      if (expression === undefined) throw new Error(`no condition ${name}`);
      return holds(expression, scope);
    },
  };
  return scope;
}

/** Logical ids, each after the ones that it refers to or names in DependsOn. */
export function creationOrder(template: Template): string[] {
  checkParameters(template);
  const ordered = new Set<string>();
  const open = new Set<string>();
  const visit = (id: string): void => {
    const resource = template.Resources[id];
    if (!resource || ordered.has(id)) return;
    if (open.has(id)) throw new Error(`circular reference: ${[...open, id].join(' → ')}`);
    open.add(id);
    for (const dependency of [resource.DependsOn ?? []].flat()) visit(dependency);
    for (const reference of references({ ...resource.Properties, ...resource.UpdatePolicy }))
      visit(reference);
    open.delete(id);
    ordered.add(id);
  };
  for (const id of Object.keys(template.Resources)) visit(id);
  return [...ordered];
}

/** CDK's own parameter, the bootstrap version, is an SSM one, and no resource refers to it. */
function checkParameters(template: Template): void {
  for (const [name, { Type }] of Object.entries(template.Parameters ?? {})) {
    if (!Type.startsWith('AWS::SSM::'))
      throw new Error(`parameter ${name}: only AWS::SSM parameters are known, got ${Type}`);
  }
}

function identityOf(source: StackSource, logicalId: string, resource: Resource): Identity {
  const { name, path } = source;
  const withoutHash = logicalId.replace(/[0-9A-F]{8}$/, '');
  return {
    stack: name,
    region: regionOfStack(source),
    logicalId,
    constructName: constructName(resource.Metadata?.['aws:cdk:path'], path) ?? withoutHash,
    defaultName: `${name}-${withoutHash}`.slice(0, 60),
  };
}

/** A construct that wraps its resource gives it its name: `Dispatch` for `local/pipeline/Dispatch/Function/Resource`. */
function constructName(constructPath: Json | undefined, stackPath: string): string | undefined {
  if (typeof constructPath !== 'string' || !constructPath.startsWith(`${stackPath}/`)) return undefined;
  return constructPath.slice(stackPath.length + 1).replace(/(\/Function)?\/Resource$/, '');
}

function describe(identity: Identity, resource: Resource, result: Created): DeployedResource {
  const { stack, region, logicalId, constructName } = identity;
  const arn = result.attributes?.Arn;
  return {
    stack,
    region,
    logicalId,
    constructName,
    type: resource.Type,
    physicalId: result.ref,
    arn: typeof arn === 'string' ? arn : undefined,
  };
}
