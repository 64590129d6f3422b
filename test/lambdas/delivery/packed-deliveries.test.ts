import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DeliveriesMessage,
  type DeliveryMessage,
  parseMessage,
} from '../../../lambdas/delivery/messages.ts';
import { messageOf, PACKED, packDeliveries, unpacked } from '../../../lambdas/delivery/packed-deliveries.ts';
import { nthDelivery } from '../../builders/nth-delivery.ts';
import { withUnknown } from '../../helpers/unknown-fields.ts';
import { WHOLE } from '../../helpers/whole-messages.ts';

const stored = { kind: 'stored', key: 'payloads/t/1', bytes: 9000 } as const;

/** Deliveries of a few events, tenants, targets and regions. */
const deliveries = fc.array(
  fc
    .record({
      n: fc.nat(4),
      tenant: fc.constantFrom('a', 'b'),
      target: fc.constantFrom('tgt_1', 'tgt_2', 'tgt_3'),
      subscription: fc.constantFrom('sub_1', 'sub_2'),
      region: fc.constantFrom(undefined, 'eu'),
      isStored: fc.boolean(),
    })
    .map(({ n, region, isStored, ...about }) =>
      nthDelivery(n, {
        ...about,
        event: { ...(region && { region }), ...(isStored && { payload: stored }) },
      }),
    ),
  { maxLength: 40 },
);

/** As dispatch reads what fanout has sent. */
function received(group: readonly DeliveryMessage[]): DeliveryMessage[] {
  const parsed = parseMessage(JSON.stringify(messageOf(group)), ['delivery', 'deliveries']);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.message.kind === 'deliveries' ? unpacked(parsed.message) : [parsed.message];
}

describe('deliveries that travel together', () => {
  it('arrive as they were sent, each once', () => {
    // A group may hold an event of one id in two regions only where the test makes one: ids are of one event.
    const unique = deliveries.map((all) => [
      ...new Map(all.map((one) => [`${one.event.ulid} ${one.event.region}`, one])).values(),
    ]);
    fc.assert(
      fc.property(unique, (all) => {
        const arrived = packDeliveries(all).flatMap(received);
        expect(arrived.map(keyOf).sort()).toEqual(all.map(keyOf).sort());
        expect(arrived).toEqual(expect.arrayContaining(all));
      }),
    );
  });

  it('are of one tenant and region, few, and small', () => {
    fc.assert(
      fc.property(deliveries, (all) => {
        for (const group of packDeliveries(all)) {
          expect(new Set(group.map(({ tenant, event }) => `${tenant} ${event.region}`)).size).toBe(1);
          expect(group.length).toBeLessThanOrEqual(PACKED);
          if (group.length > 1) {
            expect(group.map(({ event }) => event.payload.kind)).not.toContain('stored');
          }
        }
      }),
    );
  });

  it('are of one target as far as there are enough of it', () => {
    const targets = ['tgt_1', 'tgt_2'].flatMap((target) =>
      Array.from({ length: PACKED }, (_, n) => nthDelivery(n, { target })),
    );
    const mixed = targets.toSorted((a, b) => a.event.ulid.localeCompare(b.event.ulid));
    const groups = packDeliveries(mixed).map((group) => new Set(group.map(({ target }) => target)));
    expect(groups).toEqual([new Set(['tgt_1']), new Set(['tgt_2'])]);
  });

  it('share their event', () => {
    const group = ['sub_1', 'sub_2', 'sub_3'].map((subscription) => nthDelivery(1, { subscription }));
    expect((messageOf(group) as DeliveriesMessage).events).toHaveLength(1);
    expect(received(group)).toEqual(group);
  });

  it('are as few as their messages can be', () => {
    const many = Array.from({ length: 2 * PACKED + 1 }, (_, n) => nthDelivery(n));
    expect(packDeliveries(many).map((group) => group.length)).toEqual([PACKED, PACKED, 1]);
    expect(messageOf([many[0]!])).toBe(many[0]);
  });

  it('keep what a later release has added', () => {
    fc.assert(
      fc.property(withUnknown(WHOLE.delivery), withUnknown(WHOLE.delivery), (one, other) => {
        const group = [one, { ...other, event: { ...other.event, ulid: 'another' } }];
        expect(received(group)).toEqual(group);
      }),
    );
    fc.assert(
      fc.property(withUnknown(WHOLE.deliveries), (message) => {
        const { v: _, kind: __, events, ...unknown } = message;
        const expected = events.flatMap(({ event, deliveries, ...more }) =>
          deliveries.map((one) => ({ ...unknown, ...more, ...one, v: 1, kind: 'delivery', event })),
        );
        expect(unpacked(message)).toEqual(expected);
      }),
    );
  });
});

const keyOf = ({ tenant, target, subscription, event }: DeliveryMessage): string =>
  [tenant, target, subscription, event.ulid, event.region].join(' ');
