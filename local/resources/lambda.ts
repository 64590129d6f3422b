import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Role } from '../core/access.ts';
import { ACCOUNT } from '../core/account.ts';
import { isAllowed } from '../core/iam.ts';
import { ASYNC_DEFAULTS } from '../lambda/async-invoke.ts';
import { createFunction, type LocalFunction } from '../lambda/function.ts';
import { createMessage } from '../services/sqs/message.ts';
import type { Queue } from '../services/sqs/queue.ts';
import { isKafkaMapping, kafkaMapping } from './kafka-mapping.ts';
import {
  checkRegion,
  type Identity,
  known,
  noted,
  notedType,
  type ResourceType,
  resourceType,
} from './resource.ts';
import { functionNamed, type World } from './world.ts';

/**
 * Lambda's limit for all environment variables of a function. AWS does not say how it counts; its error prints JSON, so
 * they are counted as JSON, the larger size.
 */
const ENVIRONMENT_BYTES = 4096;

/** Of Lambda's own lines in text, nothing reads any here. */
const loggingConfig = known({
  LogFormat: z.enum(['JSON', 'Text']).default('Text'),
  SystemLogLevel: z.literal('WARN', 'only the lines of level WARN are implemented').optional(),
  ApplicationLogLevel: noted('functions write their lines themselves').optional(),
  LogGroup: z.string().optional(),
});

const lambda = resourceType(
  {
    FunctionName: z.string().max(64).optional(),
    Code: known({ S3Bucket: z.string(), S3Key: z.string() }),
    Handler: z.string(),
    Runtime: z
      .string()
      .regex(/^(nodejs|python)/, 'only Node.js runtimes run here, and what CDK writes in Python'),
    Role: z.string(),
    Timeout: z.number().int().min(1).max(900).default(3),
    MemorySize: z.number().int().min(128).max(10_240).default(128),
    Environment: known({ Variables: z.record(z.string(), z.string()).optional() }).optional(),
    ReservedConcurrentExecutions: z.number().int().min(1).optional(),
    VpcConfig: known({
      SubnetIds: z.array(z.string().startsWith('subnet-')).min(1),
      SecurityGroupIds: z.array(z.string().startsWith('sg-')).min(1),
    }).optional(),
    Architectures: noted('the machine has its own').optional(),
    Description: noted('for people').optional(),
    Layers: z.array(z.string()).optional(),
    EphemeralStorage: noted('/tmp is the machine’s').optional(),
    LoggingConfig: loggingConfig.optional(),
    // There is no X-Ray here. What is sampled costs nothing but its place in a template.
    TracingConfig: known({ Mode: z.enum(['Active', 'PassThrough']) }).optional(),
    RuntimeManagementConfig: noted('the machine’s Node runs').optional(),
    RecursiveLoop: z.enum(['Allow', 'Terminate']).default('Terminate'),
    Tags: noted('labels for bills').optional(),
  },
  (properties, { identity, world, assets }) => {
    const physicalName = properties.FunctionName ?? identity.defaultName;
    const arn = `arn:aws:lambda:${identity.region}:${ACCOUNT}:function:${physicalName}`;
    const role = world.access.roles.get(properties.Role);
    if (!role) throw new Error(`no role ${properties.Role}`);
    if (properties.Runtime.startsWith('python')) {
      // What needs such a function, CDK's custom resources, does here what it would do.
      world.foreignFunctions.set(arn, role);
      return { ref: physicalName, attributes: { Arn: arn } };
    }
    if (properties.Layers) throw new Error('layers are not implemented for Node.js');
    const codeDir = assets.get(properties.Code.S3Key);
    if (!codeDir) throw new Error(`no asset ${properties.Code.S3Key} in the assembly`);
    const name = uniqueName(world, identity);
    const variables = properties.Environment?.Variables ?? {};
    checkEnvironment(variables);
    const { LogFormat, LogGroup } = properties.LoggingConfig ?? {};
    if (LogGroup !== undefined && !world.logs.has(LogGroup)) throw new Error(`no log group ${LogGroup}`);
    const logGroup = LogGroup ?? `/aws/lambda/${physicalName}`;
    if (properties.VpcConfig) checkInterfaces(role, identity.region);
    world.functions.set(
      name,
      createFunction({
        name,
        physicalName,
        arn,
        role,
        codeDir,
        handler: properties.Handler,
        moduleFile: moduleFile(codeDir, properties.Handler),
        env: {
          ...variables,
          ...runtimeEnvironment(
            world,
            identity.region,
            physicalName,
            properties.MemorySize,
            properties.Handler,
            codeDir,
          ),
          AWS_ACCESS_KEY_ID: world.access.issueKey(name, role),
        },
        memoryMb: properties.MemorySize,
        timeoutMs: properties.Timeout * 1000,
        services: world.services,
        endpoint: world.endpoint,
        allowsLoops: properties.RecursiveLoop === 'Allow',
        maxWorkers: Math.min(
          properties.ReservedConcurrentExecutions ?? 1000,
          world.limits.workersPerFunction,
        ),
        idleMs: world.limits.idleMs,
        startEnvironment: world.startEnvironment,
        clock: world.clock?.offset,
        log: world.log,
        writeLog: (line) => world.logs.write(logGroup, line, Date.now()),
        logsFailures: LogFormat === 'JSON',
        meter: world.meter,
      }),
    );
    return { ref: physicalName, attributes: { Arn: arn } };
  },
);

