import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventsMessage, MESSAGE_KINDS, parseMessage } from '../../../lambdas/delivery/messages.ts';
import { withUnknown } from '../../helpers/unknown-fields.ts';
import { WHOLE } from '../../helpers/whole-messages.ts';

const events: EventsMessage = {
  v: 1,
  kind: 'events',
  tenant: 't',
  events: [{ id: 'e', ulid: 'u', type: 'a', contentType: 'x/y', payload: { kind: 'text', text: '1' } }],
};

describe('parseMessage', () => {
  it('reads what was written', () => {
    expect(parseMessage(JSON.stringify(events), ['events'])).toEqual({ ok: true, message: events });
  });

  it.each([
    ['', /not JSON/],
    ['null', /./],
    ['{"v":1}', /./],
    [JSON.stringify({ ...events, v: 2 }), /v/],
    [JSON.stringify({ ...events, events: [] }), /events/],
    [JSON.stringify({ ...events, kind: 'gossip' }), /kind/],
    [JSON.stringify({ ...events, events: [{ ...events.events[0], payload: { kind: 'text' } }] }), /text/],
  ])('says what is wrong with %s', (body, problem) => {
    const parsed = parseMessage(body, ['events']);
    expect(parsed.ok ? '' : parsed.problem).toMatch(problem);
  });

  it('refuses a message of another kind', () => {
    const parsed = parseMessage(JSON.stringify(events), ['delivery']);
    expect(parsed).toMatchObject({ ok: false, problem: expect.stringContaining('got events') });
  });

  it.each([
    [{ ...events, v: 2, somethingNew: true }, true],
    [{ v: 1, kind: 'gossip' }, true],
    [{ ...events, events: 'none' }, false],
    [{ v: 0, kind: 'events' }, false],
    ['text', false],
    [null, false],
    [{ ...WHOLE.delivery, attempts: [{ at: 1, ms: 1, error: 'quic' }] }, true],
    [{ ...WHOLE.delivery, event: { ...WHOLE.delivery.event, priority: 'urgent' } }, true],
    [{ ...WHOLE.delivery, event: { ...WHOLE.delivery.event, payload: { kind: 'zstd', zstd: '' } } }, true],
    [{ ...WHOLE.dead, reason: 'bored' }, true],
    [{ ...WHOLE.dead, reason: 'bored', delivery: {} }, false],
    [{ ...WHOLE.dead, reason: 7 }, false],
    [{ ...WHOLE.delivery, attempts: [{ at: 1, ms: 1, uncounted: false }] }, false],
    [{ ...WHOLE.deliveries, events: [] }, false],
    [{ ...WHOLE.deliveries, events: [{ ...WHOLE.deliveries.events[0], deliveries: [] }] }, false],
    [{ ...WHOLE.dead, v: 0, reason: 'bored' }, false],
    [{ ...WHOLE.dead, v: '1' }, false],
  ])('distinguishes a newer message from a broken one: %o', (message, isNewer) => {
    expect(parseMessage(JSON.stringify(message), ['events'])).toMatchObject({ ok: false, isNewer });
  });

  it('knows every kind', () => {
    expect(new Set(MESSAGE_KINDS)).toEqual(new Set(Object.keys(WHOLE)));
  });

  it.each(MESSAGE_KINDS)('passes on what a later release has added to %s, at any depth', (kind) => {
    fc.assert(
      fc.property(withUnknown(WHOLE[kind]), (newer) => {
        expect(parseMessage(JSON.stringify(newer), [kind])).toEqual({ ok: true, message: newer });
      }),
    );
  });

  it('lets nothing become a prototype', () => {
    const body = JSON.stringify(WHOLE.delivery).replaceAll('{"', '{"__proto__":{"polluted":true},"');
    const parsed = parseMessage(body, ['delivery']);
    expect(parsed).toEqual({ ok: true, message: WHOLE.delivery });
    expect(parsed).not.toHaveProperty('message.event.polluted');
  });

  it.each([undefined, 2])('reads a challenge after %s tries', (tries) => {
    const message = { v: 1, kind: 'challenge', tenant: 't', target: 'tgt_1', token: 'u', tries };
    expect(parseMessage(JSON.stringify(message), ['delivery', 'challenge'])).toEqual({ ok: true, message });
    expect(parseMessage(JSON.stringify(message), ['delivery'])).toMatchObject({ ok: false, isNewer: false });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (body) => !parseMessage(body, ['events']).ok));
  });
});
