import { describe, expect, it } from 'vitest';
import { MAX_PAYLOAD_BYTES } from '../../../../lambdas/events/payload.ts';
import { type NewEvent, problemsOf, type Read } from '../../../../lambdas/publishing/event-checks.ts';
import * as publish from '../../../../lambdas/publishing/forms/json-events.ts';
import * as raw from '../../../../lambdas/publishing/forms/raw.ts';

const readEvent = (text: string) => publish.readEvent(text, MAX_PAYLOAD_BYTES);
const readBatch = (text: string) => publish.readBatch(text, MAX_PAYLOAD_BYTES);
const readRaw = (body: Uint8Array, from: Parameters<typeof raw.readRaw>[1]) =>
  raw.readRaw(body, from, MAX_PAYLOAD_BYTES, 'ce-type');

const problemOf = (read: Read<unknown>) => (read.ok ? undefined : read.problem);

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
    ['an id of the form that a key gives', `{"type":"a","data":1,"id":"ik_${'0'.repeat(32)}"}`],
    ['a source in any script', '{"type":"a","data":1,"source":"магазин 1 😀"}'],
    ['each priority', '{"type":"a","data":1,"priority":"low"}'],
    ['a region', '{"type":"a","data":1,"region":"eu-central-1"}'],
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
    ['{"type":"a","data":1,"source":""}', 'validation_failed', 'source'],
    ['{"type":"a","data":1,"source":7}', 'validation_failed', 'source'],
    [`{"type":"a","data":1,"source":"${'x'.repeat(257)}"}`, 'validation_failed', 'source'],
    [String.raw`{"type":"a","data":1,"source":"a\r\nb"}`, 'validation_failed', 'source'],
    [String.raw`{"type":"a","data":1,"source":"\ud800"}`, 'validation_failed', 'source'],
    ['{"type":"a","data":1,"priority":"high"}', 'validation_failed', 'priority'],
    ['{"type":"a","data":1,"priority":null}', 'validation_failed', 'priority'],
    ['{"type":"a","data":1,"region":"EU"}', 'validation_failed', 'region'],
    ['{"type":"a","data":1,"region":["eu"]}', 'validation_failed', 'region'],
    ['{"type":"a","data":1,"__proto__":{}}', 'validation_failed', '__proto__'],
    [`{"type":"a","data":"${'x'.repeat(4_500_000)}"}`, 'payload_too_large', 'data'],
  ])('refuses %.60s', (text, code, field) => {
    expect(problemOf(readEvent(text))).toMatchObject({ code, ...(field && { field }) });
  });

  it('says all that is wrong, each once (D8)', () => {
    const problem = problemOf(
      readEvent('{"eventType":"a","payload":1,"id":"","colour":1,"priority":"normla"}'),
    );
    expect(problem && problemsOf(problem)).toEqual([
      { field: 'eventType', message: 'unknown field; did you mean type?' },
      { field: 'payload', message: 'unknown field; did you mean data?' },
      { field: 'colour', message: 'unknown field; expected type, data, id, source, priority, region' },
      { field: 'id', message: expect.stringContaining('expected') },
      { field: 'priority', message: expect.stringMatching(/^expected one of .*; did you mean normal\?$/) },
    ]);
    const nothing = problemOf(readEvent('{}'));
    expect(nothing && problemsOf(nothing)).toEqual([
      { field: 'type', message: 'expected this field, which is missing' },
      { field: 'data', message: 'expected this field, which is missing' },
    ]);
  });

  it('says how large a payload may be', () => {
    const raw = readRaw(new Uint8Array(4_500_001), { type: 'a', id: undefined, contentType: 'x/y' });
    expect(problemOf(raw)?.message).toBe('expected a payload of at most 4500000 bytes, got 4500001');
    expect(problemOf(publish.readEvent('{"type":"a","data":"1234"}', 5))).toEqual({
      code: 'payload_too_large',
      message: 'expected a payload of at most 5 bytes, got 6',
      field: 'data',
    });
  });
});

describe('readRaw', () => {
  const headers = { type: 'a', id: undefined, contentType: 'image/png' };

  it('takes any bytes', () => {
    const body = new Uint8Array([0xff, 0x00, 0xc3]);
    expect(readRaw(body, headers)).toEqual({ ok: true, value: { ...headers, body, at: 'data' } });
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

describe('readBatch (A28)', () => {
  const results = (text: string): Read<NewEvent>[] => {
    const read = readBatch(text);
    if (!read.ok) throw new Error(read.problem.message);
    return read.value;
  };

  it('reads each event as it would be read alone', () => {
    const read = results('{"events":[{"type":"a","data":1.0},{"type":"b","data":"x,]"}]}');
    expect(
      read.map((each) => each.ok && [each.value.type, each.value.body.toString(), each.value.at]),
    ).toEqual([
      ['a', '1.0', 'events[0].data'],
      ['b', '"x,]"', 'events[1].data'],
    ]);
  });

  it('says of each event by itself what is wrong with it', () => {
    const read = results('{"events":[{"type":"a","data":1},{"type":"a"},7,{"type":"a","data":1,"x":0}]}');
    expect(read.map((each) => problemOf(each)?.field)).toEqual([
      undefined,
      'events[1].data',
      'events[2]',
      'events[3].x',
    ]);
  });

  it.each([
    ['[]', 'events'],
    ['{"events":[]}', 'events'],
    ['{"events":{}}', 'events'],
    ['{"events":[{"type":"a","data":1}],"more":1}', 'more'],
    [JSON.stringify({ events: Array(101).fill({ type: 'a', data: 1 }) }), 'events'],
  ])('refuses all of %.60s', (text, field) => expect(problemOf(readBatch(text))).toMatchObject({ field }));
});
