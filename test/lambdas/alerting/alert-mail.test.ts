import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertMail, plainName } from '../../../lambdas/alerting/alert-mail.ts';
import type { AlertRule, Condition } from '../../../lambdas/alerting/alert-rule.ts';
import type { Untold } from '../../../lambdas/alerting/rule-state.ts';
import { freshTimes } from '../../builders/entities.ts';
import { runs } from '../../helpers/runs.ts';

const ID = 'alr_01KAK2V5E4V2N9CR0Q6WV7Z1QX';
const SINCE = Date.UTC(2026, 10, 21, 12, 10);

const ruleOf = (when: Condition, more: Partial<AlertRule> = {}): AlertRule => ({
  id: ID,
  name: 'payments fail',
  active: true,
  when,
  notify: { mail: true },
  startedAt: '2026-11-21T12:00:00.000Z',
  ...freshTimes(),
  ...more,
});
const raised: Untold = { kind: 'raised', at: SINCE, since: SINCE, value: 0.8125, event: false };
const rate = { metric: 'successRate', below: 0.95, minutes: 15, minimum: 20 } as const;

describe('a mail about a rule (A24)', () => {
  it('says what is wrong, since when, and what to expect', () => {
    const mail = alertMail('ops@example.com', ruleOf(rate, { targetId: 'tgt_1' }), raised);
    expect(mail).toEqual({
      to: 'ops@example.com',
      subject: 'Posthorn: alert "payments fail"',
      text: [
        `Alert rule: "payments fail" (${ID})`,
        'About: target tgt_1',
        'Condition: less than 95 % of the attempts in 15 minutes succeed',
        'Now: 81.25 % succeed',
        'Since: 2026-11-21T12:10:00.000Z',
        'There is another mail when it is over, and none until then.',
        'This address is the contact of a tenant of Posthorn, and the rule mails it. Whoever manages the tenant can change both.',
        '',
      ].join('\n'),
    });
  });

  it.each<[Condition, number | null, string, string]>([
    [
      { metric: 'timeToDelivery', statistic: 'p95', aboveMs: 5000, minutes: 15, minimum: 20 },
      6100,
      'the time to delivery (p95) in 15 minutes is over 5000 ms',
      '6100 ms',
    ],
    [
      { metric: 'deadLetters', atLeast: 1, minutes: 60 },
      4,
      '1 or more dead letters in 60 minutes',
      '4 dead letters',
    ],
    [
      { metric: 'silence', hours: 6, eventType: 'order.created' },
      6.25,
      'nothing for 6 h, of the type "order created"',
      'nothing for 6.25 h',
    ],
    [rate, null, 'less than 95 % of the attempts in 15 minutes succeed', 'not known'],
  ])('has words for each condition: %j', (when, value, condition, now) => {
    const { text } = alertMail('ops@example.com', ruleOf(when), { ...raised, value });
    expect(text).toContain('About: all targets\n');
    expect(text).toContain(`Condition: ${condition}\n`);
    expect(text).toContain(`Now: ${now}\n`);
  });

  it('says when it is over, and whether that is known', () => {
    const over = { ...raised, kind: 'resolved' as const, at: SINCE + 900_000, value: 0.99 };
    const { subject, text } = alertMail('ops@example.com', ruleOf(rate), over);
    expect(subject).toBe('Posthorn: over, alert "payments fail"');
    expect(text).toContain(
      'Now: 99 % succeed\nIt rang from 2026-11-21T12:10:00.000Z to 2026-11-21T12:25:00.000Z.\n',
    );
    const cut = alertMail('ops@example.com', ruleOf(rate), { ...over, isCutOff: true }).text;
    expect(cut).toContain('The rule was changed or switched off while it rang.\n');
    expect(cut).not.toContain('99 %');
  });

  it.each([
    ['Click http://evil.example/login?x=1', 'Click http evil example login?x 1'],
    ['mail me@evil.example', 'mail me evil example'],
    ['two\r\nBcc: all@example.com', 'two Bcc all example com'],
    ['täglich 5 %, „rot“', 'täglich 5 %, rot'],
    // An encoded word, which mail programs show as `http://evil.example`.
    ['now =?utf-8?Q?http=3A=2F=2Fevil=2Eexample?= ok', 'now ?utf-8?Q?http 3A 2F 2Fevil 2Eexample? ok'],
    ['://', 'without a name'],
    ['\u202egnorw', 'gnorw'],
  ])('has no more of a name than words: %j', (name, plain) => {
    expect(plainName(name)).toBe(plain);
  });

  it('has one line of a name, and nothing that becomes a link, whatever it is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 128 }), (name) => {
        const { subject, text } = alertMail('ops@example.com', ruleOf(rate, { name }), raised);
        expect(subject.replace('Posthorn: alert ', '')).not.toMatch(/[\p{Cc}\p{Cf}/:@\\.=]/u);
        expect(subject.length).toBeLessThan(120);
        expect(text.split('\n')).toHaveLength(8);
        expect(subject.isWellFormed()).toBe(true);
      }),
      { numRuns: runs(300) },
    );
  });
});