/**
 * Checks what Lambda requires of a role before it puts a function into a network. Lambda makes these calls itself: a
 * denial to the function's code does not concern them.
 */
function checkInterfaces({ name, statements }: Role, region: string): void {
  const allowed = statements.filter(({ effect }) => effect === 'Allow');
  const resource = `arn:aws:ec2:${region}:${ACCOUNT}:network-interface/*`;
  const lacking = ['Create', 'Describe', 'Delete']
    .map((verb) => `ec2:${verb}NetworkInterface${verb === 'Describe' ? 's' : ''}`)
    .find((action) => !isAllowed(allowed, action, resource));
  if (lacking) throw new Error(`the execution role ${name} does not have permissions to call ${lacking}`);
}

function checkEnvironment(variables: Record<string, string>): void {
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > ENVIRONMENT_BYTES)
    throw new Error(`environment variables: ${bytes} bytes, at most ${ENVIRONMENT_BYTES}`);
  const reserved = Object.keys(variables).find((key) => RESERVED.test(key));
  if (reserved) throw new Error(`environment variable ${reserved} is reserved by Lambda`);
}

const RESERVED =
  /^(AWS_(REGION|DEFAULT_REGION|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|LAMBDA_.+)|_HANDLER)$/;

function moduleFile(codeDir: string, handler: string): string {
  const base = handler.slice(0, handler.lastIndexOf('.'));
  const file = ['.mjs', '.js', '.cjs']
    .map((extension) => base + extension)
    .find((name) => existsSync(join(codeDir, name)));
  if (!file) throw new Error(`handler ${handler}: no ${base}.mjs, .js or .cjs in ${codeDir}`);
  return file;
}

/** The variables that Lambda's runtime sets, with the emulators in place of AWS. */
function runtimeEnvironment(
  world: World,
  region: string,
  functionName: string,
  memoryMb: number,
  handler: string,
  codeDir: string,
): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SQS: world.endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: world.endpoint,
    AWS_ENDPOINT_URL_SNS: world.endpoint,
    AWS_ENDPOINT_URL_STS: world.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: world.endpoint,
    AWS_ENDPOINT_URL_KINESIS: world.endpoint,
    AWS_ENDPOINT_URL_FIREHOSE: world.endpoint,
    AWS_ENDPOINT_URL_LAMBDA: world.endpoint,
    AWS_ENDPOINT_URL_SESV2: world.endpoint,
    AWS_ENDPOINT_URL_S3: world.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: world.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: world.endpoint,
    AWS_ENDPOINT_URL_GLUE: world.endpoint,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: codeDir,
    TZ: ':UTC',
    _HANDLER: handler,
  };
}

/** A function whose name is taken has its region before the name, or else its stack. */
function uniqueName({ functions }: World, { constructName, region, stack }: Identity): string {
  const names = [constructName, `${region}/${constructName}`, `${stack}-${constructName}`];
  return names.find((name) => !functions.has(name)) ?? names.at(-1)!;
}

const queueMapping = resourceType(
  {
    FunctionName: z.string(),
    EventSourceArn: z.string().startsWith('arn:aws:sqs:', 'only SQS and Kafka event sources are implemented'),
    BatchSize: z.number().int().min(1).max(10_000).default(10),
    MaximumBatchingWindowInSeconds: z.number().int().min(0).max(300).default(0),
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).optional(),
    ScalingConfig: known({ MaximumConcurrency: z.number().int().min(2).max(1000).optional() }).optional(),
    Enabled: z.boolean().default(true),
    MetricsConfig: noted('there is no CloudWatch here').optional(),
    Tags: noted('labels for bills').optional(),
  },
  (properties, { identity, world }) => {
    const target = functionNamed(world, identity.region, properties.FunctionName);
    const queue = world.sqs.queueByArn(properties.EventSourceArn);
    if (!queue) throw new Error(`no queue ${properties.EventSourceArn}`);
    checkRegion(identity, queue.arn, 'EventSourceArn');
    checkMapping(world, properties.BatchSize, properties.MaximumBatchingWindowInSeconds, queue, target);
    const wanted = properties.ScalingConfig?.MaximumConcurrency ?? 1000;
    if (properties.Enabled) {
      world.mappings.push({
        queue,
        target,
        batchSize: properties.BatchSize,
        windowMs: properties.MaximumBatchingWindowInSeconds * 1000,
        concurrency: Math.min(wanted, world.limits.batchesPerMapping),
        reportsFailures: properties.FunctionResponseTypes !== undefined,
      });
    }
    return { ref: identity.defaultName, attributes: { Id: identity.defaultName } };
  },
);

