import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EACH_SOURCE } from '../each-source.ts';
import { environmentOf } from '../synthesised.ts';
import { type ReleasedEnvironment, releasedStack } from './stateful.ts';

/** What of the last release upgrades are held against: see CONTRIBUTING.md, "Release". */
export interface Snapshot {
  readonly version: string;
  /** By the names of `ENVIRONMENTS`. */
  readonly environments: Readonly<Record<string, ReleasedEnvironment>>;
}

/** Environments as they may be deployed. */
export const ENVIRONMENTS: Readonly<Record<string, Parameters<typeof environmentOf>>> = {
  dev: ['dev'],
  staging: ['staging'],
  prod: ['prod'],
  'prod, with all settings': [
    'prod',
    {
      homeRegion: 'us-east-1',
      dispatchRegions: [{ awsRegion: 'eu-central-1', serves: ['eu'] }],
      staticEgress: { zones: { 'us-east-1': ['use1-az1'], 'eu-central-1': ['euc1-az1'] } },
      sources: EACH_SOURCE,
    },
  ],
};

export const SNAPSHOT_FILE = new URL('../../fixtures/last-release.json', import.meta.url);

export const lastRelease = (): Snapshot => JSON.parse(readFileSync(SNAPSHOT_FILE, 'utf8')) as Snapshot;

/** What an environment of the working tree has that must outlive an upgrade. */
export function releasedEnvironment(...given: Parameters<typeof environmentOf>): ReleasedEnvironment {
  const stacks = environmentOf(...given)
    .node.findAll()
    .filter((each) => Stack.isStack(each));
  return Object.fromEntries(
    stacks.map((stack) => [
      stack.stackName,
      releasedStack(Template.fromStack(stack).toJSON() as Parameters<typeof releasedStack>[0]),
    ]),
  );
}
