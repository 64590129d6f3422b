import type { Target } from '../targets/target.ts';
import { http } from './http/http.ts';
import type { Kind } from './kind.ts';
import { DEFAULT_KIND, KIND_NAMES, type KindName } from './kind-names.ts';
import { pull } from './pull.ts';
import { webhook } from './webhook.ts';

const KINDS: Readonly<Record<KindName, Kind>> = { webhook, http, pull };

export const kindNamed = (name: KindName): Kind => KINDS[name];

/** The name of a target's kind. @throws Error for one that a newer release knows: its deliveries wait for that */
export function kindNameOf({ kind = DEFAULT_KIND }: Pick<Target, 'kind'>): KindName {
  if ((KIND_NAMES as readonly string[]).includes(kind)) return kind as KindName;
  throw new Error(`expected a target of a known kind, got ${kind}`);
}

/** @throws Error as above */
export const kindOf = (target: Pick<Target, 'kind'>): Kind => kindNamed(kindNameOf(target));
