import type { OutgoingHttpHeaders } from 'node:http';
import { type BuildAppOptions, buildApp } from 'fauxqs';
import { type Access, accessKeyOf, type Check, type Denial, signedRegion } from '../core/access.ts';
import { type Hear, messagesIn } from '../core/heard.ts';
import { type Meter, sqsUnits } from '../core/meter.ts';
import type { ServiceAnswer, ServiceCall } from './call.ts';
import { type ErrorAnswer, type Faults, s3Error, sqsError } from './faults.ts';
import type { Reply, Request } from './fauxqs-http.ts';
import { partSqs } from './partial.ts';
import { noteArrivals } from './queue-age.ts';
import { s3Checks } from './s3-actions.ts';
import { type AlertListener, createSnsGuard, isSns } from './sns.ts';

type Stores = NonNullable<BuildAppOptions['stores']>;
type QueueStore = Stores['sqsStore'];
export type Queue = NonNullable<ReturnType<QueueStore['getQueue']>>;

export type Messaging = Awaited<ReturnType<typeof createMessaging>>;

/** The emulators of SQS, S3 and SNS. */
export async function createMessaging(
  access: Access,
  region: string,
  faults: Faults,
  meter?: Meter,
  onAlert: AlertListener = () => {},
  hear?: Hear,
) {
  const stores = await createStores(region);
  const app = buildApp({ logger: false, defaultRegion: region, stores });
  const bucketRegions = new Map<string, string>();
  const sns = createSnsGuard(access, meter, onAlert);

  app.addHook('preHandler', (request, reply, done) => {
    if (isSns(request)) return void (sns.refuse(request, reply) || done());
    const target = request.headers['x-amz-target'];
    const accessKey = accessKeyOf(request.headers.authorization);
    const sqs = typeof target === 'string' && target.startsWith('AmazonSQS.');
    const checks = sqs ? sqsChecks(target, request) : s3Checks(request);
    const denial = access.refuse(accessKey, checks);
    if (denial) return void (sqs ? refuseSqs(reply, denial) : refuseS3(reply, denial));
    const elsewhere = sqs ? undefined : bucketElsewhere(checks, bucketRegions, request);
    if (elsewhere) return void refuseS3(reply, elsewhere);
    if (!sqs && hidesMissingObject(access, accessKey, checks, stores.s3Store)) {
      return void refuseS3(reply, { message: 'Access Denied' });
    }
    const refusal = accessKey === access.operatorKey ? undefined : disturb(faults, sqs, request);
    if (refusal) return void sendAnswer(reply, refusal);
    if (sqs) keepTrace(request);
    if (sqs && hear && /\.SendMessage(Batch)?$/.test(target)) {
      for (const heard of messagesIn(request.body, access.nameOf(accessKey))) hear(heard);
    }
    if (meter)
      count(meter, access.nameOf(accessKey), request, sqs ? target.slice('AmazonSQS.'.length) : undefined);
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    if (isSns(request)) sns.hear(request, reply);
    const change = changes.get(request);
    done(null, change ? change(reply, payload) : payload);
  });
  await app.ready();

  return {
    async answer({ method, path, headers, body }: ServiceCall): Promise<ServiceAnswer> {
      const reply = await app.inject({ method: method as 'POST', url: path, headers, payload: body });
      return { status: reply.statusCode, headers: answerHeaders(reply.headers), body: reply.rawPayload };
    },
    buckets: stores.s3Store,
    bucketRegions,
    topics: stores.snsStore,

    createQueue: (name: string, url: string, arn: string, attributes: Record<string, string>): Queue =>
      noteArrivals(stores.sqsStore.createQueue(name, url, arn, attributes)),
    queueByArn: (arn: string): Queue | undefined => stores.sqsStore.getQueueByArn(arn),
    /** All queues, as of now: a message whose delay is over does not count as delayed. */
    queues(): Queue[] {
      stores.sqsStore.processAllTimers();
      return [...stores.sqsStore.allQueues()];
    },
    nextDelayEnd: (): number | undefined =>
      [...stores.sqsStore.allQueues()]
        .flatMap(({ delayedMessages }) => delayedMessages)
        .reduce<number | undefined>(
          (first, { delayUntil = 0 }) => Math.min(first ?? delayUntil, delayUntil),
          undefined,
        ),
    /** Ends all waiting, so that pollers and clients return at once. */
    shutdown: () => stores.sqsStore.shutdown(),
  };
}

/** Without those that concern a connection. */
function answerHeaders(headers: OutgoingHttpHeaders): Record<string, string> {
  const { connection, date, 'keep-alive': _, 'transfer-encoding': chunked, ...kept } = headers;
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, String(value)]));
}

/**
 * Messages' trace headers, by the object that holds a message's attributes: fauxqs keeps that object, and no system
 * attributes.
 */
const traces = new WeakMap<object, string>();

export const traceOf = (message: { readonly messageAttributes: object }): string | undefined =>
  traces.get(message.messageAttributes);

/** SQS keeps a call's trace header with the messages that it sends (`AWSTraceHeader`). */
function keepTrace({ headers, body }: Request): void {
  const trace = headers['x-amzn-trace-id'];
  const { Entries, MessageBody } = (body ?? {}) as { Entries?: Sent[]; MessageBody?: string };
  const sent = Entries ?? (MessageBody === undefined ? [] : [body as Sent]);
  if (typeof trace !== 'string') return;
  for (const one of sent) {
    one.MessageAttributes ??= {};
    traces.set(one.MessageAttributes, trace);
  }
}

