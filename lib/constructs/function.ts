import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  EventSourceMapping,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

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

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** ESM output has no `require`, which parts of the AWS SDK's dependencies call. */
const REQUIRE_BANNER =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Copies files into a folder in any shell: by Node, with the paths as arguments. */
const copyCommand = (files: readonly string[], folder: string): string => {
  const script =
    'const [to, ...files] = process.argv.slice(1); for (const file of files) fs.copyFileSync(file, path.join(to, path.basename(file)))';
  return ['node -e', ...[script, folder, ...files].map((argument) => `"${argument}"`)].join(' ');
};

/**
 * A function of ours: bundled with all it needs, on arm64, with a role that at first may do nothing but write
 * to its own log group.
 */
export class PosthornFunction extends Construct {
  readonly function: NodejsFunction;
  private readonly role: Role;

  constructor(scope: Construct, id: string, props: PosthornFunctionProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    logGroup.grantWrite(this.role);
    this.function = new NodejsFunction(this, 'Function', {
      entry: `${projectRoot}lambdas/${props.folder}/handler.ts`,
      projectRoot,
      depsLockFilePath: `${projectRoot}package-lock.json`,
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
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        mainFields: ['module', 'main'],
        minify: true,
        sourceMap: true,
        sourcesContent: false,
        bundleAwsSDK: true,
        banner: REQUIRE_BANNER,
        commandHooks: {
          beforeInstall: () => [],
          beforeBundling: () => [],
          afterBundling: (_, outputDir) => (props.files?.length ? [copyCommand(props.files, outputDir)] : []),
        },
      },
    });
  }

  /** Grants exactly these actions on these resources. */
  allow(actions: string[], ...resources: string[]): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources }));
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
