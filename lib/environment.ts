import { Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ApiStack } from './api-stack.ts';
import { checkSettings, type Settings } from './config.ts';
import { EraseFunction } from './erase-function.ts';
import { PipelineStack } from './pipeline-stack.ts';
import { RecoverFunction } from './recover-function.ts';
import { StorageStack } from './storage-stack.ts';

/**
 * One environment: its stacks, apart by life time. It belongs into a CDK Stage of its own, and the app is one:
 * an app holds the single environment that was asked for, so that `cdk deploy --all` means that environment.
 */
export class PosthornEnvironment extends Construct {
  readonly storage: StorageStack;
  readonly pipeline: PipelineStack;
  readonly api: ApiStack;

  /** @param name becomes part of every stack's name */
  constructor(scope: Construct, name: string, wanted: Settings) {
    super(scope, name);
    const settings = checkSettings(name, wanted);
    const environment = name;
    const stack = (part: string, description: string) => ({
      stackName: `posthorn-${name}-${part}`,
      description: `Posthorn (${name}): ${description}`,
      terminationProtection: settings.protectData && part === 'storage',
    });
    this.storage = new StorageStack(this, 'storage', settings, stack('storage', 'tables and payloads'));
    this.pipeline = new PipelineStack(
      this,
      'pipeline',
      { environment, settings, storage: this.storage },
      stack('pipeline', 'queues and the functions between them'),
    );
    new EraseFunction(this.pipeline, 'Erase', { environment, settings, storage: this.storage });
    new RecoverFunction('Recover', { environment, settings, storage: this.storage, pipeline: this.pipeline });
    this.api = new ApiStack(
      this,
      'api',
      { environment, settings, storage: this.storage, pipeline: this.pipeline },
      stack('api', 'the HTTP API'),
    );
    Tags.of(this).add('posthorn:environment', name);
  }
}
