import type { Target } from '../targets/target.ts';
import { eventBridge } from './aws/event-bridge.ts';
import { firehose } from './aws/firehose.ts';
import { kinesis } from './aws/kinesis.ts';
import { lambda } from './aws/lambda.ts';
import { s3 } from './aws/s3.ts';
import { sns } from './aws/sns.ts';
import { sqs } from './aws/sqs.ts';
import { http } from './http/http.ts';
import type { Kind } from './kind.ts';
import { DEFAULT_KIND, KIND_NAMES, type KindName } from './kind-names.ts';
import { datadog } from './presets/datadog.ts';
import { discord } from './presets/discord.ts';
import { opsgenie } from './presets/opsgenie.ts';
import { pagerduty } from './presets/pagerduty.ts';
import { slack } from './presets/slack.ts';
import { teams } from './presets/teams.ts';
import { pull } from './pull.ts';
import { webhook } from './webhook.ts';

/** Each reads the settings that it wrote itself. */
// biome-ignore lint/suspicious/noExplicitAny: settings are in a contravariant place, so only any takes all kinds
const KINDS: Readonly<Record<KindName, Kind<any>>> = {
  webhook,
  http,
  slack,
  teams,
  discord,
  pagerduty,
  opsgenie,
  datadog,
  pull,
  sqs,
  eventbridge: eventBridge,
  sns,
  kinesis,
  firehose,
  lambda,
  s3,
};

export const kindNamed = (name: KindName): Kind => KINDS[name];

/** The name of a target's kind. @throws Error for one that a newer release knows: its deliveries wait for that */
export function kindNameOf({ kind = DEFAULT_KIND }: Pick<Target, 'kind'>): KindName {
  if ((KIND_NAMES as readonly string[]).includes(kind)) return kind as KindName;
  throw new Error(`expected a target of a known kind, got ${kind}`);
}

/** @throws Error as above */
export const kindOf = (target: Pick<Target, 'kind'>): Kind => kindNamed(kindNameOf(target));
