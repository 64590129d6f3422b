import type { Outcome } from '../delivery/outcome-schema.ts';
import { isOperational } from '../events/event-type.ts';
import { isEphemeral } from '../values/ids.ts';
import type { Key } from '../values/item-key.ts';
import {
  countersKey,
  failingMark,
  failuresKey,
  hourName,
  type Scope,
  slotLengthOf,
  startOf,
} from './counter-keys.ts';
import { type Counters, countBatch, countEnded, countParked } from './counters.ts';
import { type Ended, endedBy } from './endings.ts';
import type { TypeNames } from './type-names.ts';

/** What to add to one item. */
export interface Increment {
  readonly key: Key;
  readonly add: Counters;
  /** Set where the item is the tenant's own. */
  readonly tenant?: string;
  /** Set where failures are counted: the mark that the tenant has some in the hour. */
  readonly mark?: ReturnType<typeof failingMark>;
}

/** Targets with failures that a batch names for each tenant and hour: those that failed most. */
const NAMED_FAILING = 20;

const MINUTE_MS = 60_000;

/**
 * Adds up a batch of outcomes: an increment for each five minutes of each tenant and target, and for each hour of each
 * event type. Outcomes that only say that deliveries wait are counted for their tenant alone.
 */
export function incrementsOf(outcomes: readonly Outcome[], names: TypeNames): Increment[] {
  const counted = outcomes.flatMap((outcome) => {
    const ended = endedBy(outcome);
    return ended ? [{ outcome, ended }] : [];
  });
  const items = new Map<string, Item>();
  for (const { outcome, ended } of counted) {
    for (const scope of scopesOf(outcome, names)) {
      const { item, isNew } = itemIn(items, scope, outcome.at);
      const minute = minuteIn(scope, outcome.at);
      const isApart = scope.kind !== 'type' && isUnjudged(outcome);
      countEnded(item.add, ended, minute, isApart);
      if (isNew && scope.kind === 'tenant') countBatch(item.add, outcome.status, minute);
    }
  }
  for (const { tenant, at } of outcomes.filter(({ status }) => status === 'parked')) {
    const scope: Scope = { kind: 'tenant', tenant };
    countParked(itemIn(items, scope, at).item.add, minuteIn(scope, at));
  }
  return [...items.values(), ...failuresOf(counted)];
}

/** Whether alert rules leave a delivery out: one of Posthorn's own events, or to a developer's machine. */
const isUnjudged = ({ event, target }: Outcome): boolean => isOperational(event.type) || isEphemeral(target);

type Item = Increment & { readonly add: Map<string, number> };

function itemIn(items: Map<string, Item>, scope: Scope, at: number): { item: Item; isNew: boolean } {
  const key = countersKey(scope, at);
  const known = items.get(nameOf(key));
  if (known) return { item: known, isNew: false };
  const item = { key, add: new Map(), ...(scope.kind === 'tenant' && { tenant: scope.tenant }) };
  items.set(nameOf(key), item);
  return { item, isNew: true };
}

const nameOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;

function scopesOf({ tenant, target, event, at }: Outcome, names: TypeNames): Scope[] {
  const type = names.nameFor(tenant, hourName(at), event.type);
  return [
    { kind: 'tenant', tenant },
    { kind: 'target', tenant, target },
    { kind: 'type', tenant, type },
  ];
}

const minuteIn = (scope: Scope, at: number): number =>
  scope.kind === 'type' ? 0 : Math.floor((at - startOf(at, slotLengthOf(scope))) / MINUTE_MS);

/**
 * Which targets failed, so that the worst are found without reading all. Each says no more than where to look: the
 * numbers that are shown come from the target's own counters. Failures of operational events' deliveries are counted beside,
 * since a target that fails on nothing else leads to no further operational event. Listeners are not among them.
 */
function failuresOf(counted: readonly { outcome: Outcome; ended: Ended }[]): Increment[] {
  const failed = counted.filter(
    ({ outcome, ended }) => ended.ending !== 'f' && ended.ending !== 'l' && !isEphemeral(outcome.target),
  );
  const byHour = Map.groupBy(failed, ({ outcome: { tenant, at } }) => `${tenant} ${hourName(at)}`);
  return [...byHour.values()].flatMap((ofHour) => {
    const byTarget = Map.groupBy(ofHour, ({ outcome }) => outcome.target);
    return [...byTarget]
      .sort(([, a], [, b]) => b.length - a.length)
      .slice(0, NAMED_FAILING)
      .map(([target, all]): Increment => {
        const { tenant, at } = all[0]!.outcome;
        const ofOperational = all.filter(({ outcome }) => isOperational(outcome.event.type)).length;
        return {
          key: failuresKey(tenant, target, at),
          add: new Map([
            ['failures', all.length],
            ...(ofOperational > 0 ? [['ofOperational', ofOperational] as const] : []),
          ]),
          mark: failingMark(tenant, at),
        };
      });
  });
}
