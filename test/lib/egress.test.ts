import { type App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Egress } from '../../lib/stacks/egress.ts';
import { environmentOf, refOf, resourcesOf } from '../helpers/synthesised.ts';

describe('static source addresses (D2)', () => {
  const zones = ['use1-az4', 'use1-az6'];
  const settings = { homeRegion: 'us-east-1', staticEgress: { zones: { 'us-east-1': zones } } };
  const { pipeline, api } = environmentOf('prod', settings);
  const all = [pipeline, api].flatMap(resourcesOf);
  const ofType = (type: string) => all.filter((resource) => resource.type === type);
  const functions = ofType('AWS::Lambda::Function');
  const dispatchers = functions.filter(({ id }) => id.startsWith('Dispatch'));
  const subnetsOf = (kind: 'Public' | 'Private') =>
    ofType('AWS::EC2::Subnet').filter(({ id }) => id.includes(`${kind}Subnet`));
  const tableOf = (subnet: string): string =>
    refOf(
      ofType('AWS::EC2::SubnetRouteTableAssociation').find(
        ({ properties }) => refOf(properties.SubnetId) === subnet,
      )!.properties.RouteTableId,
    );
  const routesOf = (subnet: string) =>
    ofType('AWS::EC2::Route')
      .map(({ properties }) => properties)
      .filter(({ RouteTableId }) => refOf(RouteTableId) === tableOf(subnet));

  it('belong to gateways, each in a zone of its own', () => {
    const gateways = ofType('AWS::EC2::NatGateway').map(({ properties }) => properties);
    const addresses = ofType('AWS::EC2::EIP').map(({ id }) => id);
    expect(gateways.map(({ AllocationId }) => refOf(AllocationId))).toEqual(addresses);
    for (const kind of ['Public', 'Private'] as const)
      expect(subnetsOf(kind).map(({ properties }) => properties.AvailabilityZoneId)).toEqual(zones);
    expect(ofType('AWS::EC2::Subnet').filter(({ properties }) => properties.AvailabilityZone)).toEqual([]);
    expect(gateways.map(({ SubnetId }) => refOf(SubnetId))).toEqual(subnetsOf('Public').map(({ id }) => id));
  });

  it('are outputs, which another stack may read without an import', () => {
    const { Outputs } = Template.fromStack(pipeline).toJSON();
    const addresses = ofType('AWS::EC2::EIP').map(({ id }) => ({ 'Fn::GetAtt': [id, 'PublicIp'] }));
    expect([Outputs.EgressAddress1, Outputs.EgressAddress2].map(({ Value }) => Value)).toEqual(addresses);
    expect(Outputs.EgressAddress1.Export).toBeUndefined();
    const [manage] = functions.filter(({ id }) => id.startsWith('Manage'));
    const shown = manage!.properties.Environment.Variables.EGRESS_ADDRESSES;
    const read = (OutputName: string) => ({
      'Fn::GetStackOutput': { StackName: 'posthorn-prod-pipeline', OutputName, Region: 'us-east-1' },
    });
    expect(shown).toEqual({
      'Fn::Join': ['', ['[["us-east-1",["', read('EgressAddress1'), '","', read('EgressAddress2'), '"]]]']],
    });
  });

  it('need no request to AWS at synthesis, even where account and region are named', () => {
    const { node } = environmentOf('prod', { ...settings, account: '123456789012' });
    expect((node.root as App).synth().manifest.missing).toBeUndefined();
  });

  it('are used by every dispatch function, and by no other function', () => {
    const privateSubnets = subnetsOf('Private').map(({ id }) => id);
    expect(dispatchers.length).toBeGreaterThan(1);
    for (const { properties } of dispatchers) {
      expect(properties.VpcConfig.SubnetIds.map(refOf)).toEqual(privateSubnets);
      expect(properties.VpcConfig.SecurityGroupIds.map(refOf)).toEqual([
        expect.stringMatching(/^EgressSecurityGroup/),
      ]);
    }
    expect(functions.filter(({ properties }) => properties.VpcConfig)).toEqual(dispatchers);
  });

  it('are the only route out, for each subnet by the gateway of its own zone', () => {
    const zoneOf = (subnet: string) => all.find(({ id }) => id === subnet)!.properties.AvailabilityZoneId;
    for (const subnet of subnetsOf('Private')) {
      const [route, ...others] = routesOf(subnet.id);
      expect(others).toEqual([]);
      expect(route.DestinationCidrBlock).toBe('0.0.0.0/0');
      const gateway = all.find(({ id }) => id === refOf(route.NatGatewayId))!;
      expect(zoneOf(refOf(gateway.properties.SubnetId))).toEqual(subnet.properties.AvailabilityZoneId);
    }
  });

  it('leave no route by IPv6, and none in', () => {
    const network = JSON.stringify(all.filter(({ type }) => type.startsWith('AWS::EC2::')));
    expect(network).not.toMatch(/ipv6|::\/0|EgressOnly/i);
    expect(JSON.stringify(dispatchers)).not.toMatch(/ipv6/i);
    const [group, ...others] = ofType('AWS::EC2::SecurityGroup').map(({ properties }) => properties);
    expect(others).toEqual([]);
    expect(group.SecurityGroupIngress).toBeUndefined();
    expect(group.SecurityGroupEgress).toEqual([
      expect.objectContaining({ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp' }),
    ]);
    expect(ofType('AWS::EC2::SecurityGroupIngress')).toEqual([]);
  });

  it('cost nothing for traffic to DynamoDB and S3', () => {
    const endpoints = ofType('AWS::EC2::VPCEndpoint').map(({ properties }) => properties);
    expect(endpoints.map(({ ServiceName }) => ServiceName['Fn::Join'][1].at(-1)).sort()).toEqual([
      '.dynamodb',
      '.s3',
    ]);
    for (const { RouteTableIds, VpcEndpointType } of endpoints) {
      expect(VpcEndpointType).toBe('Gateway');
      expect(RouteTableIds.map(refOf)).toEqual(subnetsOf('Private').map(({ id }) => tableOf(id)));
    }
  });

  it('let Lambda create the interfaces that it needs, but not the functions’ code', () => {
    for (const { id } of dispatchers) {
      const [policy] = ofType('AWS::IAM::Policy').filter((each) =>
        each.id.startsWith(id.replace(/Function.*/, 'Role')),
      );
      const statements = policy!.properties.PolicyDocument.Statement.filter(
        ({ Action }: { Action: string | string[] }) => [Action].flat()[0]!.startsWith('ec2:'),
      );
      const allowed = statements.filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
      const [denied, ...others] = statements.filter(({ Effect }: { Effect: string }) => Effect === 'Deny');
      expect(others).toEqual([]);
      expect(denied.Condition).toEqual({ Null: { 'lambda:SourceFunctionArn': 'false' } });
      const actions = allowed.flatMap(({ Action }: { Action: string[] }) => Action).sort();
      expect(denied.Action.toSorted()).toEqual(actions);
      expect(actions).toContain('ec2:CreateNetworkInterface');
    }
  });

  it('stay when they are protected, and when a gateway is added', () => {
    const alone = (gateways: number, keepAddresses: boolean) => {
      const stack = new Stack();
      const zones = ['use1-az1', 'use1-az4', 'use1-az2'].slice(0, gateways);
      new Egress(stack, 'Egress', { zones, keepAddresses });
      return resourcesOf(stack);
    };
    const policies = (keepAddresses: boolean) =>
      alone(1, keepAddresses)
        .filter(({ type }) => type === 'AWS::EC2::EIP')
        .map(({ deletionPolicy }) => deletionPolicy);
    expect([policies(true), policies(false)]).toEqual([['Retain'], ['Delete']]);
    const placed = (gateways: number) =>
      alone(gateways, true)
        .filter(({ type }) => type === 'AWS::EC2::Subnet')
        .map(({ id, properties }) => [id, properties.CidrBlock, properties.AvailabilityZoneId]);
    const [one, two, three] = [1, 2, 3].map(placed);
    expect(three).toHaveLength(6);
    expect(two).toEqual(expect.arrayContaining(one!));
    expect(three).toEqual(expect.arrayContaining(two!));
  });
});
