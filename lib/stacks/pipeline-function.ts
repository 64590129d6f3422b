import type { Duration } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type Network, PosthornFunction } from '../constructs/function.ts';
import type { GradualRelease } from '../constructs/gradual-release.ts';
import type { Settings } from '../settings/config.ts';

/** 512 MB come with 0.3 of a processor: enough to sign and to do TLS with ten endpoints at once. */
const MEMORY_MB = 512;

export interface PipelineFunctionProps {
  /** The folder in lambdas/functions/ that holds its handler.ts. */
  readonly folder: string;
  readonly timeout: Duration;
  readonly variables: Readonly<Record<string, string>>;
  /** The environment's name. */
  readonly environment: string;
  readonly settings: Settings;
  /** The queue for messages that do not parse. */
  readonly quarantine: IQueue;
  readonly network?: Network | undefined;
  /** See PosthornFunctionProps. */
  readonly isInLoop?: boolean | undefined;
  readonly reservedConcurrency?: number | undefined;
  readonly release?: GradualRelease | undefined;
}

/** A function between queues. It may at first only send messages that it can't read to quarantine. */
export function pipelineFunction(
  scope: Construct,
  id: string,
  props: PipelineFunctionProps,
): PosthornFunction {
  const created = new PosthornFunction(scope, id, {
    folder: props.folder,
    timeout: props.timeout,
    memoryMb: MEMORY_MB,
    settings: props.settings,
    environment: {
      ...props.variables,
      POSTHORN_ENV: props.environment,
      QUARANTINE_QUEUE_URL: props.quarantine.queueUrl,
    },
    network: props.network,
    isInLoop: props.isInLoop,
    reservedConcurrency: props.reservedConcurrency,
    release: props.release,
  });
  created.allow(['sqs:SendMessage'], props.quarantine.queueArn);
  return created;
}
