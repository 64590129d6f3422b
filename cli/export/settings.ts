import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../lambdas/values/json.ts';
import type { View } from '../apply/existing.ts';
import { ownMetadata } from '../apply/label.ts';
import { EVENT_TYPE_MEMBERS, FILTER_MEMBERS, NOTES, TARGET_MEMBERS } from '../apply/shape.ts';
import {
  EVENT_TYPE_DEFAULTS,
  OTHER_DEFAULTS,
  PRESET_JITTER,
  RETRY_PRESETS,
  TARGET_DEFAULTS,
} from './defaults.ts';

/** What a file says of an entity: its settings, but for what is so anyway. Pure. */

/** In the order in which a file has them. */
const TARGET_ORDER = ['name', 'description', ...Object.keys(TARGET_MEMBERS), 'active', 'metadata'];
const FILTER_ORDER = ['name', 'description', ...Object.keys(FILTER_MEMBERS), 'active', 'metadata'];
const OWN_ORDER = Object.keys(NOTES);
const TYPE_ORDER = Object.keys(EVENT_TYPE_MEMBERS);

function settingsOf(
  view: JsonObject,
  order: readonly string[],
  defaults: Readonly<Record<string, unknown>>,
): JsonObject {
  const shown: JsonObject = {
    ...view,
    metadata: ownMetadata(view.metadata as Readonly<Record<string, string>> | undefined),
    retry: retryName(view.retry),
  };
  return Object.fromEntries(
    order
      .filter((name) => shown[name] !== undefined)
      .filter((name) => !isDeepStrictEqual(shown[name], defaults[name]))
      .map((name) => [name, shown[name]]),
  );
}

/** A schedule by its name, if it has one. */
function retryName(retry: unknown): unknown {
  const given = retry as { readonly schedule: readonly number[]; readonly jitter: number } | undefined;
  const preset = Object.entries(RETRY_PRESETS).find(
    ([, schedule]) => given?.jitter === PRESET_JITTER && isDeepStrictEqual(schedule, given.schedule),
  );
  return preset ? preset[0] : retry;
}

export const targetSettings = (view: View<'targets'>): JsonObject =>
  settingsOf(view as JsonObject, TARGET_ORDER, TARGET_DEFAULTS);

export const filterSettings = (view: View<'filters'>): JsonObject =>
  settingsOf(view as JsonObject, FILTER_ORDER, OTHER_DEFAULTS);

/** Of its own, without what it binds. */
export const subscriptionSettings = (view: View<'subscriptions'>): JsonObject =>
  settingsOf(view as JsonObject, OWN_ORDER, OTHER_DEFAULTS);

export const eventTypeSettings = (view: View<'eventTypes'>): JsonObject =>
  settingsOf(view as JsonObject, TYPE_ORDER, EVENT_TYPE_DEFAULTS);
