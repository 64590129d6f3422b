import { validateHeaderName, validateHeaderValue } from 'node:http';
import { HTTP } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../../lambdas/events/event.ts';
import { customHeaderProblem, urlFor } from '../../../lambdas/targets/request-headers.ts';
import { requestHeaders } from '../../builders/signed.ts';

const target = { signature: 'sha256', secrets: [{ value: 'a secret', createdAt: '' }] } as const;
const event: Event = {
  id: 'evt_1',
  ulid: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  type: 'a.b',
  contentType: 'application/json',
  payload: { kind: 'text', text: '{}' },
};
const body = Buffer.from('{}');
const headersOf = (about: Partial<Event>, headers?: Record<string, string>) =>
  requestHeaders({ ...target, headers }, { ...event, ...about }, body, 2, 5000);

describe('headers of a request', () => {
  it('say all about the event and the attempt', () => {
    expect(headersOf({})).toEqual({
      'content-type': 'application/json',
      'user-agent': 'Posthorn/1',
      'posthorn-event-type': 'a.b',
      'posthorn-attempt': '2',
      'webhook-id': 'evt_1',
      'webhook-timestamp': '5',
      'x-hub-signature-256': expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
    });
  });

  it("hold the target's own, which replace none of ours (A25)", () => {
    const own = { Authorization: 'Bearer x', 'X-Team': 'blue', 'Webhook-Id': 'forged', 'User-Agent': 'x' };
    const headers = headersOf({}, own);
    expect(headers).toMatchObject({ authorization: 'Bearer x', 'x-team': 'blue' });
    expect(headers).toMatchObject({ 'webhook-id': 'evt_1', 'user-agent': 'Posthorn/1' });
    expect(Object.keys(headers).filter((name) => name !== name.toLowerCase())).toEqual([]);
  });

  it('tell a test event (D7)', () => {
    expect(headersOf({ test: true })).toMatchObject({ 'posthorn-test': 'true' });
    expect(headersOf({})).not.toHaveProperty('posthorn-test');
  });

  it('pass the trace of the event on, and not one that the target would set', () => {
    const trace = {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'rojo=1',
    };
    expect(headersOf(trace)).toMatchObject(trace);
    expect(headersOf(trace, { Traceparent: 'mine', TraceState: 'mine' })).toMatchObject(trace);
    expect(headersOf({ traceparent: trace.traceparent })).not.toHaveProperty('tracestate');
  });
});

describe('a CloudEvent in binary mode', () => {
  const ce = {
    id: 'order 1',
    source: '/shops/köln',
    subject: 'Euro € 😀',
    time: '2026-11-21T12:00:00Z',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    quoted: '100% "sure"',
  };

  it('has its attributes in headers, encoded as the binding says', () => {
    expect(headersOf({ ce })).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': 'evt_1',
      'ce-specversion': '1.0',
      'ce-type': 'a.b',
      'ce-id': 'order%201',
      'ce-source': '/shops/k%C3%B6ln',
      'ce-subject': 'Euro%20%E2%82%AC%20%F0%9F%98%80',
      'ce-quoted': '100%25%20%22sure%22',
    });
  });

  it('is read by the official library', () => {
    const read = HTTP.toEvent({ headers: headersOf({ ce }), body: '{}' });
    expect(read).toMatchObject({ type: 'a.b', specversion: '1.0', source: '/shops/k%C3%B6ln', data: {} });
  });

  it('makes a header that can be sent of any text, and one that decodes to it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (subject) => {
        const value = headersOf({ ce: { ...ce, subject } })['ce-subject']!;
        expect(value).toMatch(/^[\x21-\x7e]*$/);
        expect(decodeURIComponent(value)).toBe(subject);
      }),
    );
  });

  it('bears halves of characters', () => {
    expect(headersOf({ ce: { ...ce, subject: '\ud800' } })['ce-subject']).toBe('%EF%BF%BD');
  });
});

describe('regions (A23, D11)', () => {
  const target = { url: 'https://main.example', regions: { 'eu-central-1': 'https://eu.example' } };

  it.each([
    ['eu-central-1', 'https://eu.example'],
    ['us-east-1', 'https://main.example'],
    ['constructor', 'https://main.example'],
    [undefined, 'https://main.example'],
  ])('%s goes to %s', (region, url) => {
    expect(urlFor(target, { region })).toBe(url);
  });

  it('go to the one URL of a target that knows none', () => {
    expect(urlFor({ url: 'https://main.example' }, { region: 'eu-central-1' })).toBe('https://main.example');
  });
});

describe('custom headers (A25)', () => {
  it.each([
    ['Authorization', 'Bearer abc.def'],
    ['Cookie', 'a=b; c=d'],
    ['X-Api-Key', ''],
    ["weird!#$%&'*+.^_`|~1", 'x'],
    ['x'.repeat(64), 'x'.repeat(1024)],
    ['contents', 'fine'],
  ])('takes %s: %s', (name, value) => {
    expect(customHeaderProblem(name, value)).toBeUndefined();
  });

  it.each([
    ...['Host', 'Content-Length', 'content-type', 'Content-Encoding', 'Transfer-Encoding', 'User-Agent'],
    ...['Connection', 'Keep-Alive', 'TE', 'Trailer', 'Upgrade', 'Proxy-Authorization', 'Expect'],
    ...['webhook-signature', 'Posthorn-Event-Type', 'CE-Id', 'X-Hub-Signature', 'X-Hub-Signature-256'],
    ...['Traceparent', 'tracestate'],
    ...['', 'a b', 'a:b', 'é', 'x'.repeat(65), 'a\r\nb', '__proto__'],
  ])('refuses the name %j', (name) => {
    expect(customHeaderProblem(name, 'x')).toEqual(expect.any(String));
  });

  it.each(['a\r\nb: c', 'a\n', 'ü', '\u0000', '\t', ' a', 'a ', 'x'.repeat(1025)])(
    'refuses the value %j',
    (value) => {
      expect(customHeaderProblem('x-a', value)).toEqual(expect.any(String));
    },
  );

  it('takes nothing that HTTP would not', () => {
    const text = fc.oneof(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(text, text, (name, value) => {
        if (customHeaderProblem(name, value) !== undefined) return;
        validateHeaderName(name);
        validateHeaderValue(name, value);
      }),
    );
  });
});
