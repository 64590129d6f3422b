import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../../../lambdas/publishing/event-checks.ts';
import { areOthers, digestOf } from '../../../lambdas/publishing/event-digest.ts';

const event: NewEvent = {
  id: '1',
  type: 'order.created',
  contentType: 'application/json',
  body: Buffer.from('{"n":1}'),
  at: 'data',
  source: 'shop',
  priority: 'low',
  region: 'eu-central-1',
  ce: { subject: 'a', time: '2026-11-21T10:00:00Z', tenant: 'x' },
};

describe('the digest of an event', () => {
  it.each<[string, Partial<NewEvent>]>([
    ['its id', { id: '2' }],
    ['its place in the request', { at: 'events[3].data' }],
    ['the order of attributes', { ce: { tenant: 'x', time: '2026-11-21T10:00:00Z', subject: 'a' } }],
    ['the time that an SDK put in', { ce: { subject: 'a', time: '2026-11-21T10:00:05Z', tenant: 'x' } }],
    ['tracing', { ce: { ...event.ce, traceparent: '00-1-2-01', tracestate: 'a=b' } }],
  ])('is the same whatever %s', (_, change) => {
    expect(digestOf({ ...event, ...change })).toBe(digestOf(event));
  });

  it.each<[string, Partial<NewEvent>]>([
    ['another payload', { body: Buffer.from('{"n":2}') }],
    ['a payload of the same meaning', { body: Buffer.from('{"n": 1}') }],
    ['another type', { type: 'order.updated' }],
    ['another content type', { contentType: 'text/plain' }],
    ['another source', { source: undefined }],
    ['another priority', { priority: undefined }],
    ['another region', { region: undefined }],
    ['another subject', { ce: { ...event.ce, subject: 'b' } }],
    ['another extension', { ce: { subject: 'a' } }],
    ['no CloudEvent', { ce: undefined }],
  ])('is another for %s', (_, change) => {
    expect(digestOf({ ...event, ...change })).not.toBe(digestOf(event));
  });

  it('is short', () => expect(digestOf(event)).toMatch(/^[\w-]{22}$/));
});

describe('an id of another event', () => {
  const events = (text: string) => text.split(' ').map((each) => ({ id: each[0]!, digest: each[1]! }));

  it.each<[string, string, boolean[]]>([
    ['', 'a1 b1', [false, false]],
    ['a1', 'a1 b1', [false, false]],
    ['a2', 'a1 b1', [true, false]],
    ['', 'a1 a1 a2 a1', [false, false, true, false]],
    ['a2 b1', 'a1 a2 b2 b1', [true, false, true, false]],
  ])('known %j, in a request %j', (known, request, expected) => {
    const digests = new Map(known === '' ? [] : events(known).map(({ id, digest }) => [id, digest]));
    expect(areOthers(events(request), digests)).toEqual(expected);
  });
});
