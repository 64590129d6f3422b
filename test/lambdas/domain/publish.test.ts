import { describe, expect, it } from 'vitest';
import { readBatch, readEvent, readRaw } from '../../../lambdas/domain/publish.ts';

const problemOf = (read: ReturnType<typeof readEvent> | ReturnType<typeof readBatch>) =>
  read.ok ? undefined : read.problem;

describe('readEvent (A28)', () => {
  it("takes the data's text over byte for byte (B6)", () => {
    const read = readEvent(
      '{"type":"payment.failed","data":{ "amount": 1.10, "n": 12345678901234567890 },"id":"o-1"}',
    );
    expect(read).toMatchObject({
      ok: true,
      value: { id: 'o-1', type: 'payment.failed', contentType: 'application/json' },
    });
    expect(read.ok && read.value.body.toString()).toBe('{ "amount": 1.10, "n": 12345678901234567890 }');
  });

  it.each([
    ['null as data is data', '{"type":"a","data":null}'],
    ['an id with punctuation', '{"type":"a","data":1,"id":"urn:uuid:0b9c/7?x=1"}'],
  ])('accepts %s', (_, text) => expect(readEvent(text).ok).toBe(true));

  it.each([
    ['{', 'malformed_json', undefined],
    ['', 'malformed_json', undefined],
    ['[]', 'validation_failed', undefined],
    ['{"data":1}', 'validation_failed', 'type'],
    ['{"type":7,"data":1}', 'validation_failed', 'type'],
    ['{"type":"a..b","data":1}', 'validation_failed', 'type'],
    ['{"type":"a.*","data":1}', 'validation_failed', 'type'],
    ['{"type":"a"}', 'validation_failed', 'data'],
    ['{"type":"a","data":1,"id":7}', 'validation_failed', 'id'],
    ['{"type":"a","data":1,"id":"has space"}', 'validation_failed', 'id'],
    ['{"type":"a","data":1,"id":""}', 'validation_failed', 'id'],
    ['{"type":"a","data":1,"id":"evt_01ARZ3NDEKTSV4RRFFQ69G5FAV"}', 'validation_failed', 'id'],
    ['{"type":"a","data":1,"typ":"b"}', 'validation_failed', 'typ'],
    ['{"type":"a","data":1,"__proto__":{}}', 'validation_failed', '__proto__'],
    [`{"type":"a","data":"${'x'.repeat(4_500_000)}"}`, 'payload_too_large', 'data'],
  ])('refuses %.60s', (text, code, field) => {
    expect(problemOf(readEvent(text))).toMatchObject({ code, ...(field && { field }) });
  });

  it('says how large a payload may be', () => {
    const raw = readRaw(new Uint8Array(4_500_001), { type: 'a', id: undefined, contentType: 'x/y' });
    expect(problemOf(raw as never)?.message).toBe('expected a payload of at most 4500000 bytes, got 4500001');
  });
});

describe('readRaw', () => {
  const headers = { type: 'a', id: undefined, contentType: 'image/png' };

  it('takes any bytes', () => {
    const body = new Uint8Array([0xff, 0x00, 0xc3]);
    expect(readRaw(body, headers)).toEqual({ ok: true, value: { ...headers, body } });
  });

  it.each([
    [{ type: 'a b' }, 'ce-type'],
    [{ id: 'ü' }, 'ce-id'],
    [{ contentType: 'text/plain; x="ü"' }, 'content-type'],
    [{ contentType: 'x'.repeat(257) }, 'content-type'],
    [{ contentType: '' }, 'content-type'],
  ])('refuses %o', (change, field) => {
    expect(readRaw(new Uint8Array(), { ...headers, ...change })).toMatchObject({
      ok: false,
      problem: { field },
    });
  });
});

describe('readBatch', () => {
  it('reads each event as it would be read alone', () => {
    const read = readBatch('{"events":[{"type":"a","data":1.0},{"type":"b","data":"x,]"}]}');
    expect(read.ok && read.value.map(({ type, body }) => [type, body.toString()])).toEqual([
      ['a', '1.0'],
      ['b', '"x,]"'],
    ]);
  });

  it.each([
    ['[]', 'events'],
    ['{"events":[]}', 'events'],
    ['{"events":{}}', 'events'],
    ['{"events":[{"type":"a","data":1}],"more":1}', 'more'],
    ['{"events":[{"type":"a","data":1},{"type":"a"}]}', 'events[1].data'],
    ['{"events":[7]}', 'events[0]'],
    [JSON.stringify({ events: Array(101).fill({ type: 'a', data: 1 }) }), 'events'],
  ])('refuses %.60s', (text, field) => expect(problemOf(readBatch(text))).toMatchObject({ field }));
});
