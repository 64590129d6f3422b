import type { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { readQueues } from '../../lambdas/delivery/queues/queue-names.ts';
import { LANES } from '../../lambdas/endpoint-health/lane.ts';
import { environmentOf, refOf, resourcesOf } from '../helpers/synthesised.ts';

const { storage, pipeline, api, regions } = environmentOf('prod', {
  staticEgress: {
    zones: {
      'us-east-1': ['use1-az1'],
      'eu-central-1': ['euc1-az2', 'euc1-az3'],
      'ap-south-1': ['aps1-az1'],
    },
  },
  homeRegion: 'us-east-1',
  dispatchRegions: [
    { awsRegion: 'eu-central-1', serves: ['eu', 'eu-central-1'] },
    { awsRegion: 'ap-south-1', serves: [] },
  ],
});
const [europe, givenUp] = regions;

const further = regions.flatMap(({ queues, dispatch }) => [queues, dispatch]);
const stacks: readonly Stack[] = [storage, pipeline, api, ...further];
const resources = new Map(stacks.map((stack) => [stack, resourcesOf(stack)]));
const ofType = (stack: Stack, type: string) =>
  resources.get(stack)!.filter((resource) => resource.type === type);
const idsOf = (stack: Stack, type: string) => ofType(stack, type).map(({ id }) => id);

/** The text of a function's variable, with other stacks' outputs as `region/stack/output`. */
function variable(stack: Stack, functionName: string, name: string): string {
  const found = ofType(stack, 'AWS::Lambda::Function').find(({ id }) => id.startsWith(functionName))!;
  return textOf(found.properties.Environment.Variables[name]);
}

// biome-ignore lint/suspicious/noExplicitAny: templates are JSON without a schema
function textOf(value: any): string {
  if (typeof value === 'string') return value;
  const read = value['Fn::GetStackOutput'];
  if (read) return `${read.Region ?? 'here'}/${read.StackName}/${read.OutputName}`;
  const joined = value['Fn::Join'];
  return joined ? joined[1].map(textOf).join(joined[0]) : JSON.stringify(value);
}

const policyOf = (stack: Stack, functionName: string) =>
  ofType(stack, 'AWS::IAM::Policy').find(({ id }) => id.startsWith(`${functionName}Role`))!.properties;
const grantsOf = (stack: Stack, functionName: string): string =>
  JSON.stringify(policyOf(stack, functionName));
const statementsOf = (
  stack: Stack,
  functionName: string,
): readonly { readonly Action: string | string[] }[] =>
  policyOf(stack, functionName).PolicyDocument.Statement;

describe('an environment that delivers from further AWS regions (A23, D11)', () => {
  it('has their stacks there, and all others at home', () => {
    expect(stacks.map(({ stackName, region }) => [stackName, region])).toEqual([
      ['posthorn-prod-storage', 'us-east-1'],
      ['posthorn-prod-pipeline', 'us-east-1'],
      ['posthorn-prod-api', 'us-east-1'],
      ['posthorn-prod-queues-eu-central-1', 'eu-central-1'],
      ['posthorn-prod-dispatch-eu-central-1', 'eu-central-1'],
      ['posthorn-prod-queues-ap-south-1', 'ap-south-1'],
      ['posthorn-prod-dispatch-ap-south-1', 'ap-south-1'],
    ]);
  });

  it('is protected as a whole', () => {
    expect(stacks.map(({ terminationProtection }) => terminationProtection)).toEqual(stacks.map(() => true));
  });

  it('has all lanes there, with dead-letter queues of the same region and a quarantine', () => {
    const queues = ofType(europe!.queues, 'AWS::SQS::Queue');
    const prefixes = queues.map(({ id }) => id.replace(/[0-9A-F]{8}$/, ''));
    expect(prefixes.sort()).toEqual(
      ['BulkLane', 'CriticalLane', 'DeadLetters', 'Quarantine', 'SlowLane', 'StandardLane'].sort(),
    );
    const last = queues.filter(({ properties }) => !properties.RedrivePolicy);
    expect(last.map(({ id }) => id)).toEqual([expect.stringMatching(/^Quarantine/)]);
    for (const { properties } of queues) {
      const below = properties.RedrivePolicy?.deadLetterTargetArn;
      if (below) expect(queues.map(({ id }) => id)).toContain(refOf(below));
      expect(properties.SqsManagedSseEnabled).toBe(true);
    }
  });

  it('has functions there that read only those queues', () => {
    const { dispatch } = europe!;
    expect(idsOf(dispatch, 'AWS::Lambda::Function').map((id) => id.replace(/Function.*/, ''))).toEqual([
      'DispatchCritical',
      'DispatchStandard',
      'DispatchSlow',
      'DispatchBulk',
      'DeadLetterWriter',
    ]);
    const sources = ofType(dispatch, 'AWS::Lambda::EventSourceMapping').map(({ properties }) =>
      textOf(properties.EventSourceArn),
    );
    expect(sources).toHaveLength(LANES.length + 1);
    for (const source of sources)
      expect(source).toMatch(/^eu-central-1\/posthorn-prod-queues-eu-central-1\//);
  });

  it.each(['DispatchCritical', 'DispatchStandard', 'DispatchSlow', 'DispatchBulk', 'DeadLetterWriter'])(
    'gives %s there the home region',
    (name) => {
      expect(variable(europe!.dispatch, name, 'HOME_REGION')).toBe('us-east-1');
      expect(variable(europe!.dispatch, name, 'STATE_TABLE')).toMatch(/^us-east-1\/posthorn-prod-storage\//);
    },
  );

  it('has its own addresses in each, and publishes them all (D2)', () => {
    const networks = stacks.filter((stack) => ofType(stack, 'AWS::EC2::VPC').length > 0);
    expect(networks).toEqual([pipeline, ...regions.map(({ dispatch }) => dispatch)]);
    const zones = networks.map((stack) => [
      ...new Set(ofType(stack, 'AWS::EC2::Subnet').map(({ properties }) => properties.AvailabilityZoneId)),
    ]);
    expect(zones).toEqual([['use1-az1'], ['euc1-az2', 'euc1-az3'], ['aps1-az1']]);
    const shown = variable(api, 'Manage', 'EGRESS_ADDRESSES');
    for (const region of ['us-east-1', 'eu-central-1', 'ap-south-1'])
      expect(shown).toContain(`["${region}",`);
    expect(api.dependencies).toEqual(expect.arrayContaining(networks));
  });

  it('has topics there, which alarms of the region need (D6)', () => {
    const topics = idsOf(europe!.queues, 'AWS::SNS::Topic').map((id) => id.replace(/[0-9A-F]{8}$/, ''));
    expect(topics).toEqual(['AlertsTopic', 'PagesTopic']);
  });

  it('needs no function of CDK’s own to read another region’s outputs', () => {
    expect([...resources.values()].flat().filter(({ type }) => type.startsWith('Custom::'))).toEqual([]);
  });

  describe('sends an event', () => {
    /** Lanes by the regions, as events name them. */
    const lanesOf = (stack: Stack, name: string): Record<string, Readonly<Record<string, string>>> =>
      Object.fromEntries(
        readQueues(variable(stack, name, 'LANES')).map(({ serves, queues }) => [serves.join(' '), queues]),
      );

    it('to the lanes of the region that serves its own, and otherwise to those at home', () => {
      const lanes = lanesOf(pipeline, 'Fanout');
      expect(Object.keys(lanes)).toEqual(['.', 'eu eu-central-1']);
      for (const urls of Object.values(lanes)) expect(Object.keys(urls)).toEqual([...LANES]);
      expect(lanes['.']!.standard).toMatch(/"StandardLane\w+","QueueName"/);
      expect(lanes['eu eu-central-1']!.standard).toMatch(
        /^eu-central-1\/posthorn-prod-queues-eu-central-1\/.*StandardLane/,
      );
    });

    it.each([
      ['release', pipeline, 'Release', ['slow']],
      ['replays of many', pipeline, 'Replay', ['bulk']],
      ['dispatch at home', pipeline, 'DispatchStandard', ['slow', 'bulk']],
      ['dispatch in a region', europe!.dispatch, 'DispatchSlow', ['slow', 'bulk']],
      ['dispatch in a region that is being given up', givenUp!.dispatch, 'DispatchBulk', ['slow', 'bulk']],
    ] as const)('on, in %s, to these lanes of all regions', (_, stack, name, expected) => {
      const lanes = lanesOf(stack, name);
      expect(Object.keys(lanes)).toEqual(['.', 'eu eu-central-1']);
      for (const urls of Object.values(lanes)) expect(Object.keys(urls)).toEqual(expected);
    });

    it('again, only when no region has it in a queue (C9)', () => {
      const regions = readQueues(variable(pipeline, 'Recover', 'LANES'));
      expect(regions.map(({ serves }) => serves)).toEqual([['.'], ['eu', 'eu-central-1'], []]);
      const queues = regions.flatMap(({ region, queues: ofRegion }) =>
        Object.keys(ofRegion).map((name) => (region ? `${region}/${name}` : name)),
      );
      expect(queues).toEqual(expect.arrayContaining(['events', 'slow', 'outcomes', 'deadLetters']));
      const there = ['critical', 'standard', 'slow', 'bulk', 'deadLetters'];
      expect(queues).toEqual(expect.arrayContaining(there.map((name) => `eu-central-1/${name}`)));
      expect(queues).toContain('ap-south-1/slow');
      expect(queues.filter((name) => name.includes('quarantine'))).toEqual([]);
    });

    it('on request, to the lanes of the regions that serve, though an operator sees all queues (A17)', () => {
      const regions = readQueues(variable(api, 'Manage', 'QUEUES'));
      expect(regions.map(({ region, queues }) => [region, Object.keys(queues).sort()])).toEqual([
        [undefined, [...LANES, 'events', 'outcomes', 'replays', 'live', 'deadLetters', 'quarantine'].sort()],
        ['eu-central-1', [...LANES].sort()],
        ['ap-south-1', [...LANES].sort()],
      ]);
      const mayDo = (action: string): string =>
        JSON.stringify(statementsOf(api, 'Manage').filter(({ Action }) => [Action].flat().includes(action)));
      expect(mayDo('sqs:SendMessage')).toMatch(/posthorn-prod-queues-eu-central-1.*SlowLane/);
      expect(mayDo('sqs:SendMessage')).not.toContain('ap-south-1');
      for (const name of [...LANES.map((lane) => new RegExp(lane, 'i')), /DeadLetters/, /Quarantine/])
        for (const { awsRegion } of [{ awsRegion: 'eu-central-1' }, { awsRegion: 'ap-south-1' }])
          expect(mayDo('sqs:GetQueueAttributes')).toMatch(
            new RegExp(`queues-${awsRegion}","Region":"${awsRegion}","OutputName":"[^"]*${name.source}`, 'i'),
          );
    });

    it('only to queues that it may use', () => {
      for (const [stack, name] of [
        [pipeline, 'Fanout'],
        [pipeline, 'Release'],
        [europe!.dispatch, 'DispatchSlow'],
      ] as const) {
        expect(grantsOf(stack, name)).toMatch(/SlowLane/);
        expect(grantsOf(stack, name)).toContain('posthorn-prod-queues-eu-central-1');
        expect(grantsOf(stack, name)).not.toContain('ap-south-1');
      }
    });
  });
});
