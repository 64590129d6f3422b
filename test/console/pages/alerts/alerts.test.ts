import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  bodyOf,
  conditionOf,
  formOf,
  isReadable,
  newForm,
  type RuleForm,
  withKind,
} from '../../../../console/pages/alerts/form.ts';
import {
  type Condition,
  KIND_NAMES,
  KINDS,
  kindOf,
  type Rule,
} from '../../../../console/pages/alerts/kinds.ts';
import {
  conditionText,
  dayOrClock,
  enoughText,
  found,
  stateOf,
  valueText,
} from '../../../../console/pages/alerts/words.ts';
import { newAlertRule } from '../../../../lambdas/api/alert-rules.ts';

const TARGET = 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX';
const OTHER = 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QY';

const rate = { metric: 'successRate', below: 0.95, minutes: 15, minimum: 20 } as const;
const time = { metric: 'timeToDelivery', statistic: 'p95', aboveMs: 5000, minutes: 60, minimum: 20 } as const;
const letters = { metric: 'deadLetters', atLeast: 1, minutes: 60 } as const;
const silence = { metric: 'silence', hours: 6 } as const;

const ruleOf = (when: Condition, more: Partial<Rule> = {}): Rule => ({
  id: 'alr_01KAK2V5E4V2N9CR0Q6WV7Z1QZ',
  name: 'payments fail',
  active: true,
  when,
  notify: { mail: false },
  state: 'ok',
  createdAt: '2026-11-21T12:00:00.000Z',
  updatedAt: '2026-11-21T12:00:00.000Z',
  ...more,
});

/** As a person reads it: spaces alike. */
const plain = (text: string | undefined): string | undefined => text?.replaceAll('\u2009', ' ');

describe('when a rule rings, in words (A24)', () => {
  const rows: [Condition, Partial<Rule>, string][] = [
    [rate, {}, 'fewer than 95 % of attempts succeed, over 15 minutes'],
    [{ ...rate, below: 0.9995, minutes: 90 }, {}, 'fewer than 99.95 % of attempts succeed, over 90 minutes'],
    [{ ...rate, below: 1, minutes: 60 }, {}, 'fewer than 100 % of attempts succeed, over 1 hour'],
    [time, {}, 'more than 5 % of deliveries take longer than 5 s, over 1 hour'],
    [
      { ...time, statistic: 'p99', aboveMs: 90_000 },
      {},
      'more than 1 % of deliveries take longer than 1 min 30 s, over 1 hour',
    ],
    [{ ...time, statistic: 'p50' }, {}, 'half of deliveries take longer than 5 s, over 1 hour'],
    [{ ...time, statistic: 'average' }, {}, 'deliveries take longer than 5 s on average, over 1 hour'],
    [letters, {}, 'a delivery dies within 1 hour'],
    [{ ...letters, atLeast: 1200, minutes: 1440 }, {}, '1 200 deliveries die within 24 hours'],
    [silence, {}, 'no event is accepted for 6 hours'],
    [{ ...silence, hours: 24 }, {}, 'no event is accepted for 24 hours'],
    [{ ...silence, hours: 168 }, {}, 'no event is accepted for 7 days'],
    [{ ...silence, eventType: 'order.created' }, {}, 'no event order.created is accepted for 6 hours'],
    [{ ...silence, hours: 1 }, { targetId: TARGET }, 'nothing is delivered for 1 hour'],
  ];
  test.each(rows)('%j %j', (when, more, expected) => {
    expect(plain(conditionText(ruleOf(when, more)))).toBe(expected);
  });

  it('says what a rate needs', () => {
    expect([rate, time, letters, silence].map((when) => plain(enoughText({ when })))).toEqual([
      '20 attempts in that time',
      '20 deliveries in that time',
      undefined,
      undefined,
    ]);
  });
});

describe('what was judged last, in words', () => {
  const rows: [Condition, Rule['value'], string | undefined][] = [
    [rate, undefined, undefined],
    [rate, null, 'nothing counted'],
    [rate, 0.9499, '94.99 % succeed'],
    [rate, 1, '100 % succeed'],
    [time, 6200, 'p95 6.2 s'],
    [{ ...time, statistic: 'average' }, 40, 'average 40 ms'],
    [letters, 0, '0 dead letters'],
    [letters, 1, '1 dead letter'],
    [silence, 0.01, 'no silence'],
    [silence, 6.5, 'silent for 6 h 30 min'],
  ];
  test.each(rows)('%j %s', (when, value, expected) => {
    expect(plain(valueText({ when, ...(value !== undefined && { value }) }))).toBe(expected);
  });
});

