import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toMessage, toSubject } from '../../../lambdas/notifications/alert-topic.ts';

describe('an alert fits SNS (D6)', () => {
  it.each<[string, string]>([
    ['Target tgt_1 is disabled', 'Target tgt_1 is disabled'],
    ['two\r\nlines\tand\u2028more', 'two lines and more'],
    ['\n indented', 'indented'],
    ['Zahlungsübersicht 🔥', 'Zahlungs?bersicht ?'],
    [' \n', 'Posthorn alert'],
    ['x'.repeat(99), 'x'.repeat(99)],
    ['x'.repeat(100), `${'x'.repeat(96)}...`],
  ])('the subject %j is sent as %j', (text, subject) => {
    expect(toSubject(text)).toBe(subject);
  });

  it('whatever the subject is', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(fc.property(text, (any) => /^[!-~][ -~]{0,98}$/.test(toSubject(any))));
  });

  it('a message is cut between characters', () => {
    expect(toMessage('short 🔥')).toBe('short 🔥');
    const cut = toMessage(`x${'🔥'.repeat(70_000)}`);
    expect(cut).toBe(`x${'🔥'.repeat(65_535)}`);
  });
});
