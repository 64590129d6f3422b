import { CfnOutput, Fn, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import {
  CfnEIP,
  type CfnSubnet,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  Subnet,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Network } from '../constructs/function.ts';
import type { Settings } from '../settings/config.ts';
import type { GivenNetwork } from '../settings/networks.ts';
import { MAX_GATEWAYS } from '../settings/zones.ts';

export interface EgressProps {
  /** Ids of availability zones. Each gets a NAT gateway with its own address. */
  readonly zones: readonly string[];
  /** Keeps the addresses when the stack is deleted: receivers have them in their firewalls. */
  readonly keepAddresses: boolean;
}

/** Holds six subnets of 251 addresses. No network is peered with it, so every region uses the same range. */
const CIDR = '10.0.0.0/20';
const SUBNET_MASK = 24;

const PRIVATE = { subnetType: SubnetType.PRIVATE_WITH_EGRESS };

const outputOf = (position: number): string => `EgressAddress${position + 1}`;

/** The network that the settings ask for in a stack whose functions deliver, if any. */
export function createEgress(
  scope: Construct,
  { staticEgress, protectData }: Pick<Settings, 'staticEgress' | 'protectData'>,
): Egress | GivenEgress | undefined {
  const { region } = Stack.of(scope);
  const zones = staticEgress?.zones?.[region];
  if (zones) return new Egress(scope, 'Egress', { zones, keepAddresses: protectData });
  const given = staticEgress?.networks?.[region];
  return given && new GivenEgress(scope, 'GivenEgress', given);
}

/** A network that is there already, and its addresses as the settings have them. */
export class GivenEgress extends Construct {
  readonly region: string;
  readonly addresses: readonly string[];
  readonly network: Network;

  constructor(scope: Construct, id: string, { vpcId, subnetIds, addresses }: GivenNetwork) {
    super(scope, id);
    this.region = Stack.of(this).region;
    this.addresses = addresses;
    const subnets = subnetIds.map((subnet) => Subnet.fromSubnetId(this, subnet, subnet));
    for (const subnet of subnets)
      Validations.of(subnet).acknowledge({
        id: 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId',
        reason: 'its routes are not ours, and nothing reads them',
      });
    // CDK wants zones, and no resource names them.
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', { vpcId, availabilityZones: ['any'] });
    this.network = { vpc, subnets: { subnets }, securityGroup: createSecurityGroup(this, vpc) };
  }

  /** As `Egress`. */
  get addressesElsewhere(): readonly string[] {
    return this.addresses;
  }
}

/**
 * A network whose functions reach the internet from addresses that never change. One for each AWS region.
 *
 * DynamoDB and S3 are reached through gateway endpoints, which are free. SQS and SNS are reached through the NAT
 * gateways: dispatch sends some 2 KB a delivery, $0.09 a million. An interface endpoint costs $0.01 an hour in each
 * zone, $7.30 a month, and $0.01 a GB. It would pay from 200 GB a month, 100 million deliveries.
 */
export class Egress extends Construct {
  readonly region: string;
  /** IPv4 addresses that requests leave from. */
  readonly addresses: readonly string[];
  /** The network for functions. */
  readonly network: Network;

  constructor(scope: Construct, id: string, props: EgressProps) {
    super(scope, id);
    this.region = Stack.of(this).region;
    const elasticIps = this.createAddresses(props);
    this.addresses = elasticIps.map(({ attrPublicIp }) => attrPublicIp);
    const vpc = this.createVpc(elasticIps, props.zones);
    this.network = {
      vpc,
      subnets: PRIVATE,
      securityGroup: createSecurityGroup(this, vpc),
    };
    for (const [position, value] of this.addresses.entries()) {
      const description = 'An address that deliveries come from';
      new CfnOutput(this, outputOf(position), { description, value }).overrideLogicalId(outputOf(position));
    }
  }

  /**
   * The addresses for another stack, of the same region or another. That stack reads them from outputs when it is
   * deployed: an export could be neither changed nor removed while another stack imports it. Each address has its own
   * output, since CloudFormation does not document that Fn::Split takes another stack's output.
   */
  get addressesElsewhere(): string[] {
    const region = Token.isUnresolved(this.region) ? undefined : this.region;
    const { stackName } = Stack.of(this);
    return this.addresses.map((_, position) => Fn.getStackOutput(stackName, outputOf(position), region));
  }

  /** Separate resources, so that they stay when a gateway is replaced. */
  private createAddresses({ zones, keepAddresses }: EgressProps): CfnEIP[] {
    return zones.map((_, position) => {
      const address = new CfnEIP(this, `Address${position + 1}`, { domain: 'vpc' });
      address.applyRemovalPolicy(keepAddresses ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
      return address;
    });
  }

  /** IPv4 only: no IPv6 address or route leads around the gateways. */
  private createVpc(elasticIps: readonly CfnEIP[], zones: readonly string[]): IVpc {
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(CIDR),
      // CDK distinguishes subnets by these. It takes them for names, which is corrected below.
      availabilityZones: [...zones],
      // Reserves the subnets of further gateways, so that adding one moves no other.
      reservedAzs: MAX_GATEWAYS - elasticIps.length,
      natGateways: elasticIps.length,
      natGatewayProvider: NatProvider.gateway({
        eipAllocationIds: elasticIps.map(({ attrAllocationId }) => attrAllocationId),
      }),
      subnetConfiguration: [
        {
          name: 'Public',
          subnetType: SubnetType.PUBLIC,
          cidrMask: SUBNET_MASK,
          // Only gateways stand here, and they have their own addresses.
          mapPublicIpOnLaunch: false,
        },
        { name: 'Private', ...PRIVATE, cidrMask: SUBNET_MASK },
      ],
      gatewayEndpoints: {
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB, subnets: [PRIVATE] },
        S3: { service: GatewayVpcEndpointAwsService.S3, subnets: [PRIVATE] },
      },
      // Emptying the default group would take a function of CDK's own, and no resource uses that group.
      restrictDefaultSecurityGroup: false,
    });
    Validations.of(vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason:
        'the functions in it are all that speaks here, and each of their requests is in the delivery log with its outcome; flow logs would cost more than the gateways under load',
    });
    for (const { node, availabilityZone } of [...vpc.publicSubnets, ...vpc.privateSubnets]) {
      const subnet = node.defaultChild as CfnSubnet;
      subnet.addPropertyDeletionOverride('AvailabilityZone');
      subnet.addPropertyOverride('AvailabilityZoneId', availabilityZone);
    }
    // CDK's class and interface differ in whether `undefined` may be explicit.
    return vpc as IVpc;
  }
}

/** The VPC resolves names, which no group filters. All other traffic that leaves is TCP over IPv4. */
function createSecurityGroup(scope: Construct, vpc: IVpc): SecurityGroup {
  const group = new SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: 'Posthorn: functions that deliver. Nothing comes in',
    allowAllOutbound: false,
  });
  // The allowed ports are a setting, checked at connect time.
  group.addEgressRule(Peer.anyIpv4(), Port.allTcp(), 'endpoints, on any port');
  return group;
}