describe('the state of a rule', () => {
  const checkedAt = '2026-11-21T12:15:02.371Z';
  test.each([
    [{ state: 'ringing', checkedAt }, 'ringing'],
    [{ state: 'ok', checkedAt }, 'ok'],
    [{ state: 'unknown', checkedAt }, 'unknown'],
    [{ state: 'unknown' }, 'new'],
    [{ state: 'unknown', active: false }, 'off'],
  ] as const)('%j is %s', (more, expected) => expect(stateOf(ruleOf(rate, more))).toBe(expected));

  it('says since when it rings: by the clock today, by the day before', () => {
    const at = (hour: number) => new Date(2026, 10, 21, hour, 32).toISOString();
    const now = new Date(2026, 10, 21, 15).getTime();
    expect(dayOrClock(at(14), now)).toBe('14:32');
    expect(dayOrClock(at(14 - 24), now)).toMatch(/^(20 Nov|Nov 20)$/);
  });

  it('is what the list is searched by, and the endpoint', () => {
    const rings = ruleOf(rate, { state: 'ringing', targetId: TARGET, checkedAt });
    const off = ruleOf(rate, { active: false });
    const all = [rings, off];
    expect(found(all, {})).toEqual(all);
    expect(found(all, { state: 'ringing,ok' })).toEqual([rings]);
    expect(found(all, { state: 'off' })).toEqual([off]);
    expect(found(all, { targetId: TARGET })).toEqual([rings]);
    expect(found(all, { targetId: TARGET, state: 'off' })).toEqual([]);
  });
});

describe('the form of a rule', () => {
  const minutes = fc.integer({ min: 5, max: 1440 });
  const minimum = fc.integer({ min: 10, max: 1_000_000 });
  const when: fc.Arbitrary<Condition> = fc.oneof(
    fc.record({
      metric: fc.constant('successRate' as const),
      below: fc.integer({ min: 10, max: 10_000 }).map((each) => each / 10_000),
      minutes,
      minimum,
    }),
    fc.record({
      metric: fc.constant('timeToDelivery' as const),
      statistic: fc.constantFrom('average' as const, 'p50' as const, 'p95' as const, 'p99' as const),
      aboveMs: fc.integer({ min: 1, max: 86_400_000 }),
      minutes,
      minimum,
    }),
    fc.record({ metric: fc.constant('deadLetters' as const), atLeast: minimum, minutes }),
    fc.record({ metric: fc.constant('silence' as const), hours: fc.integer({ min: 1, max: 168 }) }),
  );
  const notify = fc.oneof(
    fc.constant({ mail: false }),
    fc.constant({ mail: true }),
    fc.constant({ mail: true, targetId: OTHER }),
  );

  it('gives a rule back as it was, with the notes that it does not show', () => {
    fc.assert(
      fc.property(when, notify, fc.boolean(), fc.boolean(), (condition, told, active, isOfOne) => {
        const settings = {
          description: 'x',
          metadata: { team: 'billing' },
          name: 'payments fail',
          active,
          ...(isOfOne && { targetId: TARGET }),
          when: condition,
          notify: told,
        };
        const rule = ruleOf(condition, settings);
        expect(isReadable(formOf(rule))).toBe(true);
        expect(bodyOf(formOf(rule), rule)).toEqual(settings);
      }),
    );
  });

  test.each(KIND_NAMES)('begins with a rule about %s that the API takes as it is', (kind) => {
    for (const targetId of [undefined, TARGET]) {
      const body = bodyOf(newForm(kind, targetId));
      expect(newAlertRule.safeParse(body).error).toBeUndefined();
      expect(body).toMatchObject({ name: KINDS[kind].label, when: { metric: kind } });
      expect(body.targetId).toBe(kind === 'events' ? undefined : targetId);
    }
  });

  it('asks for an event type only where no endpoint is named', () => {
    const form: RuleForm = { ...newForm('silence', undefined), eventType: ' order.created ' };
    expect(conditionOf(form)).toEqual({ metric: 'silence', hours: 6, eventType: 'order.created' });
    expect(conditionOf({ ...form, targetId: TARGET })).toEqual({ metric: 'silence', hours: 6 });
  });

  it('keeps what was typed when the kind changes, and changes what was not', () => {
    const first = newForm('successRate', TARGET);
    expect(withKind(first, 'deadLetters')).toMatchObject({
      name: 'Deliveries die',
      minutes: '60',
      targetId: TARGET,
    });
    const typed = { ...first, name: 'mine', minutes: '30' };
    expect(withKind(typed, 'deadLetters')).toMatchObject({ name: 'mine', minutes: '30' });
    expect(withKind(withKind(first, 'silence'), 'successRate')).toEqual(first);
  });

  test.each([
    ['percent', 'most', 'below'],
    ['minutes', '', 'minutes'],
    ['minimum', '1,5', 'minimum'],
  ] as const)('lets the API say what is wrong with %s "%s"', (field, typed, member) => {
    const form = { ...newForm('successRate', undefined), [field]: typed };
    expect(isReadable(form)).toBe(false);
    expect(conditionOf(form)).toMatchObject({ [member]: typed });
    const { issues } = newAlertRule.safeParse(bodyOf(form)).error!;
    expect(issues.map(({ path }) => path.join('.'))).toEqual([`when.${member}`]);
  });

  it('knows the kinds that an address may name', () => {
    expect(kindOf('silence')).toBe('silence');
    expect(kindOf('toString')).toBeUndefined();
    expect(kindOf(null)).toBeUndefined();
  });
});
