import { describe, expect, it } from 'vitest';
import { formOf } from '../../../../lambdas/api/subscriptions.ts';
import { wantedOf } from '../../../../lambdas/manage/operations/subscription-forms.ts';

const url = 'https://example.com/hook';

describe('the form of a subscription', () => {
  it.each([
    ['flat', { url, events: ['a'] }],
    ['flat', {}],
    ['flat', [1]],
    ['flat', null],
    ['composed', { targetId: 'tgt_1', filterId: 'flt_1', active: true }],
    ['composed', { target: { url }, filterId: 'flt_1' }],
    ['snake', { target_url: url, event_types: ['a'] }],
    ['snake', { url, is_active: true }],
    ['flat', { url, events: ['a'], secret_key: 'x' }],
  ])('%s: %j', (form, body) => {
    expect(formOf(body)).toBe(form);
  });
});

describe('what is wanted', () => {
  it('all in one: the settings of a target and a filter of its own (A1)', () => {
    const wanted = wantedOf({ name: 'a', url, events: ['b'], filters: { source: 'c' }, timeoutSeconds: 3 });
    expect(wanted).toMatchObject({
      own: { name: 'a' },
      target: { settings: { url, timeoutSeconds: 3 } },
      filter: { settings: { events: ['b'], filters: { source: 'c' } } },
    });
    expect(wanted.targetField('url')).toBe('url');
  });

  it('all in one: every part of a filter goes to the filter (A5, A6)', () => {
    const parts = { events: ['b'], jsonpath: '$.data.a', during: { timeZone: 'UTC', from: '09:00' } };
    const wanted = wantedOf({ url, ...parts });
    expect(wanted.filter).toEqual({ settings: parts });
    expect(wanted.target).toEqual({ settings: { url } });
  });

  it('composed: things that are there, or that are made (B3)', () => {
    const wanted = wantedOf({ targetId: 'tgt_1', filter: { events: ['b'] }, active: false });
    expect(wanted).toMatchObject({
      own: { active: false },
      target: { id: 'tgt_1' },
      filter: { settings: { events: ['b'] } },
    });
  });

  it('in snake case: signed as its receivers know it (C1)', () => {
    const wanted = wantedOf({
      target_url: url,
      secret_key: 'a secret of theirs',
      event_types: ['a.b'],
      is_active: false,
    });
    expect(wanted).toMatchObject({
      own: { active: false },
      target: { settings: { url, signature: 'sha256' } },
      secret: 'a secret of theirs',
      filter: { settings: { events: ['a.b'] } },
    });
    expect(wanted.targetField('secret')).toBe('secret_key');
  });
});
