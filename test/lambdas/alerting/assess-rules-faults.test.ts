import { describe, expect, it } from 'vitest';
import type { AlertRule } from '../../../lambdas/alerting/alert-rule.ts';
import { type AssessRulesDeps, assessRules } from '../../../lambdas/alerting/assess-rules.ts';
import type { KnownRule } from '../../../lambdas/alerting/rule-state-store.ts';
import type { NewestWanted } from '../../../lambdas/events/event-log-store.ts';
import { AwsError } from '../../../lambdas/platform/aws/aws-error.ts';
import type { Mail } from '../../../lambdas/platform/mail.ts';
import { NO_COUNTS } from '../../../lambdas/stats/tally.ts';
import { freshTimes } from '../../builders/entities.ts';
import { inMemoryNotifier } from '../../builders/notifications.ts';
import { printedBy } from '../../helpers/printed.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 21, 12, 7, 17);
const TENANT = 'ten_a';
const CONTACT = 'ops@example.com';

const refusedBySes = (code: string, message: string, status = 400): AwsError =>
  new AwsError({ status, headers: {}, body: JSON.stringify({ __type: code, message }) } as never);

/** Tables in memory, a clock, and dead letters of each tenant. */
function world() {
  const clock = { now: START };
  const rules = new Map<string, AlertRule>();
  const known = new Map<string, KnownRule>();
  const dead = new Map<string, number>();
  const { notifier, events } = inMemoryNotifier();
  const mails: Mail[] = [];
  const looks: (readonly NewestWanted[])[] = [];
  const read: string[] = [];
  const ses: { refusal: Error | undefined } = { refusal: undefined };
  const allowance = { left: 20 };

  const deps: AssessRulesDeps = {
    now: () => clock.now,
    notifier,
    states: {
      listWatched: async () => structuredClone([...known.values()]),
      async keepJudged({ rule, judged: before }, judged) {
        const there = known.get(rule);
        if (!there || there.judged?.revision !== before?.revision) return false;
        known.set(rule, structuredClone({ ...there, judged }));
        return true;
      },
      async stopWatching({ rule, watchedAt }) {
        return known.get(rule)?.watchedAt === watchedAt && known.delete(rule);
      },
    },
    getRules: async (tenant, ids) => {
      if (tenant === 'ten_broken') throw new Error('throttled');
      return ids.flatMap((id) => rules.get(id) ?? []);
    },
    async readOrdinarySlots(scope, _, add) {
      read.push(scope.kind === 'target' ? scope.target : scope.tenant);
      const counts = { ...NO_COUNTS, dead: dead.get(scope.tenant) ?? 0 };
      const minutes = new Map([[0, { counts, errors: new Map() }]]);
      add({ start: clock.now - MINUTE, minutes, answers: new Map(), latencies: new Map() });
    },
    recentEvents: async (_, from) => ({ events: [], seenFrom: from }),
    newestEvents: async (_, wanted) => {
      looks.push(wanted);
      return { at: new Map(), seenFrom: Math.min(...wanted.map(({ from }) => from)) };
    },
    tenantInUse: async (id) => ({ id, name: id, schemaCheck: 'off', contact: CONTACT, revision: 1 }),
    takeMail: async () => {
      if (allowance.left === 0) return 'none';
      return --allowance.left === 0 ? 'last' : 'one';
    },
    async sendMail(mail) {
      if (ses.refusal) throw ses.refusal;
      mails.push(mail);
    },
  };

  return {
    deps,
    clock,
    rules,
    known,
    dead,
    events,
    mails,
    looks,
    read,
    ses,
    allowance,
    rule(id: string, more: Partial<AlertRule> = {}, tenant = TENANT): void {
      rules.set(id, {
        id,
        name: id,
        active: true,
        when: { metric: 'deadLetters', atLeast: 1, minutes: 5 },
        notify: { mail: true },
        startedAt: '2026-11-21T12:00:00.000Z',
        ...freshTimes(),
        ...more,
      });
      known.set(id, { tenant, rule: id, watchedAt: clock.now } as KnownRule);
    },
    assess: (isOutOfTime = () => false) => printedBy(() => assessRules(deps, isOutOfTime)),
  };
}

