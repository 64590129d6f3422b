import type { FilterSettings } from '../../api/filters.ts';
import { type Composed, type Flat, formOf, type Snake } from '../../api/subscriptions.ts';
import type { TargetSettings } from '../../api/target-schemas.ts';

/** What a subscription has of its own. */
export interface OwnSettings {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly active?: boolean | undefined;
}

/** What is bound: one that exists, or one that is made with the subscription. */
type Bound<S> = { readonly id: string } | { readonly settings: S };

/** A subscription as its caller wants it, in whichever form it was written. */
export interface Wanted {
  readonly own: OwnSettings;
  readonly target: Bound<TargetSettings>;
  /** Of a target that is made with the subscription. */
  readonly secret?: string | undefined;
  readonly filter: Bound<FilterSettings>;
  /** What the form calls a target's setting, for errors. */
  readonly targetField: (field: string) => string;
}

/** Reads any of the forms. */
export function wantedOf(body: Composed | Flat | Snake): Wanted {
  const form = formOf(body);
  if (form === 'snake') return ofSnake(body as Snake);
  return form === 'flat' ? ofFlat(body as Flat) : ofComposed(body as Composed);
}

function ofComposed({ targetId, target, filterId, filter, ...own }: Composed): Wanted {
  const { secret, ...settings } = target ?? {};
  return {
    own,
    target: targetId === undefined ? { settings } : { id: targetId },
    secret,
    filter: filterId === undefined ? { settings: filter! } : { id: filterId },
    targetField: (field) => `target.${field}`,
  };
}

function ofFlat(body: Flat): Wanted {
  const { name, description, metadata, active, secret, ...rest } = body;
  const { events, where, filters, jsonpath, during, ...settings } = rest;
  return {
    own: { name, description, metadata, active },
    target: { settings },
    secret,
    filter: { settings: { events, where, filters, jsonpath, during } },
    targetField: (field) => field,
  };
}

const SNAKE: Readonly<Record<string, string>> = { url: 'target_url', secret: 'secret_key' };

/** Receivers of that form know GitHub's signature header. */
function ofSnake({ target_url, secret_key, event_types, is_active, ...own }: Snake): Wanted {
  return {
    own: { ...own, active: is_active },
    target: { settings: { url: target_url, signature: 'sha256' } },
    secret: secret_key,
    filter: { settings: { events: event_types } },
    targetField: (field) => SNAKE[field] ?? field,
  };
}
