import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../local/template/template.ts';
import { arnOf, assembly, lambda, ref, resource, role, start } from '../fixtures.ts';

const code = { fn: 'export const handler = async () => ({ statusCode: 204 });' };

const version = resource('AWS::Lambda::Version', { FunctionName: ref('Fn') });
const alias = (more: Resource['Properties'] = {}, rest: Partial<Resource> = {}): Resource =>
  resource(
    'AWS::Lambda::Alias',
    {
      FunctionName: ref('Fn'),
      FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
      Name: 'current',
      ...more,
    },
    rest,
  );
const aliased = { Role: role(), Fn: lambda('fn', 'Role'), Version: version, Alias: alias() };

const updatedBy = (DeploymentGroupName: string | ReturnType<typeof ref>): Partial<Resource> => ({
  UpdatePolicy: { CodeDeployLambdaAliasUpdate: { ApplicationName: ref('App'), DeploymentGroupName } },
});
const app = resource('AWS::CodeDeploy::Application', { ComputePlatform: 'Lambda' });
const group = (more: Resource['Properties'] = {}): Resource =>
  resource('AWS::CodeDeploy::DeploymentGroup', {
    ApplicationName: ref('App'),
    DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
    DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
    ServiceRoleArn: arnOf('Role'),
    AlarmConfiguration: { Enabled: true, Alarms: [{ Name: 'faults' }] },
    ...more,
  });

/** An API whose route calls the alias, with a permission for what is given. */
const served = (permitted: ReturnType<typeof ref>): Record<string, Resource> => ({
  ...aliased,
  Api: resource('AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' }),
  Stage: resource('AWS::ApiGatewayV2::Stage', {
    ApiId: ref('Api'),
    StageName: '$default',
    AutoDeploy: true,
  }),
  Integration: resource('AWS::ApiGatewayV2::Integration', {
    ApiId: ref('Api'),
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: ref('Alias'),
    PayloadFormatVersion: '2.0',
  }),
  Route: resource('AWS::ApiGatewayV2::Route', {
    ApiId: ref('Api'),
    RouteKey: 'GET /it',
    Target: { 'Fn::Join': ['/', ['integrations', ref('Integration')]] },
  }),
  Permission: resource('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: permitted,
    Principal: 'apigateway.amazonaws.com',
  }),
});

describe('an alias of a function', () => {
  it.each([
    ['of the alias', 'Alias', 204],
    ['of its function alone', 'Fn', 500],
  ])('is called by an API with a permission %s', async (_, permitted, status) => {
    const cloud = await start(assembly(served(ref(permitted)), code));
    expect((await fetch(`${cloud.apiUrl}/it`)).status).toBe(status);
    expect(cloud.functions.get('Fn')!.stats().invocations).toBe(status === 204 ? 1 : 0);
  });

  it('may be moved by a deployment group', async () => {
    const resources = { ...aliased, Alias: alias({}, updatedBy(ref('Group'))), App: app, Group: group() };
    const cloud = await start(assembly(resources, code));
    expect(cloud.resource('Alias').physicalId).toMatch(/:function:app-Fn:current$/);
  });

  it.each<[string, Record<string, Resource>, RegExp]>([
    ['another version', { Alias: alias({ FunctionVersion: '7' }) }, /FunctionVersion: expected the version/],
    ['a number as its name', { Alias: alias({ Name: '7' }) }, /Name: expected a name that is no number/],
    [
      'an unknown group',
      { Alias: alias({}, updatedBy('other')), App: app },
      /UpdatePolicy: no deployment group app-App\/other/,
    ],
    [
      'a policy of what is no alias',
      { Version: { ...version, ...updatedBy('other') }, App: app },
      /UpdatePolicy: only that of an alias is implemented/,
    ],
    ['an unknown application', { Group: group({ ApplicationName: 'none' }) }, /no application none/],
    ['an unknown role', { App: app, Group: group({ ServiceRoleArn: 'none' }) }, /no role none/],
    [
      'a configuration that CodeDeploy has not',
      { App: app, Group: group({ DeploymentConfigName: 'CodeDeployDefault.LambdaHalf' }) },
      /DeploymentConfigName: expected a configuration/,
    ],
    [
      'alarms that are enabled and not there',
      { App: app, Group: group({ AlarmConfiguration: { Enabled: true, Alarms: [] } }) },
      /AlarmConfiguration: expected alarms, since it is enabled/,
    ],
    [
      'an alarm twice',
      {
        App: app,
        Group: group({ AlarmConfiguration: { Enabled: true, Alarms: [{ Name: 'a' }, { Name: 'a' }] } }),
      },
      /expected each alarm once/,
    ],
  ])('is refused with %s', async (_, more, error) => {
    await expect(start(assembly({ ...aliased, ...more }, code))).rejects.toThrow(error);
  });
});
