import { describe, expect, it } from 'vitest';
import { ENVIRONMENTS, lastRelease, releasedEnvironment } from '../helpers/releases/snapshot.ts';
import { breaksOf, type ReleasedEnvironment, releasedStack } from '../helpers/releases/stateful.ts';

const { environments } = lastRelease();

/** What upgrades from this release break on purpose, and why it harms nobody. Empty it when a version is made. */
const ACCEPTED: readonly (readonly [breaks: RegExp, because: string])[] = [
  [
    / (Quarantine|Loops)Alarm\w+ \(AWS::CloudWatch::Alarm\) is deleted/,
    'the monitoring stack has them, with names',
  ],
  [/ BuryLogs\w+ \(AWS::Logs::LogGroup\) is deleted/, 'lines of a function that has another name now'],
];
const isAccepted = (problem: string): boolean => ACCEPTED.some(([breaks]) => breaks.test(problem));
const problemsOf = (name: string): string[] =>
  breaksOf(environments[name]!, releasedEnvironment(...ENVIRONMENTS[name]!));

describe('an environment of the last release', () => {
  it.each(Object.keys(environments))(
    'can be updated, and keeps what holds data and what others know: %s (K5)',
    (name) => {
      const problems = problemsOf(name);
      expect(problems.filter((each) => !isAccepted(each))).toEqual([]);
      expect(ACCEPTED.filter(([breaks]) => !problems.some((each) => breaks.test(each)))).toEqual([]);
    },
  );

  it('has tables, and exports that deployed stacks import', () => {
    const { resources, exports } = environments.prod!['posthorn-prod-storage']!;
    const types = Object.values(resources).map(({ type }) => type);
    expect(types.filter((type) => type === 'AWS::DynamoDB::Table').length).toBe(3);
    expect(exports.length).toBeGreaterThan(5);
  });
});

const table = (more: object = {}, rest: object = {}) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: { KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], ...more },
  DeletionPolicy: 'Retain',
  ...rest,
});
const indexed = (...names: string[]) =>
  table({ GlobalSecondaryIndexes: names.map((IndexName) => ({ IndexName })) });

const environment = (resources: object, exported = 'ExportsTable'): ReleasedEnvironment => ({
  storage: releasedStack({
    Resources: { Role: { Type: 'AWS::IAM::Role' }, ...resources },
    Outputs: { Table: { Value: 'x', Export: { Name: `storage:${exported}` } } },
  }),
});

describe('an upgrade', () => {
  const before = environment({ Table: table() });

  it.each<[string, ReleasedEnvironment, string[]]>([
    ['of nothing', before, []],
    ['of what is no data', environment({ Table: table({ BillingMode: 'PROVISIONED' }) }), []],
    ['with one more index', environment({ Table: indexed('late') }), []],
    [
      'with two more indexes',
      environment({ Table: indexed('late', 'dead') }),
      ['storage: Table changes two indexes at once: late, dead'],
    ],
    [
      'with another logical id',
      environment({ Table2: table() }),
      ['storage: Table (AWS::DynamoDB::Table) is deleted, or has another logical id'],
    ],
    [
      'with another name',
      environment({ Table: table({ TableName: 'mine' }) }),
      ['storage: Table is replaced, since TableName has changed'],
    ],
    [
      'with another key',
      environment({ Table: table({ KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] }) }),
      ['storage: Table is replaced, since KeySchema has changed'],
    ],
    [
      'of another type',
      environment({ Table: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' } }),
      ['storage: Table is a AWS::S3::Bucket, and was a AWS::DynamoDB::Table'],
    ],
    [
      'that would delete it with its stack',
      environment({ Table: table({}, { DeletionPolicy: 'Delete' }) }),
      ['storage: Table is no longer retained'],
    ],
    [
      'without an export',
      environment({ Table: table() }, 'ExportsOther'),
      ['storage: ExportsTable is no longer exported, which fails while a deployed stack imports it'],
    ],
    ['without the stack', {}, ['storage: the stack is gone']],
  ])('%s is told apart', (_, now, problems) => {
    expect(breaksOf(before, now)).toEqual(problems);
  });
});
