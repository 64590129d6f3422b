import { Duration, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import {
  Effect,
  PolicyStatement,
  type PolicyStatementProps,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  CfnEventInvokeConfig,
  CfnEventSourceMapping,
  type CfnEventSourceMappingProps,
  type Code,
  EventSourceMapping,
  type IFunction,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from '../settings/config.ts';
import { bundledCode } from './bundle.ts';
import type { GradualRelease } from './gradual-release.ts';

/** The network of a function whose requests leave from fixed addresses. */
export interface Network {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly securityGroup: ISecurityGroup;
}

export interface PosthornFunctionProps {
  /** The folder in lambdas/functions/ that holds its handler.ts. */
  readonly folder: string;
  /** Default: the bundle of that folder alone. */
  readonly code?: Code | undefined;
  readonly timeout: Duration;
  readonly memoryMb: number;
  readonly environment: Record<string, string>;
  readonly settings: Pick<Settings, 'functionLogDays' | 'tracing'>;
  /** Default: Lambda's own, with the internet behind it. */
  readonly network?: Network | undefined;
  /**
   * Set where the function's messages lead back to it on purpose. Each such loop has its own bound, see
   * docs/decisions/23-loops.md. Default: Lambda stops a chain that returns some 16 times.
   */
  readonly isInLoop?: boolean | undefined;
  /** Concurrency that is kept for it, and the most that it gets. Default: what the account has left. */
  readonly reservedConcurrency?: number | undefined;
  /** Moves its callers to a new release. Default: a release replaces it where it is, all at once. */
  readonly release?: GradualRelease | undefined;
}

export interface Mapping {
  readonly batchSize: number;
  /** How long to wait for a batch to fill. Left out, a batch is sent with what the queue holds. */
  readonly window?: Duration;
  readonly maxConcurrency: number;
}

/** A function of ours: bundled with all it needs, on arm64. Its role may at first only write to its own log group. */
export class PosthornFunction extends Construct {
  readonly function: LambdaFunction;
  /** What requests, queues and rules call: the function itself, or the alias that a release moves. */
  readonly called: IFunction;
  readonly logGroup: ILogGroup;
  readonly timeout: Duration;
  readonly memoryMb: number;
  private readonly role: Role;

  constructor(scope: Construct, id: string, props: PosthornFunctionProps) {
    super(scope, id);
    this.timeout = props.timeout;
    this.memoryMb = props.memoryMb;
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: props.settings.functionLogDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.logGroup.grantWrite(this.role);
    if (props.network) this.allowInterfaces();
    const isTraced = props.settings.tracing === 'active';
    this.function = new LambdaFunction(this, 'Function', {
      code: props.code ?? bundledCode(props.folder),
      handler: 'index.handler',
      ...(props.isInLoop && { recursiveLoop: RecursiveLoop.ALLOW }),
      ...(props.reservedConcurrency && { reservedConcurrentExecutions: props.reservedConcurrency }),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role: this.role,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      // Stacks name our sources. A cold start takes 5 to 10 % longer and 1 MB more for it; the first stack that an instance
      // reads takes 20 to 30 ms and 7 to 13 MB. Our code reads none: only what Lambda prints of an unexpected error does.
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
      // CloudWatch bills by the byte: of Lambda's own lines only warnings are kept.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      logGroup: this.logGroup,
      ...(isTraced && { tracing: Tracing.ACTIVE }),
      ...(props.network && vpcProps(props.network)),
    });
    this.called = props.release?.aliasOf(this, this.function) ?? this.function;
    // CDK grants it with the property.
    if (isTraced)
      this.acknowledgeWildcard('AwsSolutions-IAM5[Resource::*]', 'X-Ray has no resources to send to');
  }

  /**
   * Lets Lambda connect the function to a network, with the function's role: AWS's own policy
   * AWSLambdaVPCAccessExecutionRole, as narrow as it still works. The function's code may do none of it.
   * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
   */
  private allowInterfaces(alsoDescribe: readonly string[] = []): void {
    const { partition, region, account } = Stack.of(this);
    const describe = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', ...alsoDescribe];
    const change = [
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ];
    this.allow(describe, '*');
    this.allow(change, `arn:${partition}:ec2:${region}:${account}:*/*`);
    this.role.addToPolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: [...describe, ...change],
        resources: ['*'],
        // Present in calls by a function's code, absent in Lambda's own.
        conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
      }),
    );
    const reason = 'interfaces have no names before Lambda makes them, and their lists cannot be narrowed';
    this.acknowledgeWildcard('AwsSolutions-IAM5[Resource::*]', reason);
    // cdk-nag quotes a named region or account in its finding as it stands in the template.
    const isNamed = !Token.isUnresolved(region);
    const place = isNamed ? `${partition}:ec2:${region}` : '<AWS::Partition>:ec2:<AWS::Region>';
    const owner = Token.isUnresolved(account) ? '<AWS::AccountId>' : account;
    const finding = `AwsSolutions-IAM5[Resource::arn:${place}:${owner}:*/*]`;
    this.acknowledgeWildcard(finding, reason);
  }

  /** Grants exactly these actions on these resources. */
  allow(actions: string[], ...resources: string[]): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources }));
  }

  /**
   * Grants actions on items of a table by partition key. Only for actions whose requests name the keys of all their
   * items.
   * @param keys `*` stands for any text
   */
  allowItems(
    actions: `dynamodb:${'Get' | 'BatchGet' | 'Put' | 'Update' | 'Delete' | 'BatchWrite'}Item`[],
    table: string,
    keys: string[],
  ): void {
    const conditions = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } };
    this.role.addToPolicy(new PolicyStatement({ actions, resources: [table], conditions }));
  }

  /** Allows actions on condition. */
  allowWhere(actions: string[], resources: string[], conditions: PolicyStatementProps['conditions']): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources, ...(conditions && { conditions }) }));
  }

  /**
   * Records why a wildcard in this function's policy is as narrow as it can be.
   * @param finding as cdk-nag reports it, with the resource: the rule's name alone acknowledges nothing
   */
  acknowledgeWildcard(finding: string, reason: string): void {
    Validations.of(this.role).acknowledge({ id: finding, reason });
  }

  /** Runs the function on a queue's messages, with failures reported message by message. */
  consume(id: string, queue: IQueue, mapping: Mapping): void {
    this.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queue.queueArn);
    const source = new EventSourceMapping(this, id, {
      target: this.called,
      eventSourceArn: queue.queueArn,
      batchSize: mapping.batchSize,
      maxConcurrency: mapping.maxConcurrency,
      reportBatchItemFailures: true,
      ...(mapping.window && { maxBatchingWindow: mapping.window }),
    });
    // AWS refuses a mapping whose role can't read the queue yet.
    source.node.addDependency(this.role);
  }

  /**
   * Has Lambda send events of asynchronous invocations to a queue, once they have failed three times or could not be tried for
   * six hours.
   */
  failTo(queue: IQueue): void {
    this.allow(['sqs:SendMessage'], queue.queueArn);
    const config = new CfnEventInvokeConfig(this, 'OnFailure', {
      functionName: this.function.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: Duration.hours(6).toSeconds(),
      destinationConfig: { onFailure: { destination: queue.queueArn } },
    });
    // AWS refuses a destination that the role may not send to yet.
    config.node.addDependency(this.role);
  }

  /**
   * Lets Lambda's pollers reach brokers in a network. The function itself stays outside of it.
   * https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-permissions.html
   */
  allowPollersNetwork(): void {
    this.allowInterfaces(['ec2:DescribeVpcs', 'ec2:DescribeSecurityGroups']);
  }

  /** Runs the function on a topic's records. A batch that it throws on comes again as a whole. */
  consumeTopic(id: string, mapping: Omit<CfnEventSourceMappingProps, 'functionName'>): void {
    const source = new CfnEventSourceMapping(this, id, {
      ...mapping,
      functionName: this.function.functionName,
    });
    // AWS refuses a mapping whose role can't read the topic yet.
    source.node.addDependency(this.role);
  }

  /** Runs the function at a fixed rate. A failed run is not repeated: the next run does its work. */
  runEvery(period: Duration): void {
    const attempts = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };
    this.function.configureAsyncInvoke(attempts);
    new Rule(this, 'Regularly', {
      schedule: Schedule.rate(period),
      targets: [new FunctionTarget(this.function, attempts)],
    });
  }
}

const vpcProps = ({ vpc, subnets, securityGroup }: Network) => ({
  vpc,
  vpcSubnets: subnets,
  securityGroups: [securityGroup],
});
