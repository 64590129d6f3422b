import { describe, expect, it } from 'vitest';
import type { AlertRule, Condition } from '../../../lambdas/alerting/alert-rule.ts';
import { type AssessRulesDeps, assessRules } from '../../../lambdas/alerting/assess-rules.ts';
import type { Judged } from '../../../lambdas/alerting/rule-state.ts';
import type { KnownRule } from '../../../lambdas/alerting/rule-state-store.ts';
import { AwsError } from '../../../lambdas/platform/aws/aws-error.ts';
import { UnreadableItemError } from '../../../lambdas/platform/items.ts';
import type { Mail } from '../../../lambdas/platform/mail.ts';
import { readCounterItem } from '../../../lambdas/stats/counters.ts';
import { freshTimes } from '../../builders/entities.ts';
import { Fault, failOnce } from '../../builders/faults.ts';
import { inMemoryNotifier } from '../../builders/notifications.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const idOf = (n: number): string => `alr_01KAK2V5E4V2N9CR0Q6WV7Z1Q${n}`;
const dead: Condition = { metric: 'deadLetters', atLeast: 1, minutes: 60 };

const ruleOf = (n: number, more: Partial<AlertRule> = {}): AlertRule => ({
  id: idOf(n),
  name: `rule ${n}`,
  active: true,
  when: dead,
  notify: { mail: true },
  startedAt: '2026-11-21T11:00:00.000Z',
  ...freshTimes(),
  ...more,
});

/** Rules of tenants, as tables keep them, and a clock. */
function setUp(
  rulesOf: Record<string, readonly AlertRule[]>,
  { contact = 'ops@example.com', mails = 20 } = {},
) {
  const rules = new Map(
    Object.entries(rulesOf).map(([tenant, own]) => [tenant, new Map(own.map((one) => [one.id, one]))]),
  );
  const watched = new Map<string, KnownRule>();
  for (const [tenant, own] of rules) {
    for (const rule of own.keys())
      watched.set(`${tenant} ${rule}`, { tenant, rule, watchedAt: NOW - HOUR_MS, judged: undefined });
  }
  const { notifier, events } = inMemoryNotifier();
  const sent: Mail[] = [];
  const reads: string[] = [];
  const world = {
    now: NOW,
    /** Dead letters of a tenant in this minute. */
    deadOf: new Map<string, number>(),
    events: [] as { tenant: string; type: string; at: number }[],
    isComplete: true,
    left: mails,
    mailer: async (mail: Mail): Promise<void> => void sent.push(mail),
    unreadable: new Set<string>(),
    /** Tenants whose counters can't be read. */
    broken: new Set<string>(),
  };
  const nameOf = ({ tenant, rule }: Pick<KnownRule, 'tenant' | 'rule'>): string => `${tenant} ${rule}`;
  const deps: AssessRulesDeps = {
    states: {
      listWatched: async () => [...watched.values()],
      async keepJudged(known, judged) {
        const stored = watched.get(nameOf(known));
        if (!stored || stored.judged?.revision !== known.judged?.revision) return false;
        watched.set(nameOf(known), { ...stored, judged });
        return true;
      },
      async stopWatching(known) {
        return watched.get(nameOf(known))?.watchedAt === known.watchedAt && watched.delete(nameOf(known));
      },
    },
    async getRules(tenant, ids, onUnreadable) {
      reads.push(`rules ${tenant}`);
      for (const id of ids) {
        if (!world.unreadable.has(id)) continue;
        const key = { pk: `tenant#${tenant}`, sk: `alert-rule#${id}` };
        onUnreadable(
          new UnreadableItemError({ what: 'alert rule' }, 'config', key, { problem: 'odd', isNewer: true }),
        );
      }
      return ids.flatMap((id) => (world.unreadable.has(id) ? [] : (rules.get(tenant)?.get(id) ?? [])));
    },
    async readOrdinarySlots(scope, { from, to }, add) {
      if (world.broken.has(scope.tenant)) throw new Fault('no counters');
      reads.push(`counters ${scope.kind} ${scope.tenant} ${(to - from) / MINUTE_MS}`);
      add(readCounterItem(world.now - 5 * MINUTE_MS, { z4: world.deadOf.get(scope.tenant) ?? 0 }));
    },
    async newestEvents(tenant, wanted) {
      const at = new Map<string | undefined, number>();
      for (const event of world.events.filter((one) => one.tenant === tenant)) {
        for (const name of [event.type, undefined]) at.set(name, Math.max(event.at, at.get(name) ?? 0));
      }
      const from = Math.min(...wanted.map((one) => one.from));
      return { at, seenFrom: world.isComplete ? from : world.now };
    },
    async recentEvents(tenant, from) {
      reads.push(`events ${tenant} ${(world.now - from) / MINUTE_MS}`);
      const events = world.events.filter((one) => one.tenant === tenant && one.at >= from);
      return { events, seenFrom: world.isComplete ? from : world.now };
    },
    tenantInUse: async (id) => ({ id, name: id, schemaCheck: 'off', revision: 1, contact }),
    takeMail: async () => (world.left-- > 0 ? 'one' : 'none'),
    sendMail: (mail) => world.mailer(mail),
    notifier,
    now: () => world.now,
  };
  const run = (isOutOfTime = () => false): Promise<void> => assessRules(deps, isOutOfTime);
  const judgedOf = (tenant: string, n: number): Judged | undefined =>
    watched.get(`${tenant} ${idOf(n)}`)?.judged as Judged | undefined;
  const told = () => events.map(({ type, tenant }) => `${tenant} ${type.replace('posthorn.alert.', '')}`);
  return { rules, watched, world, deps, events, sent, reads, run, judgedOf, told };
}