interface Sent {
  MessageAttributes?: object;
}

/** How to change the answer to a disturbed request. */
const changes = new WeakMap<object, (reply: Reply, payload: unknown) => unknown>();

/** The error that a request gets instead of being served; undefined when it is served, at least in part. */
function disturb(faults: Faults, sqs: boolean, request: Request): ErrorAnswer | undefined {
  const fault = faults.draw(sqs ? 'sqs' : 's3');
  if (!fault) return undefined;
  const error = (sqs ? sqsError : s3Error)(fault.kind);
  const part = sqs && fault.kind === 'partial' ? partSqs(request.body as object, fault.random) : undefined;
  if (part) {
    request.body = part.request;
    changes.set(request, (_, payload) => JSON.stringify(part.amend(JSON.parse(String(payload)) as object)));
    return undefined;
  }
  // A read changes nothing, and its answer may be a stream.
  if (fault.kind !== 'unknown' || request.method === 'GET' || request.method === 'HEAD') return error;
  changes.set(request, (reply) => {
    reply.status(error.status);
    for (const [name, value] of Object.entries(error.headers)) reply.header(name, value);
    return error.body;
  });
  return undefined;
}

function sendAnswer(reply: Reply, { status, headers, body }: ErrorAnswer): void {
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  reply.status(status).send(body);
}

async function createStores(region: string): Promise<Stores> {
  const root = import.meta.resolve('fauxqs');
  const load = (file: string) => import(new URL(file, root).href);
  const [sqs, sns, s3] = await Promise.all(
    ['./sqs/sqsStore.js', './sns/snsStore.js', './s3/s3Store.js'].map(load),
  );
  const stores: Stores = {
    sqsStore: new sqs.SqsStore(),
    snsStore: new sns.SnsStore(),
    s3Store: new s3.S3Store(),
  };
  stores.sqsStore.region = region;
  await allowAllCharacters(load);
  return stores;
}

/**
 * SQS takes all characters of XML 1.0 (API reference of SendMessage). fauxqs leaves out those beyond #xFFFF, and
 * so refuses every message with an emoji in it.
 */
async function allowAllCharacters(
  load: (file: string) => Promise<{ [name: string]: unknown }>,
): Promise<void> {
  const { INVALID_MESSAGE_BODY_CHAR: invalid } = await load('./sqs/sqsTypes.js');
  const outsideXml = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;
  (invalid as RegExp).test = (text) => outsideXml.test(text);
}

/** A batch operation needs the permission of the single one. */
function sqsChecks(target: string, request: Request): Check[] {
  const action = `sqs:${target.slice('AmazonSQS.'.length).replace(/Batch$/, '')}`;
  const { QueueUrl, QueueName } = (request.body ?? {}) as { QueueUrl?: string; QueueName?: string };
  const name = QueueName ?? QueueUrl?.split('/').at(-1);
  const region = signedRegion(request.headers.authorization);
  return [{ action, resource: name ? `arn:aws:sqs:${region}:000000000000:${name}` : '*' }];
}

function refuseSqs(reply: Reply, denial: Denial): void {
  reply
    .status(403)
    .header('content-type', 'application/x-amz-json-1.0')
    .header('x-amzn-query-error', 'AccessDenied;Sender')
    .send({ __type: 'com.amazon.coral.service#AccessDeniedException', message: denial.message });
}

function refuseS3(
  reply: Reply,
  { status = 403, code = 'AccessDenied', message }: { status?: number; code?: string; message: string },
): void {
  reply
    .status(status)
    .header('content-type', 'application/xml')
    .send(
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    );
}

/**
 * Only the endpoint of a bucket's own region serves it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
function bucketElsewhere([check]: Check[], regions: ReadonlyMap<string, string>, { headers }: Request) {
  const bucket = check?.resource.slice('arn:aws:s3:::'.length).replace(/\/.*/s, '') ?? '';
  const region = regions.get(bucket);
  if (region === undefined || region === signedRegion(headers.authorization)) return undefined;
  return { status: 301, code: 'PermanentRedirect', message: `the bucket ${bucket} is in ${region}` };
}

/** Without s3:ListBucket, S3 answers 403 rather than 404 for an object that does not exist. */
function hidesMissingObject(
  access: Access,
  accessKey: string,
  checks: Check[],
  store: Stores['s3Store'],
): boolean {
  const [check] = checks;
  if (check?.action !== 's3:GetObject') return false;
  const bucketArn = check.resource.replace(/\/.*/s, '');
  if (access.allows(accessKey, { action: 's3:ListBucket', resource: bucketArn })) return false;
  try {
    store.headObject(bucketArn.slice('arn:aws:s3:::'.length), check.resource.slice(bucketArn.length + 1));
    return false;
  } catch {
    return true;
  }
}

function count(meter: Meter, caller: string, request: Request, sqsOperation: string | undefined): void {
  const bytes = Number(request.headers['content-length'] ?? 0);
  if (sqsOperation) {
    meter.count({ caller, service: 'sqs', operation: sqsOperation, requests: 1, units: sqsUnits(bytes) });
  } else {
    meter.count({ caller, service: 's3', operation: request.method, requests: 1, units: 1 });
  }
}