/** Sources of each kind take other properties. */
const eventSourceMapping: ResourceType = {
  create: (properties, surroundings) =>
    (isKafkaMapping(properties) ? kafkaMapping : queueMapping).create(properties, surroundings),
};

/**
 * Refuses what Lambda refuses when the mapping is created.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
function checkMapping(
  world: World,
  batchSize: number,
  window: number,
  queue: Queue,
  target: LocalFunction,
): void {
  if (batchSize > 10 && window < 1) {
    throw new Error('MaximumBatchingWindowInSeconds must be at least 1 when BatchSize is greater than 10');
  }
  if (queue.visibilityTimeout * 1000 < target.timeoutMs) {
    throw new Error(
      `queue visibility timeout: ${queue.visibilityTimeout} seconds is less than function timeout: ${target.timeoutMs / 1000} seconds`,
    );
  }
  for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']) {
    const denial = world.access.refuse(target.accessKey, [{ action, resource: queue.arn }]);
    if (denial)
      throw new Error(`the function's role ${target.role.name} lacks ${denial.action} on ${denial.resource}`);
  }
}

const permission = resourceType(
  {
    Action: z.literal('lambda:InvokeFunction'),
    FunctionName: z.string(),
    Principal: z.string(),
    SourceArn: z.string().optional(),
    SourceAccount: z.literal(ACCOUNT, 'there is one account here').optional(),
  },
  (properties, { identity, world }) => {
    const { arn } = functionNamed(world, identity.region, properties.FunctionName);
    world.permissions.push({
      functionArn: arn,
      principal: properties.Principal,
      sourceArn: properties.SourceArn,
    });
    return { ref: identity.defaultName };
  },
);

const eventInvokeConfig = resourceType(
  {
    FunctionName: z.string(),
    Qualifier: z.string(),
    MaximumRetryAttempts: z.number().int().min(0).max(2).default(ASYNC_DEFAULTS.retries),
    MaximumEventAgeInSeconds: z
      .number()
      .int()
      .min(60)
      .max(21_600)
      .default(ASYNC_DEFAULTS.maxAgeMs / 1000),
    DestinationConfig: known({
      OnFailure: known({
        Destination: z.string().startsWith('arn:aws:sqs:', 'only queues are implemented'),
      }).optional(),
    }).optional(),
  },
  (properties, { identity, world }) => {
    const called = functionNamed(world, identity.region, properties.FunctionName);
    const fn =
      properties.Qualifier === '$LATEST'
        ? called
        : functionNamed(world, identity.region, `${called.arn}:${properties.Qualifier}`);
    const destination = properties.DestinationConfig?.OnFailure?.Destination;
    world.asyncSettings.set(fn.arn, {
      retries: properties.MaximumRetryAttempts,
      maxAgeMs: properties.MaximumEventAgeInSeconds * 1000,
      onFailure: destination === undefined ? undefined : toQueue(world, identity, fn, destination),
    });
    return { ref: identity.defaultName };
  },
);

/**
 * Sends records of failed invocations with the function's role.
 * @throws where Lambda refuses the destination, as when the role may not send to it
 */
function toQueue(
  { sqs, access }: World,
  identity: Identity,
  fn: LocalFunction,
  arn: string,
): (record: string) => string | undefined {
  const queue = sqs.queueByArn(arn);
  if (!queue) throw new Error(`DestinationConfig: no queue ${arn}`);
  checkRegion(identity, arn, 'DestinationConfig');
  const denial = access.refuse(fn.accessKey, [{ action: 'sqs:SendMessage', resource: arn }]);
  if (denial)
    throw new Error(
      `the function's execution role ${fn.role.name} does not have permissions to call SendMessage on ${arn}`,
    );
  return (record) => {
    const bytes = Buffer.byteLength(record);
    if (bytes > queue.maximumMessageSize)
      return `a record of ${bytes} bytes, more than a message of ${queue.name} takes (DestinationDeliveryFailures)`;
    queue.send([createMessage({ body: record }, Date.now())], [queue.delay]);
    return undefined;
  };
}

const layerVersion = notedType('only functions that do not run here have layers');

export const lambdaTypes: Record<string, ResourceType> = {
  'AWS::Lambda::Function': lambda,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
  'AWS::Lambda::Permission': permission,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::Lambda::LayerVersion': layerVersion,
};
