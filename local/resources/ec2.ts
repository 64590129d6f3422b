/**
 * Networks. Functions run on this machine whatever their network. These types check that a network's parts fit each
 * other, and make up addresses to show.
 */
import { z } from 'zod';
import { known, noted, type ResourceType, resourceType } from './resource.ts';

const LABELS = noted('labels for bills').optional();

/** An id of this kind, such as `subnet-…`, as EC2 makes it. */
const id = (kind: string) => z.string().startsWith(`${kind}-`);

/** A type that only checks its references. Its id holds its logical id, and so stays the same. */
const part = <Shape extends z.ZodRawShape>(kind: string, shape: Shape): ResourceType =>
  resourceType(shape, (_, { identity }) => {
    const ref = `${kind}-${identity.logicalId}`;
    return { ref, attributes: { Id: ref, GroupId: ref } };
  });

const vpc = part('vpc', {
  CidrBlock: z.cidrv4(),
  EnableDnsHostnames: noted('the machine resolves names').optional(),
  EnableDnsSupport: noted('the machine resolves names').optional(),
  InstanceTenancy: noted('there are no instances here').optional(),
  Tags: LABELS,
});

const subnet = resourceType(
  {
    VpcId: id('vpc'),
    AvailabilityZone: z.string().optional(),
    AvailabilityZoneId: z
      .string()
      .regex(/^[a-z]+\d-az\d$/, 'expected the id of an availability zone, such as use1-az1')
      .optional(),
    CidrBlock: z.cidrv4(),
    MapPublicIpOnLaunch: z.literal(false).optional(),
    Tags: LABELS,
  },
  ({ AvailabilityZone: name, AvailabilityZoneId }, { identity: { region, logicalId } }) => {
    if (name !== undefined && AvailabilityZoneId !== undefined)
      throw new Error('AvailabilityZone and AvailabilityZoneId: EC2 takes one of them');
    if (name !== undefined && !name.startsWith(region))
      throw new Error(`AvailabilityZone: expected one of ${region}, got ${name}`);
    return { ref: `subnet-${logicalId}` };
  },
);

const route = part('route', {
  RouteTableId: id('rtb'),
  DestinationCidrBlock: z.cidrv4(),
  GatewayId: id('igw').optional(),
  NatGatewayId: id('nat').optional(),
});

const securityGroup = part('sg', {
  VpcId: id('vpc'),
  GroupDescription: noted('for people'),
  SecurityGroupEgress: z.array(
    known({
      CidrIp: z.cidrv4(),
      IpProtocol: z.string(),
      FromPort: z.int().optional(),
      ToPort: z.int().optional(),
      Description: noted('for people').optional(),
    }),
  ),
  Tags: LABELS,
});

const gatewayEndpoint = part('vpce', {
  VpcId: id('vpc'),
  VpcEndpointType: z.literal('Gateway'),
  ServiceName: z.string(),
  RouteTableIds: z.array(id('rtb')),
  Tags: LABELS,
});

/** Addresses are from a range reserved for documentation (RFC 5737). */
const elasticIp = resourceType({ Domain: z.literal('vpc'), Tags: LABELS }, (_, { identity, world }) => {
  const address = `203.0.113.${world.elasticIps.length + 1}`;
  world.elasticIps.push(address);
  return { ref: address, attributes: { AllocationId: `eipalloc-${identity.logicalId}`, PublicIp: address } };
});

export const ec2Types: Record<string, ResourceType> = {
  'AWS::EC2::VPC': vpc,
  'AWS::EC2::Subnet': subnet,
  'AWS::EC2::RouteTable': part('rtb', { VpcId: id('vpc'), Tags: LABELS }),
  'AWS::EC2::SubnetRouteTableAssociation': part('rtbassoc', {
    RouteTableId: id('rtb'),
    SubnetId: id('subnet'),
  }),
  'AWS::EC2::Route': route,
  'AWS::EC2::InternetGateway': part('igw', { Tags: LABELS }),
  'AWS::EC2::VPCGatewayAttachment': part('attach', { VpcId: id('vpc'), InternetGatewayId: id('igw') }),
  'AWS::EC2::NatGateway': part('nat', { AllocationId: id('eipalloc'), SubnetId: id('subnet'), Tags: LABELS }),
  'AWS::EC2::EIP': elasticIp,
  'AWS::EC2::SecurityGroup': securityGroup,
  'AWS::EC2::VPCEndpoint': gatewayEndpoint,
};
