import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Posthorn } from '../../client/index.ts';
import { createClock, startLocalCloud } from '../../local/cloud.ts';
import { synthesise } from '../../local/template/synth.ts';
import { countsBefore, type Row, rowsOf } from './expected.ts';
import { type Receivers, startReceivers } from './receivers.ts';
import { SHELVES, Shop } from './shop.ts';

const KEY = 'shop';
const WEBHOOK_SECRET = 'whsec_c2hvcC1zZWNyZXQtb2YtdGhlLWV4YW1wbGU=';
const PAGERDUTY_KEY = '0123456789abcdef0123456789abcdef';
/** Functions look every 1.5 s at what is known of an endpoint; the outcome comes before that. */
const KNOWN_AFTER_MS = 3000;
const HOUR_MS = 3_600_000;
/** A run takes some ten seconds; a busy machine needs more. */
const DEADLINE_MS = 90_000;

export interface Result {
  readonly rows: readonly Row[];
  /** What is not as it has to be. */
  readonly problems: readonly string[];
}

/**
 * A Monday of the shop: its office hours, then its night. Starts the local cloud and the partners' endpoints, and ends them.
 * @param say gets a line for people
 */
export async function runShop(say: (line: string) => void): Promise<Result> {
  const receivers = await startReceivers(WEBHOOK_SECRET, PAGERDUTY_KEY);
  const clock = createClock();
  clock.advance(untilMonday(new Date()));
  const cloud = await startLocalCloud({
    assemblyDir: await synthesise(),
    secrets: { ApiKey: KEY },
    clock,
  });
  try {
    const posthorn = new Posthorn({ url: cloud.apiUrl, key: KEY });
    say(await apply(cloud.apiUrl, receivers.url));
    await watchLogins(posthorn);
    await introduce(posthorn, receivers);
    const shop = new Shop(posthorn, cloud.awsClientConfig());

    say('Monday, ten in the morning: payments, orders, slow requests, an incident.');
    await shop.payments();
    await shop.orders();
    await shop.requests();
    await shop.incident('opened');
    say(`${SHELVES} shelves are counted; then a lamp is about to be sold out.`);
    await shop.stockIsCounted();
    await until(() => arrived(receivers, '/stock-room') >= SHELVES + 1);
    say('Somebody tries passwords: the application logs six failed logins.');
    await shop.logins(6);
    await until(async () => (await loginsKnown(posthorn)) >= 6);
    await cloud.runSchedule('Assess');

    clock.advance(12 * HOUR_MS);
    say('Monday, ten at night: a sofa is about to be sold out, and the incident is over.');
    await shop.stockIsCritical('sofa-2');
    await shop.incident('resolved');
    await until(() => rowsOf(receivers.arrivals).every(({ right }) => right));
    // What should not come would have to come by now.
    await until(() =>
      Object.values(cloud.queues()).every(({ visible, inFlight }) => visible + inFlight === 0),
    );
    return { rows: rowsOf(receivers.arrivals), problems: await problemsOf(posthorn, receivers) };
  } finally {
    await Promise.all([cloud.stop(), receivers.close()]);
  }
}

/** Milliseconds to next Monday, nine in London: ten in Berlin, in summer and winter. */
function untilMonday(now: Date): number {
  const days = (8 - now.getUTCDay()) % 7 || 7;
  const nine = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + days, 9);
  return nine - now.getTime();
}

/** Brings Posthorn to what posthorn.yaml says, by the command-line tool. @returns what the tool planned */
async function apply(apiUrl: string, partners: string): Promise<string> {
  const path = (of: string) => fileURLToPath(new URL(of, import.meta.url));
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [path('../../cli/bin.ts'), 'apply', '-f', path('posthorn.yaml'), '--yes'],
    {
      env: {
        ...process.env,
        POSTHORN_URL: apiUrl,
        POSTHORN_KEY: KEY,
        WEBHOOK_SECRET,
        PAGERDUTY_KEY,
        PAGERDUTY_URL: partners,
        PAYMENT_TEAM_URL: `${partners}/payment-team`,
        SUPPLIER_URL: `${partners}/supplier`,
        NIGHT_DESK_URL: `${partners}/night-desk`,
        STOCK_ROOM_URL: `${partners}/stock-room`,
        FULFILMENT_URL: `${partners}/fulfilment`,
        FULFILMENT_EU_URL: `${partners}/eu/fulfilment`,
        MONITORING_URL: `${partners}/monitoring`,
        FRAUD_URL: `${partners}/fraud`,
      },
    },
  );
  return stderr.split('\n').find((line) => line.includes(' to create')) ?? stderr;
}

/**
 * Sends each webhook a test event. An endpoint that has answered once is known to be well, and its critical events have a fast lane
 * from then on.
 */
async function introduce(posthorn: Posthorn, { tests }: Receivers): Promise<void> {
  const { items } = await posthorn.listSubscriptions({ limit: 50 });
  const webhooks = items.filter(({ kind }) => kind === 'webhook');
  await Promise.all(webhooks.map(({ id }) => posthorn.testSubscription({ id, body: {} })));
  await until(() => tests() >= webhooks.length);
  await sleep(KNOWN_AFTER_MS);
}

/** A filter sees one event. How often one comes is what an alert rule asks. */
async function watchLogins(posthorn: Posthorn): Promise<void> {
  const { items } = await posthorn.listTargets({ limit: 50 });
  const fraud = items.find(({ name }) => name === 'Fraud service')!;
  await posthorn.createAlertRule({
    body: {
      name: 'Logins fail in a row',
      when: { metric: 'events', eventType: 'login.failed', atLeast: 5, minutes: 5 },
      notify: { targetId: fraud.id },
    },
  });
}

async function loginsKnown(posthorn: Posthorn): Promise<number> {
  const { items } = await posthorn.listEvents({ type: 'login.failed', limit: 50 });
  return items.length;
}

const arrived = ({ arrivals }: Receivers, path: string): number =>
  arrivals.filter(({ at }) => at === path).length;

/** Waits until it holds, or until it would be no use to wait on. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const began = performance.now();
  while (!(await holds()) && performance.now() - began < DEADLINE_MS) await sleep(100);
}

async function problemsOf(posthorn: Posthorn, { arrivals, problems }: Receivers): Promise<string[]> {
  const before = countsBefore(arrivals);
  const { items: dead } = await posthorn.listDeadLetters({ limit: 10 });
  return [
    ...problems,
    ...rowsOf(arrivals).flatMap(({ who, right, expected, arrived: got }) =>
      right ? [] : [`${who}: expected ${expected}, got ${got}`],
    ),
    ...(before <= SHELVES / 2 ? [] : [`${before} of ${SHELVES} counts came before what was critical`]),
    ...dead.map(({ id, reason }) => `${id} is dead: ${reason}`),
  ];
}