describe('rules of all tenants', () => {
  it('are judged each by its own, and the counters of one target are read once, for the longest of its rules', async () => {
    const { run, told, reads, judgedOf, world } = setUp({
      a: [ruleOf(1), ruleOf(2, { when: { ...dead, minutes: 240 } }), ruleOf(3, { targetId: 'tgt_1' })],
      b: [ruleOf(4)],
    });
    world.deadOf.set('a', 2);
    await run();
    expect(told().sort()).toEqual(['a raised', 'a raised', 'a raised']);
    expect(reads.filter((read) => read.startsWith('counters')).sort()).toEqual([
      'counters target a 60',
      'counters tenant a 240',
      'counters tenant b 60',
    ]);
    expect(judgedOf('b', 4)).toMatchObject({ state: 'ok', value: 0 });
  });

  it('about events read the log once, for the longest of them', async () => {
    const many = { metric: 'events', atLeast: 2, minutes: 5, eventType: 'login.failed' } as const;
    const { run, told, reads, judgedOf, world } = setUp({
      a: [ruleOf(1, { when: many }), ruleOf(2, { when: { ...many, minutes: 30, eventType: undefined } })],
      b: [ruleOf(3, { when: many })],
    });
    for (const ago of [0, 1, 20])
      world.events.push({ tenant: 'a', type: 'login.failed', at: world.now - ago * MINUTE_MS });
    await run();
    expect(reads.filter((read) => read.startsWith('events')).sort()).toEqual(['events a 30', 'events b 5']);
    expect(told().sort()).toEqual(['a raised', 'a raised']);
    expect([judgedOf('a', 1)?.value, judgedOf('a', 2)?.value, judgedOf('b', 3)?.value]).toEqual([2, 3, 0]);
  });

  it('that fail stop no other, and the run says so', async () => {
    const { run, told, world } = setUp({ a: [ruleOf(1)], b: [ruleOf(2)] });
    world.deadOf.set('b', 1);
    world.broken.add('a');
    await expect(run()).rejects.toThrow('1 of 2 alert rules not judged');
    expect(told()).toEqual(['b raised']);
  });

  it('that were judged last come last, where the time is short', async () => {
    const all = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((tenant, n) => [tenant, [ruleOf(n)]]));
    const { run, watched, world, reads } = setUp(all);
    const judged = (): string[] => [...watched.values()].flatMap((one) => (one.judged ? one.tenant : []));
    await run(() => judged().length > 0);
    const done = judged();
    expect(done.length).toBeGreaterThan(0);
    expect(done.length).toBeLessThan(6);
    world.now += MINUTE_MS;
    reads.length = 0;
    await run();
    const order = reads.flatMap((read) => /^rules (.)$/.exec(read)?.[1] ?? []);
    expect(order.slice(-done.length).sort()).toEqual(done.sort());
    expect(judged()).toHaveLength(6);
  });

  it('are watched no more when they are gone or switched off, but not before they can have come', async () => {
    const { run, rules, watched, world } = setUp({ a: [ruleOf(1), ruleOf(2, { active: false }), ruleOf(3)] });
    rules.get('a')!.delete(idOf(1));
    world.unreadable.add(idOf(3));
    watched.set(`a ${idOf(4)}`, {
      tenant: 'a',
      rule: idOf(4),
      watchedAt: NOW - MINUTE_MS,
      judged: undefined,
    });
    await run();
    expect([...watched.values()].map(({ rule }) => rule)).toEqual([idOf(3), idOf(4)]);
  });
});

