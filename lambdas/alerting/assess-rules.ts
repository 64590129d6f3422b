import { inParallel } from '../platform/in-parallel.ts';
import type { UnreadableItemError } from '../platform/items.ts';
import { emitMetrics, errorFields, warn } from '../platform/log.ts';
import { about } from '../platform/log-fields.ts';
import type { AlertRule } from './alert-rule.ts';
import { begin, judge } from './judge-rule.ts';
import { type ReadDeps, type RuleReader, ruleReader } from './read-rule.ts';
import type { Judged } from './rule-state.ts';
import type { KnownRule } from './rule-state-store.ts';
import { type TellDeps, tell } from './tell-rule.ts';

export interface AssessRulesDeps extends TellDeps, ReadDeps {
  readonly states: {
    listWatched(): Promise<KnownRule[]>;
    keepJudged(known: Pick<KnownRule, 'tenant' | 'rule' | 'judged'>, judged: Judged): Promise<boolean>;
    stopWatching(known: Pick<KnownRule, 'tenant' | 'rule' | 'watchedAt'>): Promise<boolean>;
  };
  /** Rules by their ids; one that is gone is missing. */
  getRules(
    tenant: string,
    ids: readonly string[],
    onUnreadable: (error: UnreadableItemError) => void,
  ): Promise<AlertRule[]>;
}

/** Tenants, and rules of a tenant, at once. */
const PARALLEL_TENANTS = 4;
const PARALLEL_RULES = 4;

/** A rule's item is written before the rule. One that is this old has its rule as it is, or never will. */
const FRESH_MS = 10 * 60_000;

/**
 * Judges the alert rules of all tenants. Those that were judged last come last, of a tenant too, so that a run that is out of time
 * is made up for by the next. A rule or a tenant that fails stops no other.
 * @throws Error that says how many rules failed, after all had their turn
 */
export async function assessRules(deps: AssessRulesDeps, isOutOfTime: () => boolean): Promise<void> {
  const watched = await deps.states.listWatched();
  const byTenant = [...Map.groupBy(watched, ({ tenant }) => tenant)].sort(
    ([, a], [, b]) => oldestOf(a) - oldestOf(b),
  );
  const outcomes = { raised: 0, failed: 0, read: 0 };
  await inParallel(byTenant, PARALLEL_TENANTS, async ([tenant, rules]) => {
    if (isOutOfTime()) return;
    try {
      await assessTenant(deps, tenant, rules, isOutOfTime, outcomes);
    } catch (error) {
      warn('alert rules not judged', { ...about({ tenant }), ...errorFields(error) });
      outcomes.failed += rules.length;
    }
  });
  emitMetrics({ AlertsRaised: outcomes.raised });
  const missed = watched.length - outcomes.read - outcomes.failed;
  if (missed > 0) warn('alert rules not all judged', { read: outcomes.read, missed });
  if (outcomes.failed > 0) throw new Error(`${outcomes.failed} of ${watched.length} alert rules not judged`);
}

const checkedAtOf = ({ judged }: KnownRule): number => judged?.checkedAt ?? 0;
const oldestOf = (rules: readonly KnownRule[]): number => Math.min(...rules.map(checkedAtOf));

async function assessTenant(
  deps: AssessRulesDeps,
  tenant: string,
  watched: readonly KnownRule[],
  isOutOfTime: () => boolean,
  outcomes: { raised: number; failed: number; read: number },
): Promise<void> {
  const unreadable = new Set<string>();
  const found = await deps.getRules(
    tenant,
    watched.map(({ rule }) => rule),
    ({ sk }) => unreadable.add(sk),
  );
  const rules = new Map(found.map((rule) => [rule.id, rule]));
  const reader = ruleReader(
    deps,
    tenant,
    watched.flatMap((known) => {
      const rule = rules.get(known.rule);
      return rule ? [{ rule, known: asJudged(rule, known.judged as Judged | undefined) }] : [];
    }),
    deps.now(),
  );
  const inOrder = watched.toSorted((a, b) => checkedAtOf(a) - checkedAtOf(b));
  await inParallel(inOrder, PARALLEL_RULES, async (known) => {
    if (isOutOfTime()) return;
    const rule = rules.get(known.rule);
    try {
      if (rule && rule.deletedAt === undefined) {
        if (await assessRule(deps, reader, known, rule)) outcomes.raised++;
      } else if (![...unreadable].some((sk) => sk.endsWith(known.rule))) {
        await stopWatching(deps, known);
      }
      outcomes.read++;
    } catch (error) {
      warn('alert rule not judged', { ...about({ tenant }), rule: known.rule, ...errorFields(error) });
      outcomes.failed++;
    }
  });
}

/** Stops watching what there is no rule for, or one that is switched off; but its rule may be about to be written. */
async function stopWatching({ states, now }: AssessRulesDeps, known: KnownRule): Promise<void> {
  if (now() - known.watchedAt > FRESH_MS) await states.stopWatching(known);
}

/** @returns whether the rule has begun to ring */
async function assessRule(
  deps: AssessRulesDeps,
  reader: RuleReader,
  known: KnownRule,
  rule: AlertRule,
): Promise<boolean> {
  const { tenant } = known;
  const keep = (before: Judged | undefined, next: Judged): Promise<boolean> =>
    deps.states.keepJudged({ tenant, rule: rule.id, judged: before }, next);
  let before = known.judged as Judged | undefined;
  if (before?.untold) {
    before = await tell(deps, tenant, rule, before, keep);
    if (!before) return false;
  }
  const next = await judged(deps, reader, rule, before);
  if (!next) {
    await stopWatching(deps, known);
    return false;
  }
  if (!(await keep(before, next))) return false;
  // A mail that was refused a moment ago waits for the next run.
  const news = next.untold === before?.untold ? undefined : next.untold;
  if (news) await tell(deps, tenant, rule, next, keep);
  return news?.kind === 'raised';
}

/** What was judged of the rule as it is. */
const asJudged = ({ startedAt }: AlertRule, judged: Judged | undefined): Judged | undefined =>
  judged?.startedAt === startedAt ? judged : undefined;

/** @returns undefined where there is nothing more to do for a rule that is switched off */
async function judged(
  { now }: AssessRulesDeps,
  reader: RuleReader,
  rule: AlertRule,
  before: Judged | undefined,
): Promise<Judged | undefined> {
  if (!rule.active) return before?.state === 'ringing' ? begin(rule, before, now()) : undefined;
  if (before && before.startedAt !== rule.startedAt) {
    const anew = begin(rule, before, now());
    if (anew.untold) return anew;
    return judge(rule, anew, await reader.read(rule, undefined), now());
  }
  return judge(rule, before, await reader.read(rule, before), now());
}
