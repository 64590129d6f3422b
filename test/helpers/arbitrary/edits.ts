import { setTimeout as sleep } from 'node:timers/promises';
import { EVENT_RECEIVES } from '../../../lib/constructs/queue.ts';
import type { LocalCloudOptions } from '../../../local/cloud.ts';
import type { JsonObject, Resource, Template } from '../../../local/template/template.ts';

/** Changes to the templates before they are deployed. */
export type Edit = NonNullable<LocalCloudOptions['edit']>;

export const edits =
  (...all: Edit[]): Edit =>
  (stack, template) => {
    for (const edit of all) edit(stack, template);
  };

/** Removes all batch windows. Without a window AWS allows at most ten messages in a batch. */
export const withoutWindows: Edit = (_, template) => {
  for (const { Properties } of ofType(template, 'AWS::Lambda::EventSourceMapping')) {
    if (!Properties.MaximumBatchingWindowInSeconds) continue;
    Properties.MaximumBatchingWindowInSeconds = 0;
    Properties.BatchSize = 10;
  }
};

/** How long functions cache with `shortCaches`. */
const CACHE_MS = 500;
const CACHES = ['HEALTH_CACHE_MS', 'TARGET_CACHE_MS', 'ADDRESS_CACHE_MS', 'EVENT_TYPE_CACHE_MS'];

/** Shortens the functions' caches. */
export const shortCaches: Edit = (_, template) => {
  for (const { Properties } of ofType(template, 'AWS::Lambda::Function')) {
    const { Variables = {} } = (Properties.Environment ?? {}) as { Variables?: JsonObject };
    for (const name of CACHES) if (name in Variables) Variables[name] = String(CACHE_MS);
  }
};

/** Waits until the caches of `shortCaches` have expired. */
export const forgotten = (): Promise<void> => sleep(CACHE_MS + 50);

/**
 * Makes messages reappear soon. AWS refuses a visibility timeout below the function's timeout, so both are shortened.
 */
export const impatient =
  (seconds: number, maxReceives?: number): Edit =>
  (_, template) => {
    for (const { Properties } of ofType(template, 'AWS::Lambda::Function')) {
      Properties.Timeout = Math.min(seconds, Number(Properties.Timeout));
    }
    for (const { Properties } of ofType(template, 'AWS::SQS::Queue')) {
      Properties.VisibilityTimeout = seconds;
      const redrive = Properties.RedrivePolicy as JsonObject | undefined;
      if (!redrive || !maxReceives) continue;
      // The dead-letter writer gets as many receives as a work queue, on top of those before.
      const isOfDeadLetterWriter = Number(redrive.maxReceiveCount) > EVENT_RECEIVES;
      redrive.maxReceiveCount = isOfDeadLetterWriter ? 2 * maxReceives + 1 : maxReceives;
    }
  };

/** Shortens the API's cache of callers. AWS takes whole seconds. */
export const forgetful =
  (seconds: number): Edit =>
  (_, template) => {
    for (const { Properties } of ofType(template, 'AWS::ApiGatewayV2::Authorizer')) {
      Properties.AuthorizerResultTtlInSeconds = seconds;
    }
  };

/** Sets a variable of the functions that have it. */
export const withVariable =
  (name: string, value: string): Edit =>
  (_, template) => {
    for (const { Properties } of ofType(template, 'AWS::Lambda::Function')) {
      const { Variables = {} } = (Properties.Environment ?? {}) as { Variables?: JsonObject };
      if (name in Variables) Variables[name] = value;
    }
  };

/**
 * Removes a grant.
 * @param resource part of the resource's logical id, such as `Log`; the action is kept on all others
 * @throws when the function's policy has no such grant, so that no test removes nothing
 */
export const withoutGrant =
  (functionName: string, action: string, resource: string): Edit =>
  (_, template) => {
    const roleId = Object.keys(template.Resources).find((id) =>
      id.startsWith(`${functionName}RoleDefaultPolicy`),
    );
    if (!roleId) return;
    const document = template.Resources[roleId]!.Properties!.PolicyDocument as unknown as {
      Statement: Statement[];
    };
    const kept = document.Statement.flatMap((statement) => without(statement, action, resource));
    if (JSON.stringify(kept) === JSON.stringify(document.Statement)) {
      throw new Error(`${functionName} has no grant of ${action} on ${resource}`);
    }
    document.Statement = kept;
  };

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

function without(statement: Statement, action: string, resource: string): Statement[] {
  const actions = [statement.Action].flat();
  const resources = [statement.Resource].flat();
  const named = new RegExp(`(?:"|FnGetAtt|Ref)${resource}[0-9A-F]{8}`);
  const taken = resources.filter((each) => named.test(JSON.stringify(each)));
  if (!actions.includes(action) || taken.length === 0) return [statement];
  const parts = [
    { ...statement, Resource: resources.filter((each) => !taken.includes(each)) },
    { ...statement, Action: actions.filter((each) => each !== action), Resource: taken },
  ];
  return parts.filter(({ Action, Resource }) => [Action].flat().length > 0 && Resource.length > 0);
}

const ofType = (template: Template, type: string): (Resource & { Properties: JsonObject })[] =>
  Object.values(template.Resources).filter(
    (resource): resource is Resource & { Properties: JsonObject } => resource.Type === type,
  );

/**
 * Makes Lambda stop a chain that returns to a function too often. @param functionName the beginning of its logical id
 */
export const withoutLoops =
  (functionName: string): Edit =>
  (_, template) => {
    for (const [id, { Properties }] of Object.entries(template.Resources)) {
      if (id.startsWith(`${functionName}Function`)) delete Properties?.RecursiveLoop;
    }
  };

/** Removes a function's event source mappings. @param functionName the beginning of its logical id */
export const withoutMappings =
  (functionName: string): Edit =>
  (_, template) => {
    for (const { Properties } of ofType(template, 'AWS::Lambda::EventSourceMapping')) {
      if (JSON.stringify(Properties.FunctionName).includes(`"${functionName}`)) Properties.Enabled = false;
    }
  };
