import { deflateRawSync } from 'node:zlib';
import { tenantsApart } from '../../../simulate/invariants/tenants-apart.ts';
import { deliveryOf } from '../../builders/deliveries.ts';
import { eventOf, eventsMessage, jsonPayload } from '../../builders/events.ts';
import { BEGINNING, invariantFinds, SUBSCRIPTION, URL_OF_B } from './watched-history.ts';

const STANDING = { pk: 'standing#ten_a', sk: 'tgt_A' };
const eventOfTenant = (tenant: string) => eventOf({ payload: jsonPayload({ tenant }) });
const deliveryOfTenant = (tenant: string, target = 'tgt_A') =>
  deliveryOf({ tenant: 'ten_a', target, subscription: SUBSCRIPTION, event: eventOfTenant(tenant) });
const batchOf = (...tenants: readonly string[]): string =>
  JSON.stringify(tenants.map((tenant, i) => ({ id: `evt_${i}`, type: 'a', data: { tenant } })));

invariantFinds('tenants are apart', tenantsApart, [
  {
    name: 'requests, items and messages of their own',
    make(history) {
      history.post();
      history.post({ url: URL_OF_B, tenant: 'b' });
      history.post({ id: 'bat_1', isBatch: true, body: batchOf('a', 'a') });
      history.post({ id: 'chl_1', body: '{}' });
      history.post({
        id: 'posthorn.target.disabled:tgt_A:1',
        type: 'posthorn.target.disabled',
        body: JSON.stringify({ targetId: 'tgt_A' }),
      });
      history.log({ status: 'delivered' });
      const body = deflateRawSync(JSON.stringify({ tenant: 'a' }));
      history.put('log', { pk: 'event#ten_a#1', sk: 'u', id: 'evt_1', type: 'a', body });
      history.put('state', STANDING);
      const message = JSON.stringify(deliveryOfTenant('a'));
      history.put('state', { pk: 'room#ten_a#tgt_A#1', sk: 'x', message });
      history.put('state', { pk: 'parked#1#1', sk: 'x', message });
      history.put('state', { pk: 'rooms', sk: 'ten_a#tgt_A', at: BEGINNING });
      history.send(deliveryOfTenant('a'));
      history.send(eventsMessage('ten_a', eventOfTenant('a')), 'events');
    },
  },
  {
    name: 'a request with another’s event',
    make: (history) => void history.post({ tenant: 'b' }),
    finds: /expected an event of a, found evt_.* of b, at https:\/\/endpoints.test\/a\/A/,
  },
  {
    name: 'a batch with one of another’s',
    make: (history) => void history.post({ id: 'bat_1', isBatch: true, body: batchOf('a', 'b') }),
    finds: /expected an event of a, found evt_1 of b/,
  },
  {
    name: 'news of another’s target',
    make: (history) =>
      void history.post({
        type: 'posthorn.target.disabled',
        body: JSON.stringify({ targetId: 'tgt_B' }),
      }),
    finds: /expected news of a target of a, found .* about tgt_B/,
  },
  {
    name: 'a request to nobody',
    make: (history) => void history.post({ url: 'https://endpoints.test/x' }),
    finds: /expected a target's URL, found https:\/\/endpoints.test\/x/,
  },
  {
    name: 'a delivery that is logged with another’s target',
    make: (history) => history.log({ status: 'delivered', target: 'tgt_B' }),
    finds: /expected a target of ten_a, found tgt_B, in the log table/,
  },
  {
    name: 'an event that is logged with another’s payload',
    make(history) {
      const body = deflateRawSync(JSON.stringify({ tenant: 'b' }));
      history.put('log', { pk: 'event#ten_a#1', sk: 'u', id: 'evt_1', type: 'a', body });
    },
    finds: /expected an event of ten_a, found one of b, in the log table/,
  },
  {
    name: 'a delivery in another’s hold queue',
    make: (history) =>
      history.put('state', {
        pk: 'room#ten_b#tgt_B#1',
        sk: 'x',
        message: JSON.stringify(deliveryOfTenant('a')),
      }),
    finds: /expected a delivery of ten_b to tgt_B, found one of ten_a to tgt_A/,
  },
  {
    name: 'a drain of a target of another’s',
    make: (history) => history.put('state', { pk: 'rooms', sk: 'ten_a#tgt_B', at: BEGINNING }),
    finds: /expected a target of ten_a, found tgt_B, in the state table/,
  },
  {
    name: 'a message with another’s event',
    make: (history) => history.send(eventsMessage('ten_a', eventOfTenant('b')), 'events'),
    finds: /expected an event of ten_a, found evt_.* of b, in a message of events/,
  },
  {
    name: 'a packed message with a delivery to another’s target',
    make(history) {
      const { event, v: _, kind: __, ...delivery } = deliveryOfTenant('a', 'tgt_B');
      history.send({ v: 1, kind: 'deliveries', events: [{ event, deliveries: [delivery] }] }, 'standard');
    },
    finds: /expected a target of ten_a, found tgt_B, in a message of standard/,
  },
]);
