import { describe, expect, it } from 'vitest';
import { send } from '../../../lambdas/destinations/send.ts';
import { hiderOf, longOnes } from '../../../lambdas/destinations/without-credentials.ts';
import { KEPT_BYTES } from '../../../lambdas/http-client/attempt-record.ts';
import { describeEvent } from '../../../lambdas/targets/request-headers.ts';
import { createEngine } from '../../builders/engine.ts';
import { NOW, nthDelivery, targetOf } from '../../builders/nth-delivery.ts';
import { CREDENTIALS, PRESETS } from '../../helpers/providers/presets.ts';

const SECRET = `pa"s/s wörd&<'+`;

describe('what an endpoint says, without credentials (A25)', () => {
  it.each<[string, string]>([
    ['as it is', SECRET],
    ['in JSON', JSON.stringify({ got: SECRET })],
    ['in the JSON of PHP', JSON.stringify({ got: SECRET }).replaceAll('/', '\\/')],
    ['in a URL', `/login?key=${encodeURIComponent(SECRET)}`],
    ['in a URL as browsers write it', encodeURI(`https://a.example/${SECRET}`)],
    ['in a form', new URLSearchParams({ key: SECRET }).toString()],
    ['in HTML', `<p>pa&quot;s/s wörd&amp;&lt;'+</p>`],
    ['in HTML, with all quotes escaped', `<p>pa&quot;s/s wörd&amp;&lt;&#39;+</p>`],
    ['in HTML by numbers', `<p>pa&#34;s/s wörd&#38;&#60;&#39;+</p>`],
    ['twice', `${SECRET} and ${SECRET}`],
  ])('%s', (_, answer) => {
    const hidden = hiderOf([SECRET])(answer);
    expect(hidden).toContain('[hidden]');
    expect(hidden).not.toMatch(/pa.*s.*rd/);
  });

  it('of two of which one begins the other, the longer one goes whole', () => {
    expect(hiderOf(['ada', 'ada:lovelace'])('got ada:lovelace, ada')).toBe('got [hidden], [hidden]');
    expect(hiderOf(['ada', 'hidden'])('got ada')).toBe('got [hidden]');
  });

  it('where it was cut within one, nothing of that is left', () => {
    for (const secret of ['0123456789abcdef', SECRET]) {
      for (let kept = 4; kept < secret.length; kept++) {
        const answer =
          'x'.repeat(KEPT_BYTES - Buffer.byteLength(secret.slice(0, kept))) + secret.slice(0, kept);
        expect(hiderOf([secret])(answer)).toMatch(/^x+\[hid/);
      }
    }
  });

  it('grows not beyond what is kept, however short a credential is', () => {
    const answer = 'a'.repeat(KEPT_BYTES);
    expect(hiderOf(['a'])(answer).length).toBeLessThanOrEqual(KEPT_BYTES);
  });

  it('stays as it is without one', () => {
    expect(hiderOf([])('got it')).toBe('got it');
    expect(hiderOf(['', 's3cret'])('got it')).toBe('got it');
    expect(longOnes(['true', 'application'])).toEqual(['application']);
  });
});

describe('an attempt at a preset', () => {
  it.each(PRESETS)('of %s keeps nothing of its credential, in answer or detail (A25)', async (kind) => {
    const [credential] = Object.values(CREDENTIALS[kind]) as [string];
    const secret = credential.slice(-16);
    const said = `invalid: ${credential}`;
    const whole = { ok: false, status: 'invalid', message: said, error: { code: said }, errors: [said] };
    const answers = [
      { status: 400, answer: JSON.stringify(whole) },
      { status: 400, answer: JSON.stringify({ ...whole, error: said }) },
      { status: 200, answer: JSON.stringify(whole) },
      {
        status: 400,
        answer: JSON.stringify({ message: 'x'.repeat(300 - credential.length + 8) + credential }),
      },
      { error: 'network', detail: said } as const,
    ];
    const { deps } = createEngine({ answers });
    const target = targetOf({ url: '', kind, v: 2, settings: CREDENTIALS[kind] });
    const { event } = nthDelivery(1);
    const body = Buffer.from('{}');
    const about = { tenant: 't', target, url: '', event, described: describeEvent(event, 1), body };
    for (const _ of answers) {
      const kept = JSON.stringify(await send(deps, { ...about, at: NOW, timeoutMs: 1000 }));
      expect(kept).not.toContain(secret);
    }
  });
});
