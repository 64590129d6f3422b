import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs, styleText } from 'node:util';
import { announce } from './announce.ts';
import { apiClient } from './api-client.ts';
import { type Heard, type LogLine, startLocalCloud } from './cloud.ts';
import { type NamedPort, portProblem, tryPorts } from './free-ports.ts';
import { createNarrator, type NarratedLine, plainLine } from './narrate.ts';
import { type Arrival, replyFor, startReceiver } from './receiver.ts';
import { synthesise } from './template/synth.ts';

const USAGE = `npm start -- [options]

  --port N            the API's port (default 8080; 0 takes any free one)
  --console-port N    the console's port (default 8081; 0 takes any free one)
  --key KEY           the API key (default: a new one)
  --receiver-port N   the test receiver's port (default: any free one)
  --kafka HOST:PORT   a Kafka broker whose topics the environment's sources read, without encryption and
                      credentials (several with commas; default: none, and no topic is read)
  --secret NAME=FILE  a secret of Secrets Manager with the text of a file, such as a client certificate (may be
                      given several times)
  --verbose           also print what happens to each event, in lines for people
  --help              this text`;

/** An event type that is described from the start. */
const EXAMPLE = {
  name: 'payment.processor.failure',
  settings: {
    description: 'A payment could not be made.',
    sample: { payment: 'pay_4711', amount: 1200.5, currency: 'EUR', reason: 'card_declined' },
  },
};

const values = orEnd(readOptions);
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const [port, consolePort, receiverPort] = orEnd(() => [
  portOf('port'),
  portOf('console-port'),
  portOf('receiver-port'),
]);
const kafkaBrokers = orEnd(() => brokersOf(values.kafka));
orEnd(() => checkKey(values.key));
const ownSecrets = orEnd(() => secretsIn(values.secret));

const ports: readonly NamedPort[] = [
  { option: 'port', port },
  { option: 'console-port', port: consolePort },
  { option: 'receiver-port', port: receiverPort },
];
await tryPorts(ports).catch(endWith);

const narrate = createNarrator();
// npm takes `--verbose` for itself unless it follows `--`.
const isVerbose = values.verbose || process.env.npm_config_loglevel === 'verbose';

console.log('Synthesising the local environment …');
const assemblyDir = await synthesise();
const receiver = await startReceiver((arrival) => {
  show(arrival);
  return replyFor(arrival.path);
}, receiverPort).catch(endWith);
const cloud = await startLocalCloud({
  assemblyDir,
  port,
  consolePort,
  secrets: { ApiKey: values.key },
  ownSecrets,
  log,
  ...(kafkaBrokers && { kafkaBrokers }),
  ...(isVerbose && { hear: print }),
}).catch(endWith);

const api = apiClient(cloud.apiUrl, values.key);
// `posthorn trigger` publishes its sample, and the catalogue has something to show.
await api.call('PUT', `/v1/event-types/${EXAMPLE.name}`, EXAMPLE.settings).catch(endWith);
const { token } = await api.call<{ readonly token: string }>('POST', '/v1/sign-in-links').catch(endWith);

const aws = cloud.awsClientConfig();
const queueUrl = cloud.resource('SqsOrdersQueue').physicalId;

const withdraw = announce({ url: cloud.apiUrl, key: values.key, console: cloud.consoleUrl });