describe('news of a rule (A24)', () => {
  it('are sent once, and have an id of the rule and of when it began', async () => {
    const { run, events, sent, world } = setUp({ a: [ruleOf(1)] });
    world.deadOf.set('a', 1);
    await run();
    await run();
    expect(events.map(({ id }) => id)).toEqual([`posthorn.alert.raised:${idOf(1)}:${NOW}`]);
    expect(sent).toHaveLength(1);
  });

  it('are sent again under the same id when the run broke off, and the mail is there once', async () => {
    const { deps, run, events, sent, world } = setUp({ a: [ruleOf(1)] });
    world.deadOf.set('a', 1);
    failOnce(deps.notifier, 'notifyTenant', 'after');
    await expect(run()).rejects.toThrow();
    expect([events.length, sent.length]).toEqual([1, 0]);
    world.now += 5 * MINUTE_MS;
    await run();
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
    expect([events.length, sent.length]).toEqual([2, 1]);
    await run();
    expect([events.length, sent.length]).toEqual([2, 1]);
  });

  it('come before anything else is judged: what is raised and over meanwhile is told as both', async () => {
    const { deps, run, told, world } = setUp({ a: [ruleOf(1)] });
    world.deadOf.set('a', 1);
    failOnce(deps.notifier, 'notifyTenant');
    await expect(run()).rejects.toThrow();
    world.deadOf.set('a', 0);
    await run();
    await run();
    expect(told()).toEqual(['a raised', 'a resolved']);
  });

  it('are told by one of two runs at the same time', async () => {
    const { run, told, sent, world } = setUp({ a: [ruleOf(1)] });
    world.deadOf.set('a', 1);
    await Promise.all([run(), run()]);
    expect([told(), sent.length]).toEqual([['a raised'], 1]);
  });

  it('of a rule that was changed while it rang say that it is over, then it is judged anew', async () => {
    const { run, rules, told, events, judgedOf, world } = setUp({ a: [ruleOf(1)] });
    world.deadOf.set('a', 1);
    await run();
    rules.get('a')!.set(idOf(1), ruleOf(1, { startedAt: 'later' }));
    await run();
    expect(told()).toEqual(['a raised', 'a resolved']);
    expect(events[1]!.data).toMatchObject({ reason: 'changed' });
    world.now += MINUTE_MS;
    await run();
    expect(told()).toEqual(['a raised', 'a resolved', 'a raised']);
    expect(judgedOf('a', 1)).toMatchObject({ startedAt: 'later', state: 'ringing' });
  });
});

describe('a mail about a rule (A24)', () => {
  const refusal = (status: number, name: string): AwsError =>
    new AwsError({ status, headers: { 'x-amzn-errortype': name }, body: '{"message":"no"}' });

  it.each([
    ['that SES refuses for now is tried again for an hour', 429, 12],
    ['that SES refuses for good is not', 400, 1],
  ])('%s', async (_, status, tries) => {
    const { run, told, world } = setUp({ a: [ruleOf(1)] });
    world.deadOf.set('a', 1);
    let tried = 0;
    world.mailer = async () => {
      tried++;
      throw refusal(status, 'Refused');
    };
    for (let n = 1; n <= 20; n++) {
      await run();
      expect(tried).toBe(Math.min(n, tries));
      world.now += 5 * MINUTE_MS;
    }
    expect([tried, told(), world.left]).toEqual([tries, ['a raised'], 19]);
  });

  it('is left out when the tenant has had its mails of the day, and the event is not', async () => {
    const { run, told, sent, world } = setUp({ a: [ruleOf(1), ruleOf(2), ruleOf(3)] }, { mails: 2 });
    world.deadOf.set('a', 1);
    await run();
    expect([told().length, sent.length]).toEqual([3, 2]);
  });

  it('is sent for rules that ask for it alone', async () => {
    const { run, told, sent, world } = setUp({ a: [ruleOf(1, { notify: { mail: false } })] });
    world.deadOf.set('a', 1);
    await run();
    expect([told(), sent]).toEqual([['a raised'], []]);
  });
});

describe('silence (A24)', () => {
  const quiet = (more: object = {}) => ({ metric: 'silence' as const, hours: 2, ...more });
  const started = { startedAt: new Date(NOW).toISOString() };

  it('begins no sooner than the rule, ends with an event, and is counted from that one', async () => {
    const { run, told, judgedOf, world } = setUp({ a: [ruleOf(1, { when: quiet(), ...started })] });
    world.events.push({ tenant: 'a', type: 'x', at: NOW - 5 * HOUR_MS }, { tenant: 'b', type: 'x', at: NOW });
    const stateAt = async (hours: number) => {
      world.now = NOW + hours * HOUR_MS;
      await run();
      return judgedOf('a', 1)!.state;
    };
    expect([await stateAt(0), await stateAt(1.9), await stateAt(2)]).toEqual(['ok', 'ok', 'ringing']);
    world.events.push({ tenant: 'a', type: 'y', at: NOW + 2.05 * HOUR_MS });
    expect([await stateAt(2.1), await stateAt(4), await stateAt(4.1)]).toEqual(['ok', 'ok', 'ringing']);
    expect(told()).toEqual(['a raised', 'a resolved', 'a raised']);
  });

  it('of one type is not ended by others', async () => {
    const { run, judgedOf, world } = setUp({
      a: [ruleOf(1, { when: quiet({ eventType: 'x' }), ...started })],
    });
    world.now = NOW + 2 * HOUR_MS;
    world.events.push({ tenant: 'a', type: 'y', at: world.now });
    await run();
    expect(judgedOf('a', 1)).toMatchObject({ state: 'ringing', value: 2 });
  });

  it('is not claimed where not all events were looked at', async () => {
    const { run, told, judgedOf, world } = setUp({ a: [ruleOf(1, { when: quiet(), ...started })] });
    world.now = NOW + 3 * HOUR_MS;
    world.isComplete = false;
    await run();
    expect(judgedOf('a', 1)).toMatchObject({ state: 'unknown', value: null });
    world.isComplete = true;
    world.now += HOUR_MS;
    await run();
    expect([judgedOf('a', 1)!.state, told()]).toEqual(['ok', []]);
  });
});
