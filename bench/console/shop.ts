import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, apiClient } from '../../local/api-client.ts';
import { createClock, type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { type Receiver, startReceiver } from '../../local/receiver.ts';
import { synthesise } from '../../local/template/synth.ts';

/** A shop that has been in use for some hours: what pictures show, and what is measured. */
export interface Shop {
  readonly cloud: LocalCloud;
  readonly api: ApiClient;
  readonly endpoints: Readonly<Record<EndpointName, Subscribed>>;
  stop(): Promise<void>;
}

interface Subscribed {
  /** Of the subscription. */
  readonly id: string;
  readonly targetId: string;
}

const KEY = 'shop';
const STEP_MS = 10 * 60_000;
const HOURS = 6;
const STEPS = (HOURS * 3_600_000) / STEP_MS;
/** When the failing endpoint began to fail: an hour and a half ago. */
const FAILS_FROM = STEPS - 9;

const ENDPOINTS = {
  warehouse: { name: 'Acme Warehouse', events: ['order.**'] },
  erp: { name: 'Northwind ERP', events: ['order.**', 'payment.**', 'refund.**'] },
  analytics: { name: 'Globex Analytics', events: ['**'] },
  crm: { name: 'Initech CRM', events: ['customer.**', 'order.created'] },
  billing: { name: 'Umbrella Billing', events: ['payment.**', 'refund.**'] },
  mails: { name: 'Hooli Notifications', events: ['order.shipped', 'payment.failed'] },
} as const;
type EndpointName = keyof typeof ENDPOINTS;

const TYPES: readonly (readonly [type: string, description: string, sample: Record<string, unknown>])[] = [
  [
    'order.created',
    'A customer has placed an order.',
    { order: 'o-4711', customer: 'c-208', total: 129.9, currency: 'EUR' },
  ],
  ['order.shipped', 'An order has left the warehouse.', { order: 'o-4711', carrier: 'DHL', parcels: 2 }],
  [
    'order.cancelled',
    'An order was cancelled before it was shipped.',
    { order: 'o-4711', reason: 'changed mind' },
  ],
  [
    'payment.captured',
    'A payment was taken.',
    { payment: 'p-991', amount: 129.9, currency: 'EUR', method: 'card' },
  ],
  [
    'payment.failed',
    'A payment could not be taken.',
    { payment: 'p-992', amount: 1290.0, currency: 'EUR', code: 'insufficient_funds' },
  ],
  ['refund.issued', 'Money was sent back.', { payment: 'p-991', amount: 29.9, currency: 'EUR' }],
  ['customer.updated', 'A customer changed their data.', { customer: 'c-208', changed: ['address'] }],
];

/** How an endpoint answers. @param step how far the day is */
function answerOf(path: string, body: string, step: number): { status: number; delayMs?: number } {
  const name = path.slice(1) as EndpointName;
  if (name === 'crm' && step >= FAILS_FROM) return { status: 503 };
  if (name === 'billing' && body.includes('29.9')) return { status: 422 };
  if (name === 'mails' && body.length % 7 === 0) return { status: 500 };
  return { status: 200, delayMs: { analytics: 900, erp: 120 }[name as string] ?? 15 };
}

/** Runs a morning of a shop, in steps of the clock. It ends now. */
export async function openShop(steps = STEPS): Promise<Shop> {
  const clock = createClock();
  // The clock starts in the past, and has caught up with the browser’s when the shop is open.
  Atomics.add(new BigInt64Array(clock.offset), 0, BigInt(-steps * STEP_MS));
  let step = STEPS - steps;
  const receiver = await startReceiver(({ path, body }) => answerOf(path, body.toString(), step));
  const cloud = await startLocalCloud({ assemblyDir: await synthesise(), secrets: { ApiKey: KEY }, clock });
  const api = apiClient(cloud.apiUrl, KEY);
  const endpoints = await subscribe(api, receiver);
  await furnish(api);
  for (let i = 0; i < steps; i++) {
    step++;
    await publish(api, i, steps);
    await quiet(cloud);
    await cloud.runSchedule('EveryMinute');
    await quiet(cloud);
    clock.advance(STEP_MS);
  }
  // What has just happened is part of the picture.
  await publish(api, steps, steps);
  for (const schedule of ['EveryMinute', 'RecoverRegularly']) await cloud.runSchedule(schedule);
  await quiet(cloud);
  const stop = async (): Promise<void> => void (await Promise.all([cloud.stop(), receiver.close()]));
  return { cloud, api, endpoints, stop };
}

async function subscribe(api: ApiClient, receiver: Receiver): Promise<Shop['endpoints']> {
  const made: Partial<Record<EndpointName, Subscribed>> = {};
  for (const [path, { name, events }] of Object.entries(ENDPOINTS)) {
    made[path as EndpointName] = await api.call('POST', '/v1/subscriptions', {
      name: `${name}: ${events.join(', ')}`,
      filter: {
        events,
        ...(path === 'billing' && { where: { data: { amount: [{ numeric: ['>', 20] }] } } }),
      },
      target: {
        url: `${receiver.url}/${path}`,
        name,
        ...(path === 'erp' && { rateLimit: { perSecond: 50 } }),
      },
    });
  }
  return made as Shop['endpoints'];
}

const LOGO = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#0f766e" d="M16 2 30 28H2z"/><circle cx="16" cy="20" r="4" fill="#fff"/></svg>',
).toString('base64');

async function furnish(api: ApiClient): Promise<void> {
  for (const [name, description, sample] of TYPES) {
    await api.call('POST', '/v1/event-types', { name, description, sample, schema: { type: 'object' } });
  }
  const look = {
    name: 'Acme webhooks',
    accent: '#0f766e',
    cornerRadius: 12,
    logo: `data:image/svg+xml;base64,${LOGO}`,
  };
  await api.call('PUT', '/v1/branding', look);
  for (const name of ['Northwind Traders', 'Globex Corporation', 'Initech', 'Stark Logistics']) {
    await api.call('POST', '/v1/tenants', { name });
  }
  await api.call('POST', '/v1/keys', { name: 'checkout', scopes: ['publish'] });
}

/** More at noon than in the morning. */
async function publish(api: ApiClient, step: number, steps: number): Promise<void> {
  const count = Math.round(10 + 14 * Math.sin((Math.PI * step) / Math.max(1, steps)) + (step % 5));
  const events = Array.from({ length: count }, (_, n) => {
    const [type, , sample] = TYPES[(n * 3 + step) % TYPES.length]!;
    return { type, data: { ...sample, number: step * 100 + n } };
  });
  await api.publishBatch(JSON.stringify({ events }));
}

const POLL_MS = 20;

/** Waits until no message is due. */
async function quiet(cloud: LocalCloud): Promise<void> {
  const isBusy = (): boolean =>
    Object.entries(cloud.queues()).some(
      ([name, { visible, inFlight }]) => !/quarantine/i.test(name) && visible + inFlight > 0,
    );
  while (isBusy()) await sleep(POLL_MS);
}
