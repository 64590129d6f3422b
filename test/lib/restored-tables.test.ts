import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { settingsOf } from '../../lib/settings/config.ts';
import { environmentOf, resourcesOf } from '../helpers/synthesised.ts';

const RESTORED = { config: 'config-back', log: 'log-back', state: 'state-back' };

const everything = {
  homeRegion: 'us-east-1',
  dispatchRegions: [{ awsRegion: 'eu-central-1', serves: ['eu'] }],
};
const before = environmentOf('prod', everything);
const after = environmentOf('prod', { ...everything, restoredTables: RESTORED });

const stacksOf = (environment: typeof after) => environment.node.findAll().filter(Stack.isStack);

const tablesOf = (environment: typeof after) =>
  resourcesOf(environment.storage).filter(({ type }) => type === 'AWS::DynamoDB::Table');

const exportsOf = (stack: Stack): string[] => {
  const outputs: Record<string, { Export?: { Name: string } }> =
    Template.fromStack(stack).toJSON().Outputs ?? {};
  return Object.values(outputs).flatMap(({ Export }) => Export?.Name ?? []);
};

const importsOf = (stack: Stack): string[] => {
  const text = JSON.stringify(Template.fromStack(stack).toJSON());
  return [...text.matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => name!);
};

describe('tables that were restored', () => {
  it('are those that each function reads and writes', () => {
    const variables = stacksOf(after)
      .flatMap(resourcesOf)
      .flatMap(({ properties }) => Object.entries(properties.Environment?.Variables ?? {}));
    for (const [name, table] of [
      ['CONFIG_TABLE', 'config-back'],
      ['LOG_TABLE', 'log-back'],
      ['STATE_TABLE', 'state-back'],
    ]) {
      const values = variables.filter(([one]) => one === name).map(([, value]) => value);
      expect(values.length).toBeGreaterThan(3);
      expect(new Set(values)).toEqual(new Set([table]));
    }
  });

  it('are those that policies, alarms and the dashboard name', () => {
    const old = tablesOf(before).map(({ id }) => id);
    for (const stack of stacksOf(after).filter((one) => one !== after.storage)) {
      const text = JSON.stringify(Template.fromStack(stack).toJSON());
      expect([stack.stackName, old.filter((id) => text.includes(id))]).toEqual([stack.stackName, []]);
    }
    const policies = JSON.stringify(
      resourcesOf(after.pipeline).filter(({ type }) => type === 'AWS::IAM::Policy'),
    );
    expect(policies).toContain('table/config-back');
    expect(policies).toContain('table/log-back/index/');
  });

  it('leave the tables before them in their stack as they are', () => {
    expect(tablesOf(after)).toEqual(tablesOf(before));
  });

  it('can be taken before the storage stack gives up its exports: stacks import nothing that it does not have yet', () => {
    const had = stacksOf(before).flatMap(exportsOf);
    const others = stacksOf(after).filter((stack) => stack !== after.storage);
    expect(others.flatMap(importsOf).filter((name) => name.startsWith('posthorn-prod-storage:'))).not.toEqual(
      [],
    );
    expect(
      others
        .flatMap(importsOf)
        .filter((name) => name.startsWith('posthorn-prod-storage:') && !had.includes(name)),
    ).toEqual([]);
  });

  it('are named as DynamoDB names tables', () => {
    expect(() => environmentOf('dev', { restoredTables: { config: 'a b' } })).toThrow(
      'expected the name of a table, such as posthorn-prod-config-restored',
    );
    expect(settingsOf('prod').restoredTables).toBeUndefined();
  });
});
