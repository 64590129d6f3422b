import type * as z from 'zod';
import type { KindName } from '../destinations/kind-names.ts';
import { datadog, opsgenie, pagerduty } from './target-kinds/alerts.ts';
import { discord, slack, teams } from './target-kinds/chats.ts';
import { eventBridge } from './target-kinds/event-bridge.ts';
import { firehose } from './target-kinds/firehose.ts';
import { http } from './target-kinds/http.ts';
import { kinesis } from './target-kinds/kinesis.ts';
import { lambda } from './target-kinds/lambda.ts';
import { pullSettings } from './target-kinds/pull.ts';
import { s3 } from './target-kinds/s3.ts';
import { sns } from './target-kinds/sns.ts';
import { sqs } from './target-kinds/sqs.ts';

/**
 * The settings of each kind of target that has any, as they are written: a member of the kind's name. Its description says what
 * the kind is.
 */
export const KIND_SETTINGS = {
  http,
  slack,
  teams,
  discord,
  pagerduty,
  opsgenie,
  datadog,
  pull: pullSettings,
  sqs,
  eventbridge: eventBridge,
  sns,
  kinesis,
  firehose,
  lambda,
  s3,
} as const satisfies Partial<Record<KindName, z.ZodObject>>;

/** Whether the settings of a kind have to be written: some kinds have a default for all of them. */
export const needsSettings = (name: string): boolean =>
  Object.hasOwn(KIND_SETTINGS, name) &&
  !(KIND_SETTINGS as Readonly<Record<string, z.ZodObject>>)[name]!.safeParse({}).success;

/** Whether a kind has settings, and each has a default. */
export const hasDefaults = (name: string): boolean =>
  Object.hasOwn(KIND_SETTINGS, name) && !needsSettings(name);