describe('mail about a rule (A24)', () => {
  it('that SES refuses for now is tried once a run for an hour, and the rule is counted once', async () => {
    const on = world();
    on.rule('alr_a');
    on.dead.set(TENANT, 1);
    on.ses.refusal = refusedBySes('TooManyRequestsException', 'slow down', 429);
    let tries = 0;
    let raised = 0;
    for (let run = 0; run < 20; run++, on.clock.now += 5 * MINUTE) {
      const { warnings, metrics } = await on.assess();
      const refused = warnings.filter(({ error }) => error === 'TooManyRequestsException');
      expect(refused.length).toBeLessThanOrEqual(1);
      tries += refused.length;
      raised += metrics.AlertsRaised ?? 0;
    }
    expect([tries, raised, on.events.length, on.allowance.left]).toEqual([12, 1, 1, 19]);
    expect(on.mails).toEqual([]);
  });

  it('that waits is not sent in place of the news that it is over', async () => {
    const on = world();
    on.rule('alr_a');
    on.dead.set(TENANT, 1);
    on.ses.refusal = refusedBySes('TooManyRequestsException', 'slow down', 429);
    await on.assess();
    on.dead.clear();
    await on.assess();
    await on.assess();
    on.ses.refusal = undefined;
    await on.assess();
    await on.assess();
    expect(on.events.map(({ type }) => type)).toEqual(['posthorn.alert.raised', 'posthorn.alert.resolved']);
    expect(on.mails.map(({ subject }) => subject)).toEqual(['Posthorn: over, alert "alr_a"']);
  });

  it('says which is the last of the day, and those beyond are lines of the log', async () => {
    const on = world();
    on.allowance.left = 2;
    for (const id of ['alr_a', 'alr_b', 'alr_c']) on.rule(id);
    on.dead.set(TENANT, 1);
    const { warnings } = await on.assess();
    expect(on.mails.map(({ text }) => text.includes('last mail to this tenant'))).toEqual([false, true]);
    expect(warnings).toMatchObject([
      { message: 'alert not mailed', detail: 'the tenant has had all its mails of today' },
    ]);
    expect(on.events).toHaveLength(3);
  });

  it('that SES refuses for good leaves no address in the log', async () => {
    const on = world();
    on.rule('alr_a');
    on.dead.set(TENANT, 1);
    on.ses.refusal = refusedBySes(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check: ${CONTACT}`,
    );
    const { lines } = await on.assess();
    expect(lines).toContainEqual(expect.objectContaining({ error: 'MessageRejected' }));
    expect(JSON.stringify(lines)).not.toContain(CONTACT);
    await on.assess();
    expect(on.allowance.left).toBe(19);
  });
});

describe('a run that judges rules (A24)', () => {
  it('leaves those that were judged last for the end, of a tenant too, and says how many it left', async () => {
    const on = world();
    const ids = Array.from({ length: 10 }, (_, n) => `alr_${n}`);
    for (const id of ids) on.rule(id, { targetId: `tgt_${id}` });
    const judged = (): string[] => on.read.splice(0).map((target) => target.replace('tgt_', ''));
    const seen: string[] = [];
    for (let run = 0; run < 3; run++, on.clock.now += 5 * MINUTE) {
      let asked = 0;
      // It asks once for the tenant.
      const { warnings } = await on.assess(() => ++asked > 5);
      expect(warnings).toMatchObject([{ message: 'alert rules not all judged', read: 4, missed: 6 }]);
      seen.push(...judged());
    }
    expect(new Set(seen)).toEqual(new Set(ids));
  });

  it('goes on with other tenants where one can’t be read', async () => {
    const on = world();
    on.rule('alr_x', {}, 'ten_broken');
    on.rule('alr_a');
    on.dead.set(TENANT, 1);
    const { result } = await on.assess();
    expect(result).toEqual(new Error('1 of 2 alert rules not judged'));
    expect(on.events).toHaveLength(1);
  });

  it('reads a tenant’s log once, however many rules ask for silence', async () => {
    const on = world();
    const silence = (eventType?: string) => ({ when: { metric: 'silence', hours: 6, eventType } as const });
    on.rule('alr_any', silence());
    for (let n = 0; n < 50; n++) on.rule(`alr_${n}`, silence(`type.${n}`));
    on.rule('alr_target', { ...silence(), targetId: 'tgt_1' });
    on.rule('alr_off', { ...silence('off'), active: false });
    await on.assess();
    expect(on.looks.map((wanted) => wanted.length)).toEqual([51]);
  });

  it('looks for events since the rule began where it has seen none, however late it judges it', async () => {
    const on = world();
    on.rule('alr_a', { when: { metric: 'silence', hours: 24 } });
    await on.assess();
    // Changed, and judged five hours later.
    on.rules.set('alr_a', { ...on.rules.get('alr_a')!, startedAt: new Date(START).toISOString() });
    on.clock.now += 5 * HOUR;
    await on.assess();
    on.clock.now += 5 * MINUTE;
    await on.assess();
    expect(on.looks.map(([{ from } = { from: 0 }]) => from)).toEqual([
      Date.parse('2026-11-21T12:00:00.000Z'),
      START,
      START + 5 * HOUR - 10 * MINUTE,
    ]);
  });

  it.each([0, 9])(
    'keeps watching a rule that is off, or not there, for ten minutes: it may be about to be switched on (%i min)',
    async (minutes) => {
      const on = world();
      on.rule('alr_off', { active: false });
      on.rule('alr_none');
      on.rules.delete('alr_none');
      on.clock.now += minutes * MINUTE;
      await on.assess();
      expect([...on.known.keys()]).toEqual(['alr_off', 'alr_none']);
      on.clock.now += 11 * MINUTE;
      await on.assess();
      expect(on.known.size).toBe(0);
    },
  );

  it('says nothing twice where two runs are at it at once', async () => {
    const on = world();
    on.rule('alr_a');
    on.dead.set(TENANT, 1);
    const both = () =>
      printedBy(() => Promise.all([assessRules(on.deps, () => false), assessRules(on.deps, () => false)]));
    await both();
    on.dead.clear();
    for (let n = 0; n < 3; n++) await both();
    const ids = on.events.map(({ id }) => id);
    expect([...new Set(ids)].map((id) => id.replace(/:.*/, ''))).toEqual([
      'posthorn.alert.raised',
      'posthorn.alert.resolved',
    ]);
    expect(on.mails).toHaveLength(2);
  });
});

describe('a run that breaks off anywhere (A24)', () => {
  /** Calls of one kind that fail: the first, second and so on. */
  const PLACES = ['keepJudged', 'notifyTenant', 'takeMail', 'sendMail', 'tenantInUse'] as const;
  const cases = PLACES.flatMap((place) => [1, 2, 3, 4].map((nth) => [place, nth] as const));

  it.each(cases)('is made up for: %s fails, the call numbered %i', async (place, nth) => {
    const on = world();
    on.rule('alr_a');
    let calls = 0;
    const breaking =
      <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if (name === place && ++calls === nth) throw new Error('broken off');
        return call(...args);
      };
    const { deps } = on;
    const broken: AssessRulesDeps = {
      ...deps,
      states: { ...deps.states, keepJudged: breaking('keepJudged', deps.states.keepJudged) },
      notifier: { notifyTenant: breaking('notifyTenant', deps.notifier.notifyTenant) },
      takeMail: breaking('takeMail', deps.takeMail),
      sendMail: breaking('sendMail', deps.sendMail!),
      tenantInUse: breaking('tenantInUse', deps.tenantInUse),
    };
    const run = () => printedBy(() => assessRules(broken, () => false));
    on.dead.set(TENANT, 1);
    for (let n = 0; n < 3; n++, on.clock.now += 5 * MINUTE) await run();
    on.dead.clear();
    for (let n = 0; n < 5; n++, on.clock.now += 5 * MINUTE) await run();
    const ids = [...new Set(on.events.map(({ id }) => id.replace(/:.*/, '')))];
    expect(ids).toEqual(['posthorn.alert.raised', 'posthorn.alert.resolved']);
    expect(new Set(on.events.map(({ id }) => id)).size).toBe(2);
    // A mail is lost rather than sent twice.
    expect(on.mails.length).toBeLessThanOrEqual(2);
    expect(on.known.get('alr_a')?.judged).toMatchObject({ state: 'ok' });
    expect(on.known.get('alr_a')?.judged).not.toHaveProperty('untold.event', true);
  });
});
