import type { Scope } from '../stats/counter-keys.ts';
import type { CounterItem } from '../stats/counters.ts';
import { type Span, totalOf } from '../stats/series.ts';
import type { AlertRule, ConditionOf } from './alert-rule.ts';
import { type Reading, readingOf, silenceOf } from './judge-rule.ts';
import type { Judged } from './rule-state.ts';

type CountedScope = Exclude<Scope, { kind: 'type' }>;

export interface ReadDeps {
  /** Counters of a span without those of Posthorn's own events. */
  readOrdinarySlots(scope: CountedScope, span: Span, add: (item: CounterItem) => void): Promise<void>;
  /**
   * When a tenant's last event was accepted since a time, of a type or of any but Posthorn's own. `isComplete`: all were looked
   * at that could have been it.
   */
  lastEventAt(
    tenant: string,
    type: string | undefined,
    from: number,
  ): Promise<{ at: number | undefined; isComplete: boolean }>;
}

/** Reads what a tenant's rules ask for, each thing once. */
export interface RuleReader {
  /** @param known what was judged of the rule as it is */
  read(rule: AlertRule, known: Judged | undefined): Promise<Reading>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What is logged or counted later than this after it came is not seen by a rule about silence. */
const LATE_MS = 10 * MINUTE_MS;

/** @param rules that are to be read, of which the longest span is read for all @param now milliseconds since the epoch */
export function ruleReader(
  deps: ReadDeps,
  tenant: string,
  rules: readonly AlertRule[],
  now: number,
): RuleReader {
  const counted = new Map<string, Promise<readonly CounterItem[]>>();
  const scopeOf = ({ targetId }: Pick<AlertRule, 'targetId'>): CountedScope =>
    targetId === undefined ? { kind: 'tenant', tenant } : { kind: 'target', tenant, target: targetId };

  function itemsFor(of: Pick<AlertRule, 'targetId'>): Promise<readonly CounterItem[]> {
    const name = of.targetId ?? '';
    const known = counted.get(name);
    if (known) return known;
    const longest = Math.max(
      ...rules
        .filter(({ targetId, when }) => targetId === of.targetId && when.metric !== 'silence')
        .map(({ when }) => ('minutes' in when ? when.minutes : 0)),
    );
    const items = itemsIn(deps, scopeOf(of), { from: now - longest * MINUTE_MS, to: now });
    counted.set(name, items);
    return items;
  }

  async function silence(
    rule: AlertRule,
    when: ConditionOf<'silence'>,
    known: Judged | undefined,
  ): Promise<Reading> {
    const begun = known?.lastAt ?? Date.parse(rule.startedAt);
    const from = Math.max(begun, now - when.hours * HOUR_MS, (known?.checkedAt ?? 0) - LATE_MS);
    if (rule.targetId !== undefined) {
      const items = await itemsIn(deps, scopeOf(rule), { from: Math.min(from, now - 1), to: now });
      return silenceOf(when, Math.max(begun, ...items.map((item) => lastDeliveryIn(item, now))), now);
    }
    const { at, isComplete } = await deps.lastEventAt(tenant, when.eventType, from);
    // What was not looked at may have been it, and is not looked at again.
    if (at === undefined && !isComplete) return { verdict: 'unclear', value: null, lastAt: now };
    return silenceOf(when, Math.max(begun, at ?? 0), now);
  }

  return {
    async read(rule, known) {
      const { when } = rule;
      if (when.metric === 'silence') return silence(rule, when, known);
      const { add, total } = totalOf({ from: now - when.minutes * MINUTE_MS, to: now });
      for (const item of await itemsFor(rule)) add(item);
      return readingOf(when, total);
    },
  };
}

async function itemsIn(deps: ReadDeps, scope: CountedScope, span: Span): Promise<readonly CounterItem[]> {
  const items: CounterItem[] = [];
  await deps.readOrdinarySlots(scope, span, (item) => items.push(item));
  return items;
}

/** The end of the last minute in which something was delivered; 0 where nothing was. */
const lastDeliveryIn = ({ start, minutes }: CounterItem, now: number): number =>
  Math.max(
    0,
    ...[...minutes]
      .filter(([, { counts }]) => counts.delivered > 0)
      .map(([minute]) => Math.min(now, start + (minute + 1) * MINUTE_MS)),
  );
