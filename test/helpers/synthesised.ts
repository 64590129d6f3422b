import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
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
  readonly dependsOn: readonly string[] | undefined;
}

/** All resources of a stack. A name that it reads of another stack looks as if it had an output of its own. */
export function resourcesOf(stack: Stack): Resource[] {
  const { Resources = {} } = Template.fromStack(stack).toJSON() as {
    Resources?: Record<
      string,
      { Type: string; Properties?: object; DeletionPolicy?: string; DependsOn?: string[] }
    >;
  };
  const kept = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::SSM::Parameter');
  const lists = new Map(kept.map(([id, { Properties }]) => [id, namesIn(stack, Properties)]));
  return Object.entries(Resources).map(([id, { Type, Properties = {}, DeletionPolicy, DependsOn }]) => ({
    id,
    type: Type,
    properties: lists.size === 0 ? Properties : withNames(Properties, lists),
    deletionPolicy: DeletionPolicy,
    dependsOn: DependsOn,
  }));
}

type Lists = ReadonlyMap<string, readonly object[]>;

/** What the output holds that a parameter keeps: see lib/monitoring/names.ts. */
// biome-ignore lint/suspicious/noExplicitAny: see above
function namesIn(reader: Stack, properties: any): readonly object[] {
  const read = properties.Value['Fn::GetStackOutput'];
  const source = reader.node.root.node
    .findAll()
    .find((each): each is Stack => Stack.isStack(each) && each.stackName === read.StackName);
  const value = Template.fromStack(source!).toJSON().Outputs[read.OutputName].Value;
  const names: readonly { Ref?: string; 'Fn::GetAtt'?: string[] }[] = value['Fn::Join']?.[1] ?? [value];
  return names.map(({ Ref, 'Fn::GetAtt': attribute = [] }) => ({
    'Fn::GetStackOutput': { ...read, OutputName: Ref ? `Ref${Ref}` : `FnGetAtt${attribute.join('')}` },
  }));
}

function withNames(properties: object, lists: Lists): object {
  return JSON.parse(JSON.stringify(properties), (_key, value) => {
    const [index, from] = value?.['Fn::Select'] ?? [];
    const [id, attribute] = from?.['Fn::Split']?.[1]?.['Fn::GetAtt'] ?? [];
    return attribute === 'Value' ? lists.get(id)![index] : value;
  });
}

/** The logical id that an `Fn::GetAtt` or `Ref` names. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export const refOf = (value: any): string => value?.['Fn::GetAtt']?.[0] ?? value?.Ref;
