import { describe, expect, it } from 'vitest';
import { checkSettings, settingsOf } from '../../lib/settings/config.ts';
import { EACH_SOURCE } from '../helpers/each-source.ts';
import { type ResolvedResource, resolvedStacks } from '../helpers/resolved.ts';
import { environmentOf } from '../helpers/synthesised.ts';

const prod = settingsOf('prod');

const resourcesOf = (...given: Parameters<typeof environmentOf>): ResolvedResource[] =>
  resolvedStacks(environmentOf(...given)).flatMap(({ resources }) => resources);

const ofType = (resources: readonly ResolvedResource[], type: string): ResolvedResource[] =>
  resources.filter((each) => each.type === `AWS::${type}`);

/** By what they are: `Ingest` of `IngestFunctionB02ED0EB`. */
const functionOf = (id: string): string => id.replace(/(Function|Alias|DeploymentGroup)[0-9A-F]{8}$/, '');

const SCHEDULED = ['Assess', 'Erase', 'Recover', 'Release'];

describe('a release of prod (E14)', () => {
  const all = resourcesOf('prod', {
    homeRegion: 'us-east-1',
    dispatchRegions: [{ awsRegion: 'eu-central-1', serves: ['eu'] }],
    sources: EACH_SOURCE,
  });
  const engine = all.filter(({ stack }) => !stack.endsWith('-sources'));
  const aliases = ofType(all, 'Lambda::Alias');

  it('moves all functions that requests and queues call, but none on a schedule and none of a source', () => {
    const own = ofType(engine, 'Lambda::Function').filter(({ id }) => /Function[0-9A-F]{8}$/.test(id));
    const names = (resources: readonly ResolvedResource[]): string[] =>
      resources.map(({ id, region }) => `${region} ${functionOf(id)}`).sort();
    const expected = own.filter(({ id }) => !SCHEDULED.includes(functionOf(id)));
    expect(names(aliases)).toEqual(names(expected));
    expect(expected.length).toBeGreaterThan(15);
    expect(names(ofType(all, 'CodeDeploy::DeploymentGroup'))).toEqual(names(aliases));
  });

  it('is called by its aliases alone, and its callers are permitted by them', () => {
    const isAlias = (value: string): boolean => value.replace(/\/invocations$/, '').endsWith(':current');
    const callers = [
      ...ofType(engine, 'Lambda::EventSourceMapping').map(({ properties }) => properties.FunctionName),
      ...ofType(engine, 'ApiGatewayV2::Integration').map(({ properties }) => properties.IntegrationUri),
      ...ofType(engine, 'ApiGatewayV2::Authorizer').map(({ properties }) => properties.AuthorizerUri),
      ...ofType(engine, 'Lambda::Permission')
        .filter(({ properties }) => properties.Principal === 'apigateway.amazonaws.com')
        .map(({ properties }) => properties.FunctionName),
    ];
    expect(callers.length).toBeGreaterThan(25);
    expect(callers.filter((each) => !isAlias(each))).toEqual([]);
  });

  it('goes back when an alarm rings that is there in the AWS region', () => {
    const groups = ofType(all, 'CodeDeploy::DeploymentGroup');
    for (const { region, properties } of groups) {
      const there = ofType(all, 'CloudWatch::Alarm').filter((alarm) => alarm.region === region);
      const names = properties.AlarmConfiguration.Alarms.map(({ Name }: { Name: string }) => Name);
      expect(there.map((alarm) => alarm.properties.AlarmName)).toEqual(expect.arrayContaining(names));
      expect(names.length).toBe(region === 'us-east-1' ? 4 : 2);
      expect(properties.AlarmConfiguration.Enabled).toBe(true);
      expect(properties.AutoRollbackConfiguration.Events).toContain('DEPLOYMENT_STOP_ON_ALARM');
    }
    expect(new Set(groups.map(({ region }) => region)).size).toBe(2);
  });

  it('costs no alarm of its own', () => {
    const alarms = ({ releases }: Pick<typeof prod, 'releases'>): number =>
      ofType(resourcesOf('prod', { releases }), 'CloudWatch::Alarm').length;
    expect(alarms(prod)).toBe(alarms({ releases: undefined }));
  });
});

