import { describe, expect, it } from 'vitest';
import { subjectsOf } from '../../../lambdas/delivery/message-subjects.ts';
import type { Message } from '../../../lambdas/delivery/messages.ts';
import { about, aboutAll, type Subject } from '../../../lambdas/platform/log-fields.ts';
import { WHOLE } from '../../helpers/whole-messages.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${TRACE}-b7ad6b7169203331-01`;
const ULID = '01KAK2V5E4V2N9CR0Q6WV7Z1QX';
const known = (fields: object): object => JSON.parse(JSON.stringify(fields));

const delivery = (n: number, more: Partial<Subject> = {}): Subject => ({
  tenant: 'ten_1',
  event: { id: `order-${n}`, ulid: ULID, traceparent },
  subscription: `sub_01KAK2V5E4V2N9CR0Q6WV7Z1Q${n}`,
  target: 'tgt_1',
  ...more,
});
const idOf = (n: number): string => `dlv_${ULID}01KAK2V5E4V2N9CR0Q6WV7Z1Q${n}`;

describe('what a line is about', () => {
  it.each<[string, Subject, object]>([
    [
      'a delivery',
      delivery(1),
      { tenant: 'ten_1', event: 'order-1', delivery: idOf(1), target: 'tgt_1', trace: TRACE },
    ],
    [
      'an event without a trace',
      { tenant: 't', event: { id: 'e', ulid: ULID } },
      { tenant: 't', event: 'e' },
    ],
    ['a target', { tenant: 't', target: 'tgt_1' }, { tenant: 't', target: 'tgt_1' }],
    [
      'a request, which has no event yet',
      { tenant: 't', event: { traceparent } },
      { tenant: 't', trace: TRACE },
    ],
    ['nothing that is known', {}, {}],
  ])('is %s', (_, subject, fields) => {
    expect(known(about(subject))).toEqual(fields);
  });

  it('is one thing, though it may be several', () => {
    expect(known(aboutAll([delivery(1)]))).toEqual({ ...known(about(delivery(1))), count: 1 });
    expect(known(aboutAll([]))).toEqual({ count: 0 });
  });

  it('is what several have in common, and which they are', () => {
    expect(known(aboutAll([delivery(1), delivery(2), delivery(1)]))).toEqual({
      tenant: 'ten_1',
      target: 'tgt_1',
      trace: TRACE,
      count: 3,
      events: 'order-1 order-2',
      deliveries: `${idOf(1)} ${idOf(2)}`,
    });
    expect(known(aboutAll([delivery(1), { tenant: 'ten_2', target: 'tgt_1' }]))).toEqual({
      target: 'tgt_1',
      count: 2,
    });
  });

  it('is named up to 20 times', () => {
    const events = Array.from({ length: 30 }, (_, n) => ({ tenant: 't', event: { id: `e${n}` } }));
    const { count, events: named } = aboutAll(events);
    expect(count).toBe(30);
    expect(named!.split(' ')).toEqual(events.slice(0, 20).map(({ event }) => event.id));
  });

  it.each(Object.entries(WHOLE))('is known of each message: %s', (_, message) => {
    const subjects = subjectsOf(message as Message);
    expect(subjects).not.toEqual([]);
    for (const subject of subjects) expect(about(subject).tenant).toEqual(expect.any(String));
  });
});
