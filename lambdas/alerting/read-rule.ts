import type { Newest, NewestWanted, Recent } from '../events/event-log-store.ts';
import type { Scope } from '../stats/counter-keys.ts';
import type { CounterItem } from '../stats/counters.ts';
import { type Span, totalOf } from '../stats/series.ts';
import type { AlertRule, ConditionOf } from './alert-rule.ts';
import { eventsReading, type Reading, readingOf, silenceOf } from './judge-rule.ts';
import type { Judged } from './rule-state.ts';

type CountedScope = Exclude<Scope, { kind: 'type' }>;

export interface ReadDeps {
  /** Counters of a span without those of Posthorn's own events. */
  readOrdinarySlots(scope: CountedScope, span: Span, add: (item: CounterItem) => void): Promise<void>;
  /** When a tenant's newest events were accepted. */
  newestEvents(tenant: string, wanted: readonly NewestWanted[]): Promise<Newest>;
  /** A tenant's events since a time, as many as are looked at, without Posthorn's own. */
  recentEvents(tenant: string, from: number): Promise<Recent>;
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

/** A rule, and what was judged of it as it is. */
export interface RuleToRead {
  readonly rule: AlertRule;
  readonly known: Judged | undefined;
}

/**
 * @param all that are to be read: what several ask for is read once, as far back as any of them asks
 * @param now milliseconds since the epoch
 */
export function ruleReader(
  deps: ReadDeps,
  tenant: string,
  all: readonly RuleToRead[],
  now: number,
): RuleReader {
  const rules = all.map(({ rule }) => rule);
  let newest: Promise<Newest> | undefined;
  let recent: Promise<Recent> | undefined;
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
    const { begun, from } = spanOf(rule, when, known);
    if (rule.targetId !== undefined) {
      const items = await itemsIn(deps, scopeOf(rule), { from: Math.min(from, now - 1), to: now });
      return silenceOf(when, Math.max(begun, ...items.map((item) => lastDeliveryIn(item, now))), now);
    }
    newest ??= deps.newestEvents(tenant, wantedEvents());
    const { at, seenFrom } = await newest;
    const last = at.get(when.eventType);
    // What was not looked at may have been it, and is not looked at again.
    if (last === undefined && seenFrom > from) return { verdict: 'unclear', value: null, lastAt: now };
    return silenceOf(when, Math.max(begun, last ?? 0), now);
  }

  /** @returns `from`: since when an event would be news to the rule */
  function spanOf({ startedAt }: AlertRule, { hours }: ConditionOf<'silence'>, known: Judged | undefined) {
    const begun = known?.lastAt ?? Date.parse(startedAt);
    const seen = known?.lastAt === undefined ? begun : known.checkedAt - LATE_MS;
    return { begun, from: Math.max(begun, now - hours * HOUR_MS, seen) };
  }

  const earliestEvents = (): number =>
    now -
    MINUTE_MS *
      Math.max(...rules.map(({ active, when }) => (active && when.metric === 'events' ? when.minutes : 0)));

  const wantedEvents = (): NewestWanted[] =>
    all.flatMap(({ rule, known }) => {
      const { when, targetId, active } = rule;
      if (!active || when.metric !== 'silence' || targetId !== undefined) return [];
      return [{ type: when.eventType, from: spanOf(rule, when, known).from }];
    });

  return {
    async read(rule, known) {
      const { when } = rule;
      if (when.metric === 'silence') return silence(rule, when, known);
      if (when.metric === 'events') {
        recent ??= deps.recentEvents(tenant, earliestEvents());
        return eventsReading(when, await recent, now);
      }
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