/** Templates, since what moves an alias and what is kept stand beside its properties. */
const templateOf = (canary: NonNullable<typeof prod.releases>['canary']) =>
  resolvedStacks(environmentOf('prod', { releases: { ...prod.releases!, canary } })).find(({ name }) =>
    name.endsWith('-pipeline'),
  )!.template.Resources;

describe('an alias', () => {
  const typed = (resources: ReturnType<typeof templateOf>, type: string) =>
    Object.values(resources).filter(({ Type }) => Type === type);

  it('is moved by CodeDeploy, in the steps that the settings name', () => {
    const resources = templateOf('linear-10-percent-every-1-minute');
    for (const { UpdatePolicy } of typed(resources, 'AWS::Lambda::Alias')) {
      const { DeploymentGroupName } = UpdatePolicy!.CodeDeployLambdaAliasUpdate as Record<
        string,
        { Ref: string }
      >;
      expect(resources[DeploymentGroupName!.Ref]!.Properties).toMatchObject({
        DeploymentConfigName: 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
      });
    }
  });

  it('moves at once, and whatever rings, where a fix has to go out', () => {
    const resources = templateOf('all-at-once');
    const aliases = typed(resources, 'AWS::Lambda::Alias');
    expect(aliases.length).toBeGreaterThan(5);
    expect(aliases.filter(({ UpdatePolicy }) => UpdatePolicy)).toEqual([]);
    expect(Object.values(resources).filter(({ Type }) => Type.startsWith('AWS::CodeDeploy'))).toEqual([]);
  });

  it('leaves no old version behind', () => {
    const versions = typed(templateOf('all-at-once'), 'AWS::Lambda::Version');
    expect(versions.length).toBeGreaterThan(5);
    expect(versions.filter((version) => 'DeletionPolicy' in version)).toEqual([]);
  });
});

it.each(['local', 'dev', 'staging'] as const)('%s replaces functions where they are', (name) => {
  const types = new Set(resourcesOf(name).map(({ type }) => type));
  expect(types).toContain('AWS::Lambda::Function');
  expect([...types].filter((type) => /Lambda::(Alias|Version)|CodeDeploy/.test(type))).toEqual([]);
});

describe('settings of releases', () => {
  const releases = prod.releases!;
  const monitoring = prod.monitoring;

  it.each<[string, object, RegExp]>([
    ['an unknown canary', { releases: { ...releases, canary: 'half' } }, /releases\.canary: .*"all-at-once"/],
    [
      'no alarm',
      { releases: { ...releases, rollbackOn: [] } },
      /releases\.rollbackOn: .*expected array to have >=1/i,
    ],
    [
      'an alarm of a source',
      { releases: { ...releases, rollbackOn: ['SourceWaits'] } },
      /releases\.rollbackOn\.0: expected names of alarms \(SuccessLow, /,
    ],
    [
      'no alarms at all',
      { monitoring: { ...monitoring, alarms: false } },
      /releases: expected monitoring\.alarms with it/,
    ],
    [
      'an alarm that is off',
      { monitoring: { ...monitoring, rows: { Faults: { off: true } } } },
      /releases: expected alarms that are on, got Faults/,
    ],
  ])('refuse %s', (_, changes, error) => {
    expect(() => checkSettings('prod', { ...prod, ...changes })).toThrow(error);
  });

  it('ask for no alarm where a release takes over at once', () => {
    const settings = { ...prod, monitoring: { ...monitoring, alarms: false } };
    expect(() =>
      checkSettings('prod', { ...settings, releases: { ...releases, canary: 'all-at-once' } }),
    ).not.toThrow();
  });
});
