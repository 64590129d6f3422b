import { describe, expect, it } from 'vitest';
import { answerIn, responseOf } from '../../../lambdas/listeners/answer.ts';
import { ANSWER_BYTES } from '../../../lambdas/listeners/limits.ts';
import type { JsonObject } from '../../../lambdas/values/json.ts';

const ID = `req_${'a'.repeat(22)}`;

describe("what a listener's client says of a request (E6)", () => {
  it.each<[string, JsonObject, object]>([
    ['a status', { status: 200 }, { status: 200 }],
    ['a body', { status: 500, body: 'no' }, { status: 500, body: 'no' }],
    ['an empty body', { status: 204, body: '' }, { status: 204 }],
    [
      'Retry-After',
      { status: 503, headers: { 'Retry-After': '7' } },
      { status: 503, headers: { 'retry-after': '7' } },
    ],
    ['no other header', { status: 200, headers: { 'set-cookie': 'a=b', location: '/' } }, { status: 200 }],
    [
      'no header with a line break',
      { status: 503, headers: { 'retry-after': '7\r\nx: y' } },
      { status: 503 },
    ],
    ['no header that is no text', { status: 503, headers: { 'retry-after': 7 } }, { status: 503 }],
    ['no headers that are none', { status: 503, headers: 'retry-after: 7' }, { status: 503 }],
    ['an error', { error: 'ECONNREFUSED\n127.0.0.1' }, { error: 'ECONNREFUSED 127.0.0.1' }],
    ['a long error', { error: 'x'.repeat(1000) }, { error: 'x'.repeat(300) }],
    ['an error beside a status', { error: 'broken', status: 200 }, { error: 'broken' }],
    ['a lone surrogate', { status: 200, body: 'a\ud800' }, { status: 200, body: 'a\ufffd' }],
  ])('%s', (_, message, answer) => {
    expect(answerIn({ id: ID, ...message })).toEqual({ ok: true, id: ID, answer });
  });

  it.each<[string, JsonObject]>([
    ['no id', { status: 200, id: undefined }],
    ['the id of something else', { status: 200, id: 'evt_1' }],
    ['an id that leads elsewhere', { status: 200, id: `${ID}#` }],
    ['no status', {}],
    ['a status of an interim answer', { status: 100 }],
    ['a status that there is not', { status: 600 }],
    ['a status that is a text', { status: '200' }],
    ['a status that is a fraction', { status: 200.5 }],
    ['a body that is an object', { status: 200, body: {} }],
  ])('refuses %s', (_, message) => {
    expect(answerIn({ id: ID, ...message })).toEqual({
      ok: false,
      problem: expect.stringMatching(/^expected /),
    });
  });

  it('keeps whole characters of a long body', () => {
    const read = answerIn({ id: ID, status: 200, body: 'ä'.repeat(5000) });
    const { body } = (read as { answer: { body: string } }).answer;
    expect(body).toBe('ä'.repeat(ANSWER_BYTES / 2));
    const odd = answerIn({ id: ID, status: 200, body: `x${'ä'.repeat(5000)}` });
    expect((odd as { answer: { body: string } }).answer.body).toBe(`x${'ä'.repeat(ANSWER_BYTES / 2 - 1)}`);
  });
});

describe('the answer to who delivers (E6)', () => {
  it('is plain text, whatever it holds', () => {
    expect(responseOf({ status: 200, body: '<script>' })).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: '<script>',
    });
  });

  it.each([204, 205, 304])('has no body with %i', (status) => {
    expect(responseOf({ status, body: 'text' })).not.toHaveProperty('body');
  });
});
