import { readFileSync } from 'node:fs';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PosthornEnvironment } from '../../lib/environment.ts';
import { type EnvironmentName, type Settings, settingsOf } from '../../lib/settings/config.ts';

const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as {
  context: Record<string, unknown>;
};

/** An environment with the app's own feature flags, but without bundling, which the templates do not need. */
export function environmentOf(name: EnvironmentName, changes: Partial<Settings> = {}): PosthornEnvironment {
  const app = new App({
    analyticsReporting: false,
    // `cdk synth` does it for what is deployed, and for what the system tests run. Here it would take 4 s.
    builtinCloudFormationValidation: false,
    // `cdk synth` asks for the path metadata.
    context: { ...context, 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true },
  });
  return new PosthornEnvironment(app, name, { ...settingsOf(name), ...changes });
}

interface Resource {
  readonly id: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates are JSON without a schema
  readonly properties: any;
  readonly deletionPolicy: string | undefined;
}

/** All resources of a stack. */
export function resourcesOf(stack: Stack): Resource[] {
  const { Resources = {} } = Template.fromStack(stack).toJSON() as {
    Resources?: Record<string, { Type: string; Properties?: object; DeletionPolicy?: string }>;
  };
  return Object.entries(Resources).map(([id, { Type, Properties = {}, DeletionPolicy }]) => ({
    id,
    type: Type,
    properties: Properties,
    deletionPolicy: DeletionPolicy,
  }));
}

/** The logical id that an `Fn::GetAtt` or `Ref` names. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export const refOf = (value: any): string => value?.['Fn::GetAtt']?.[0] ?? value?.Ref;
