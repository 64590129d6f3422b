import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import { Webhooks } from '@octokit/webhooks';
import { Webhook } from 'standardwebhooks';
import { apiClient, type DeliveryView } from './api-client.ts';
import { startLocalCloud } from './cloud.ts';
import { type Scene, scenes } from './demo-scenes.ts';
import { type Arrival, startReceiver } from './receiver.ts';
import { synthesise } from './template/synth.ts';

/**
 * The demonstration: the local cloud delivers GitHub's own sample payloads to endpoints of different behaviour, and the
 * official libraries verify each delivery. Exits with 1 when a result is wrong. With `--stay` the cloud goes on until
 * Ctrl-C, and the console shows what was delivered.
 */
const KEY = 'demo';
/** The demonstration takes some ten seconds; a busy machine needs more. */
const DEADLINE_MS = 90_000;

const { stay } = orEnd(() => parseArgs({ options: { stay: { type: 'boolean', default: false } } }).values);

interface Example {
  readonly type: string;
  /** The payload's text, as published. */
  readonly text: string;
}

interface ExamplesOfType {
  readonly name: string;
  readonly examples: readonly { readonly action?: string }[];
}

// The package is one JSON file, and its types describe a CommonJS module.
const examples: ExamplesOfType[] = createRequire(import.meta.url)('@octokit/webhooks-examples');

const published: Example[] = examples.flatMap(({ name, examples: payloads }) =>
  payloads.map((payload) => ({
    type: ['github', name, ...(payload.action ? [payload.action] : [])].join('.'),
    text: JSON.stringify(payload),
  })),
);

const problems: string[] = [];
const secrets = new Map<string, string>();
/** Requests with exactly the published bytes that passed the official verifier, by path. */
const verified = new Map<string, number>();
const bodies = new Set(published.map(({ text }) => text));

console.log('Synthesising the template and bundling the functions …');
const assemblyDir = await synthesise();
const receiver = await startReceiver(async (arrival) => {
  if (await isGenuine(arrival)) verified.set(arrival.path, (verified.get(arrival.path) ?? 0) + 1);
  else problems.push(`${arrival.path}: a request did not pass verification`);
  const scene = scenes.find(({ path }) => path === arrival.path)!;
  return { status: scene.answer(Number(arrival.headers['posthorn-attempt'])) };
});
const cloud = await startLocalCloud({ assemblyDir, secrets: { ApiKey: KEY } });
const api = apiClient(cloud.apiUrl, KEY);
try {
  await run();
  if (stay) await untilStopped();
} finally {
  await Promise.all([cloud.stop(), receiver.close()]);
}
for (const problem of new Set(problems)) console.error(`✗ ${problem}`);
process.exit(problems.length > 0 ? 1 : 0);

/** Says where to look, and waits for Ctrl-C. */
async function untilStopped(): Promise<void> {
  const { token } = await api.call<{ readonly token: string }>('POST', '/v1/sign-in-links');
  console.log(`
All of it is in the console:

  ${styleText('cyan', `${cloud.consoleUrl}/#link=${token}`)}

The link signs in once, within ten minutes; after that, sign in with the key ${KEY}. Ctrl-C ends it.`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function orEnd<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    console.error(`${(error as Error).message}\n\nnpm run demo [-- --stay]`);
    process.exit(2);
  }
}

async function run(): Promise<void> {
  console.log(`The local cloud runs at ${cloud.apiUrl}, from the template that would be deployed.\n`);
  const subscriptions = await subscribe();
  const began = Date.now();
  await publish();
  console.log(`Published ${published.length} of GitHub's sample payloads (1 to 27 kB).`);
  const rows = await Promise.all(
    [...subscriptions].map(async ([scene, id]) => row(scene, await settled(id, expectedOf(scene), began))),
  );
  console.log(`All deliveries settled after ${((Date.now() - began) / 1000).toFixed(1)} s:\n`);
  console.table(Object.fromEntries(rows));
  await showDeadLetter(subscriptions);
}

async function subscribe(): Promise<Map<Scene, string>> {
  const ids = new Map<Scene, string>();
  for (const scene of scenes) {
    const { events, signature, retry } = scene;
    const made = await api.subscribe({
      url: `${receiver.url}${scene.path}`,
      name: scene.title,
      events,
      signature,
      retry,
    });
    ids.set(scene, made.id);
    secrets.set(scene.path, made.secret);
  }
  return ids;
}

async function publish(): Promise<void> {
  for (let i = 0; i < published.length; i += 100) {
    const events = published.slice(i, i + 100).map(({ type, text }) => `{"type":"${type}","data":${text}}`);
    await api.publishBatch(`{"events":[${events.join(',')}]}`);
  }
}

function expectedOf(scene: Scene): number {
  return published.filter(({ type }) => scene.events.some((pattern) => wants(pattern, type))).length;
}

/** Only the patterns used above. */
function wants(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.replace(/\*+$/, '')) : type === pattern;
}

/** Waits until as many deliveries as expected have ended. */
async function settled(subscription: string, expected: number, began: number): Promise<DeliveryView[]> {
  for (;;) {
    const deliveries = await api.deliveriesOf(subscription);
    const done = deliveries.filter(({ status }) => status === 'delivered' || status === 'dead');
    if (done.length >= expected) return deliveries;
    if (Date.now() - began > DEADLINE_MS) {
      problems.push(`${subscription}: ${done.length} of ${expected} deliveries settled in time`);
      return deliveries;
    }
    await sleep(250);
  }
}

function row(scene: Scene, deliveries: readonly DeliveryView[]): [string, Record<string, number>] {
  const attempts = deliveries.reduce((sum, delivery) => sum + delivery.attempts.length, 0);
  const ended = (status: string): number =>
    deliveries.filter((delivery) => delivery.status === status).length;
  const genuine = verified.get(scene.path) ?? 0;
  if (ended(scene.ends) !== deliveries.length) problems.push(`${scene.title}: not all were ${scene.ends}`);
  if (attempts !== deliveries.length * scene.attempts) problems.push(`${scene.title}: ${attempts} attempts`);
  if (genuine < attempts) problems.push(`${scene.title}: ${genuine} of ${attempts} requests were genuine`);
  const columns = { deliveries: deliveries.length, attempts, verified: genuine };
  return [scene.title, { ...columns, delivered: ended('delivered'), dead: ended('dead') }];
}

async function showDeadLetter(subscriptions: ReadonlyMap<Scene, string>): Promise<void> {
  const broken = [...subscriptions].find(([scene]) => scene.path === '/broken')!;
  const [letter] = await api.deliveriesOf(broken[1]);
  console.log('\nA dead letter, as GET /v1/subscriptions/{id}/deliveries shows it:\n');
  console.log(JSON.stringify(letter, null, 2));
}

/** The official libraries verify the request, not our own code, and its body is byte for byte as published. */
async function isGenuine({ path, headers, body }: Arrival): Promise<boolean> {
  const secret = secrets.get(path)!;
  const text = body.toString('utf8');
  if (!bodies.has(text)) return false;
  const gitHub = headers['x-hub-signature-256'];
  if (typeof gitHub === 'string') return new Webhooks({ secret }).verify(text, gitHub);
  try {
    new Webhook(secret).verify(text, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}
