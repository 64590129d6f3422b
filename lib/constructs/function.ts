import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  EventSourceMapping,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { bundledCode } from './bundle.ts';

export interface PosthornFunctionProps {
  /** The folder in lambdas/ that holds its handler.ts. */
  readonly folder: string;
  readonly timeout: Duration;
  readonly memoryMb: number;
  readonly environment: Record<string, string>;
  readonly logDays: RetentionDays;
  /** Paths of files to be put beside the bundle. */
  readonly files?: readonly string[];
}

export interface Mapping {
  readonly batchSize: number;
  /** How long to wait for a batch to fill. Left out, a batch is what is there. */
  readonly window?: Duration;
  readonly maxConcurrency: number;
}

/**
 * A function of ours: bundled with all it needs, on arm64, with a role that at first may do nothing but write
 * to its own log group.
 */
export class PosthornFunction extends Construct {
  readonly function: LambdaFunction;
  private readonly role: Role;

  constructor(scope: Construct, id: string, props: PosthornFunctionProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    logGroup.grantWrite(this.role);
    this.function = new LambdaFunction(this, 'Function', {
      code: bundledCode(props.folder, props.files),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role: this.role,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
      // CloudWatch bills by the byte: of Lambda's own lines only those that tell of trouble are kept.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      logGroup,
    });
  }

  /** Grants exactly these actions on these resources. */
  allow(actions: string[], ...resources: string[]): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources }));
  }

  /**
   * Grants these actions, each of which is about one item, on items of a table by their partition keys.
   * @param keys `*` stands for any text
   */
  allowItems(
    actions: `dynamodb:${'Get' | 'Put' | 'Update' | 'Delete'}Item`[],
    table: string,
    keys: string[],
  ): void {
    const conditions = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } };
    this.role.addToPolicy(new PolicyStatement({ actions, resources: [table], conditions }));
  }

  /**
   * Says why a wildcard in this function's policy is as narrow as it can be.
   * @param finding as cdk-nag reports it, with the resource: the rule's name alone acknowledges nothing
   */
  acknowledgeWildcard(finding: string, reason: string): void {
    Validations.of(this.role).acknowledge({ id: finding, reason });
  }

  /** Runs the function on what comes into a queue, with failures reported message by message. */
  consume(id: string, queue: IQueue, mapping: Mapping): void {
    this.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queue.queueArn);
    const source = new EventSourceMapping(this, id, {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize: mapping.batchSize,
      maxConcurrency: mapping.maxConcurrency,
      reportBatchItemFailures: true,
      ...(mapping.window && { maxBatchingWindow: mapping.window }),
    });
    // AWS refuses a mapping whose role may not read the queue yet.
    source.node.addDependency(this.role);
  }
}