console.log(`
Posthorn runs on this machine, started in ${process.uptime().toFixed(1)} s. Ctrl-C ends it.

  Console    ${styleText('cyan', `${cloud.consoleUrl}/#link=${token}`)}   signs in once, within ten minutes; after that, sign in with the key
  API        ${styleText('cyan', cloud.apiUrl)}   (health: ${styleText('cyan', `${cloud.apiUrl}/health`)})
  Try it     ${styleText('cyan', `${cloud.apiUrl}/docs`)}   every route, with examples to send; docs/api.md is a guide to them
  Catalogue  ${styleText('cyan', `${cloud.apiUrl}/catalogue#token=${values.key}`)}   the event types that are described
  API key    ${values.key}
  Receiver   ${styleText('cyan', receiver.url)}   shows below what arrives; /status/503 and /delay/2000 in its path misbehave

In another shell, deliveries to your own server, here on port 3000, and an event:

  npx posthorn listen --forward-to localhost:3000
  npx posthorn trigger ${EXAMPLE.name}

To write to the log group /shop/app, whose lines are events, with the AWS CLI (docs/sources.md):

  export AWS_ENDPOINT_URL=${aws.endpoint} AWS_DEFAULT_REGION=${aws.region} AWS_ACCESS_KEY_ID=${aws.credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${aws.credentials.secretAccessKey}
  aws logs create-log-stream --log-group-name /shop/app --log-stream-name me
  aws logs put-log-events --log-group-name /shop/app --log-stream-name me --log-events "timestamp=$(date +%s000),message=ERROR: declined"

To send to the queue and to the bus whose messages and events are events here, in the same shell:

  aws sqs send-message --endpoint-url ${aws.endpoint} --queue-url ${queueUrl} --message-body '{"order":1}' --message-attributes 'posthorn-event-type={DataType=String,StringValue=order.created}'
  aws events put-events --entries '[{"Source":"shop","DetailType":"Order Shipped","Detail":"{\\"order\\":1}"}]'

For the lines of docs/api.md:

  export API=${cloud.apiUrl} KEY=${values.key} RECEIVER=${receiver.url}

Everything is kept in memory and gone when this ends.
`);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    if (stopping) process.exit(1);
    stopping = true;
    withdraw();
    await Promise.all([cloud.stop(), receiver.close()]);
    process.exit(0);
  });
}

function readOptions() {
  return parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      'console-port': { type: 'string', default: '8081' },
      key: { type: 'string', default: `phk_${randomBytes(20).toString('hex')}` },
      'receiver-port': { type: 'string', default: '0' },
      kafka: { type: 'string' },
      secret: { type: 'string', multiple: true, default: [] },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

function portOf(option: 'port' | 'console-port' | 'receiver-port'): number {
  const text = values[option];
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new Error(`--${option}: expected a port from 0 to 65535, got ${JSON.stringify(text)}`);
}

function brokersOf(text: string | undefined): string[] | undefined {
  const brokers = text?.split(',');
  if (!brokers || brokers.every((broker) => /^[\w.-]+:\d{1,5}$/.test(broker))) return brokers;
  throw new Error(`--kafka: expected HOST:PORT, several with commas, got ${JSON.stringify(text)}`);
}

function secretsIn(options: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    options.map((option) => {
      const [, name = '', file = ''] = /^([\w/+=.@-]{1,512}?)=(.+)$/.exec(option) ?? [];
      if (file === '') throw new Error(`--secret: expected NAME=FILE, got ${JSON.stringify(option)}`);
      return [name, readFileSync(file, 'utf8')];
    }),
  );
}

/** The key goes into a header and into lines to paste. */
function checkKey(key: string): void {
  if (/^[\w.~+/=-]{1,128}$/.test(key)) return;
  throw new Error('--key: expected 1 to 128 letters, digits or any of . _ ~ + / = -');
}

function orEnd<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return endWith(error);
  }
}

/** A mistake in the options ends with a sentence, not a stack. */
function endWith(error: unknown): never {
  const cause = causeOf(error) as NodeJS.ErrnoException & { port?: number };
  const { code, message } = cause;
  // Another process may have taken one since they were tried.
  const named = code === 'EADDRINUSE' ? ports.find(({ port }) => port === cause.port) : undefined;
  console.error(named ? portProblem(cause, named) : message);
  if (code?.startsWith('ERR_PARSE_ARGS')) console.error(`\n${USAGE}`);
  process.exit(2);
}

/** A deployment's error names the resource. Its cause says that a port is taken. */
function causeOf(error: unknown): unknown {
  const { cause } = error as Error;
  return (cause as { code?: string } | undefined)?.code === 'EADDRINUSE' ? cause : error;
}

function show({ path, headers, body }: Arrival): void {
  const {
    'posthorn-event-type': type,
    'posthorn-attempt': attempt,
    'posthorn-batch': count,
    'webhook-id': id,
  } = headers;
  const what = count === undefined ? `${type}  attempt ${attempt}` : `batch of ${count}`;
  console.log(styleText('green', `← POST ${path}  ${what}  ${id}`));
  for (const name of ['content-type', 'webhook-timestamp', 'webhook-signature', 'x-hub-signature-256']) {
    if (headers[name]) console.log(styleText('dim', `    ${name}: ${headers[name]}`));
  }
  console.log(`    ${excerpt(body)}`);
}

/** The beginning of a body, if a terminal can show it as text. */
function excerpt(body: Buffer): string {
  // Stream mode leaves out a character that the cut has split.
  const text = new TextDecoder().decode(body.subarray(0, 500), { stream: true });
  if (/[\p{Cc}\ufffd]/u.test(text.replace(/[\t\r\n]/g, ''))) return `(${body.length} bytes, not text)`;
  return body.length > 500 ? `${text} … (${body.length} bytes)` : text;
}

/** Problems and notes are printed without `--verbose` too. */
function log(line: LogLine): void {
  const text = line.kind === 'function' ? plainLine(line.text) : line.text;
  const source = line.kind === 'function' ? line.functionName : line.kind;
  if (text !== undefined)
    console.log(styleText(line.kind === 'note' ? 'dim' : 'yellow', `  ${source}: ${text}`));
}

function print(heard: Heard): void {
  const now = Date.now();
  const time = new Date(now).toTimeString().slice(0, 8);
  for (const { tone, text } of narrate(heard, now))
    console.log(`${styleText('dim', time)} ${inTone(tone, text)}`);
}

function inTone(tone: NarratedLine['tone'], text: string): string {
  return styleText(({ plain: 'reset', good: 'green', bad: 'red', wait: 'yellow' } as const)[tone], text);
}
