import { wildcard } from '../../local/core/iam.ts';
import type { ResolvedResource } from './resolved.ts';

/** An edge from a caller to what it may call: both ends are ARNs. */
type Edge = readonly [from: string, to: string];

// biome-ignore lint/suspicious/noExplicitAny: templates are JSON without a schema
type Statement = any;

/**
 * The functions whose messages can return to them: by what the templates let them do (send to a queue or topic, invoke
 * a function), and by what is behind a queue or topic (a function or a dead-letter queue).
 */
export function functionsInLoops(resources: readonly ResolvedResource[]): ResolvedResource[] {
  const next = new Map<string, string[]>();
  for (const [from, to] of edgesOf(resources)) next.set(from, [...(next.get(from) ?? []), to]);
  return resources.filter(({ type, arn }) => type === 'AWS::Lambda::Function' && comesBack(next, arn));
}

function comesBack(next: ReadonlyMap<string, readonly string[]>, start: string): boolean {
  const seen = new Set<string>();
  const open = [...(next.get(start) ?? [])];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === start) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    open.push(...(next.get(at) ?? []));
  }
  return false;
}

function edgesOf(resources: readonly ResolvedResource[]): Edge[] {
  const reachable = resources.filter(({ type }) => SENDING[type]);
  return resources.flatMap(({ type, arn, properties }): Edge[] => {
    switch (type) {
      case 'AWS::Lambda::EventSourceMapping':
        return [[properties.EventSourceArn, arnOfFunction(resources, properties.FunctionName)]];
      case 'AWS::SQS::Queue':
        return properties.RedrivePolicy ? [[arn, properties.RedrivePolicy.deadLetterTargetArn]] : [];
      case 'AWS::SNS::Subscription':
        return properties.Protocol === 'email' ? [] : [[properties.TopicArn, properties.Endpoint]];
      case 'AWS::IAM::Policy':
        return functionsWith(resources, properties.Roles).flatMap((from) =>
          reachable
            .filter((to) => mayReach(properties.PolicyDocument.Statement, to))
            .map((to) => [from, to.arn] as const),
        );
      default:
        return [];
    }
  });
}

/** Actions of a function that pass work to a resource. */
const SENDING: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'sqs:SendMessage',
  'AWS::SNS::Topic': 'sns:Publish',
  'AWS::Lambda::Function': 'lambda:InvokeFunction',
};

const mayReach = (statements: readonly Statement[], { type, arn }: ResolvedResource): boolean =>
  statements.some(
    ({ Effect, Action, Resource }) =>
      Effect === 'Allow' &&
      [Action].flat().some((action: string) => wildcard(action)(SENDING[type]!)) &&
      [Resource].flat().some((resource: string) => wildcard(resource)(arn)),
  );

/** The ARNs of functions with one of these roles. */
const functionsWith = (resources: readonly ResolvedResource[], roles: readonly string[]): string[] =>
  resources
    .filter(({ type, properties }) => {
      const role = type === 'AWS::Lambda::Function' ? String(properties.Role).split('/').at(-1) : undefined;
      return role !== undefined && roles.includes(role);
    })
    .map(({ arn }) => arn);

/** @param called by its name or ARN, or by that of its alias */
function arnOfFunction(resources: readonly ResolvedResource[], called: string): string {
  const alias = resources.find(({ type, arn }) => type === 'AWS::Lambda::Alias' && arn.endsWith(called));
  const name: string = alias?.properties.FunctionName ?? called;
  return resources.find(
    ({ type, ref, arn }) => type === 'AWS::Lambda::Function' && [ref, arn].includes(name),
  )!.arn;
}
