/** Reads a synthesised CDK assembly: its manifest, its templates, and the paths of the functions' code. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ACCOUNT } from '../core/account.ts';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export interface Resource {
  Type: string;
  Properties?: JsonObject;
  DependsOn?: string | string[];
  Condition?: string;
  Metadata?: JsonObject;
  UpdatePolicy?: JsonObject;
}

export interface Template {
  Parameters?: Record<string, { Type: string }>;
  Conditions?: Record<string, Json>;
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: Json; Export?: { Name: Json }; Condition?: string }>;
}

export interface StackSource {
  readonly name: string;
  /** The stack's place in the construct tree: `local/storage`. */
  readonly path: string;
  /** The AWS region that it names; undefined: wherever it is deployed. */
  readonly region: string | undefined;
  readonly template: Template;
  /** From an asset's S3 key (`<hash>.zip`) to the directory that holds its files. */
  readonly assets: ReadonlyMap<string, string>;
}

/** Sections of a template that are read, or are known not to matter on one machine. */
const SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters', // only AWS::SSM ones, see deploy.ts
  'Rules', // CheckBootstrapVersion: there is no bootstrap stack here
  'Conditions',
  'Resources',
  'Outputs',
]);

interface Manifest {
  artifacts: Record<string, Artifact>;
}

interface Artifact {
  type: string;
  displayName?: string;
  /** `aws://<account>/<region>` */
  environment?: string;
  dependencies?: string[];
  properties?: { templateFile?: string; stackName?: string; file?: string; directoryName?: string };
}

interface AssetFile {
  files?: Record<string, { source: { path: string } }>;
}

/**
 * The stacks of one assembly (a CDK stage's, or an app's without stages), each after the ones it depends on.
 *
 * @param dir the directory of manifest.json
 */
export function readAssembly(dir: string): StackSource[] {
  const manifest = readJson<Manifest>(join(dir, 'manifest.json'));
  const assets = readAssets(dir, manifest);
  const stacks = artifactsInOrder(manifest).filter((id) => isStack(manifest.artifacts[id]));
  if (stacks.length === 0) throw new Error(noStacks(dir, manifest));
  return stacks.map((id) => {
    const { properties, displayName, environment } = manifest.artifacts[id]!;
    const template = readJson<Template>(join(dir, properties?.templateFile ?? `${id}.template.json`));
    const name = properties?.stackName ?? id;
    checkSections(name, template);
    checkAccount(name, environment);
    return { name, path: displayName ?? id, region: regionIn(environment), template, assets };
  });
}

function regionIn(environment: string | undefined): string | undefined {
  const region = environment?.split('/').at(-1);
  return region === 'unknown-region' ? undefined : region;
}

/** A stack that names its account has that account in its ARNs. */
function checkAccount(stack: string, environment: string | undefined): void {
  const account = environment?.split('/').at(-2);
  if (account === undefined || account === 'unknown-account' || account === ACCOUNT) return;
  throw new Error(`stack ${stack} belongs to account ${account}; the local cloud is account ${ACCOUNT}`);
}

function checkSections(stack: string, template: Template): void {
  const unknown = Object.keys(template).filter((section) => !SECTIONS.has(section));
  if (unknown.length > 0) {
    throw new Error(
      `stack ${stack}: unknown template section ${unknown.join(', ')}; known are ${[...SECTIONS].join(', ')}`,
    );
  }
}

function readAssets(dir: string, manifest: Manifest): ReadonlyMap<string, string> {
  const assets = new Map<string, string>();
  for (const artifact of Object.values(manifest.artifacts)) {
    if (artifact.type !== 'cdk:asset-manifest' || !artifact.properties?.file) continue;
    const { files = {} } = readJson<AssetFile>(join(dir, artifact.properties.file));
    for (const [hash, file] of Object.entries(files)) {
      assets.set(`${hash}.zip`, resolve(dir, file.source.path));
    }
  }
  return assets;
}

function artifactsInOrder(manifest: Manifest): string[] {
  const ordered = new Set<string>();
  const visit = (id: string): void => {
    if (ordered.has(id)) return;
    for (const dependency of manifest.artifacts[id]?.dependencies ?? []) visit(dependency);
    ordered.add(id);
  };
  for (const id of Object.keys(manifest.artifacts)) visit(id);
  return [...ordered];
}

function isStack(artifact: Artifact | undefined): boolean {
  return artifact?.type === 'aws:cloudformation:stack';
}

function noStacks(dir: string, manifest: Manifest): string {
  const stages = Object.values(manifest.artifacts).flatMap(
    (artifact) => artifact.properties?.directoryName ?? [],
  );
  const stageNames = stages.length > 0 ? `; it has stages, use one of ${stages.join(', ')}` : '';
  return `no stack in ${dir}${stageNames}`;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
