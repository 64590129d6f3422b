import type { Target } from '../targets/target.ts';
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

const KINDS: Readonly<Record<KindName, Kind>> = {
  webhook,
  http,
  slack,
  teams,
  discord,
  pagerduty,
  opsgenie,
  datadog,
  pull,
};

export const kindNamed = (name: KindName): Kind => KINDS[name];

/** The name of a target's kind. @throws Error for one that a newer release knows: its deliveries wait for that */
export function kindNameOf({ kind = DEFAULT_KIND }: Pick<Target, 'kind'>): KindName {
  if ((KIND_NAMES as readonly string[]).includes(kind)) return kind as KindName;
  throw new Error(`expected a target of a known kind, got ${kind}`);
}

/** @throws Error as above */
export const kindOf = (target: Pick<Target, 'kind'>): Kind => kindNamed(kindNameOf(target));
