import { readFileSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { environmentOf, resourcesOf } from '../helpers/synthesised.ts';

/**
 * What a deployed environment of the last release has, as far as CloudFormation limits its changes. See CONTRIBUTING.md,
 * "Release", for when this is written anew.
 */
const released = JSON.parse(
  readFileSync(new URL('../fixtures/last-release.json', import.meta.url), 'utf8'),
) as {
  /** By stack: outputs that other stacks may import. */
  readonly exports: Readonly<Record<'storage' | 'pipeline', readonly string[]>>;
  /** By the logical id of a table. */
  readonly indexes: Readonly<Record<string, readonly string[]>>;
};

const { storage, pipeline } = environmentOf('prod');

describe('an environment of the last release', () => {
  it.each([
    ['storage', storage],
    ['pipeline', pipeline],
  ] as const)('can be updated: the stack %s exports all that deployed stacks import', (name, stack) => {
    const outputs = Template.fromStack(stack).toJSON().Outputs as Record<
      string,
      { Export?: { Name: string } }
    >;
    const names = Object.values(outputs).flatMap(({ Export }) => Export?.Name.split(':').at(-1) ?? []);
    // CloudFormation updates this stack before those that import from it, and refuses to remove what they use.
    expect(released.exports[name].filter((one) => !names.includes(one))).toEqual([]);
  });

  it('gets at most one index for each table, and loses none', () => {
    const tables = resourcesOf(storage).filter(({ type }) => type === 'AWS::DynamoDB::Table');
    for (const { id, properties } of tables) {
      const before = released.indexes[id] ?? [];
      const now: string[] = (properties.GlobalSecondaryIndexes ?? []).map(
        ({ IndexName }: { IndexName: string }) => IndexName,
      );
      // AWS::DynamoDB::Table, GlobalSecondaryIndexes: an update that adds or removes two of a table fails.
      const changes = [
        ...now.filter((one) => !before.includes(one)),
        ...before.filter((one) => !now.includes(one)),
      ];
      expect([id, changes.length <= 1]).toEqual([id, true]);
    }
  });
});
