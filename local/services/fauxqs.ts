import type { OutgoingHttpHeaders } from 'node:http';
import { type BuildAppOptions, buildApp } from 'fauxqs';
import { type Access, accessKeyOf, type Check, signedRegion } from '../core/access.ts';
import type { Meter } from '../core/meter.ts';
import type { ServiceAnswer, ServiceCall } from './call.ts';
import { type ErrorAnswer, type Faults, s3Error } from './faults.ts';
import type { Reply, Request } from './fauxqs-http.ts';
import { s3Checks } from './s3-actions.ts';
import { type AlertListener, createSnsGuard, isSns } from './sns.ts';

type Stores = NonNullable<BuildAppOptions['stores']>;

export type Messaging = Awaited<ReturnType<typeof createMessaging>>;

/** The emulators of S3 and SNS. */
export async function createMessaging(
  access: Access,
  region: string,
  faults: Faults,
  meter?: Meter,
  onAlert: AlertListener = () => {},
) {
  const stores = await createStores();
  const app = buildApp({ logger: false, defaultRegion: region, stores });
  const bucketRegions = new Map<string, string>();
  const sns = createSnsGuard(access, meter, onAlert);

  app.addHook('preHandler', (request, reply, done) => {
    if (isSns(request)) return void (sns.refuse(request, reply) || done());
    const accessKey = accessKeyOf(request.headers.authorization);
    const checks = s3Checks(request);
    const denial = access.refuse(accessKey, checks);
    if (denial) return void refuseS3(reply, denial);
    const elsewhere = bucketElsewhere(checks, bucketRegions, request);
    if (elsewhere) return void refuseS3(reply, elsewhere);
    if (hidesMissingObject(access, accessKey, checks, stores.s3Store)) {
      return void refuseS3(reply, { message: 'Access Denied' });
    }
    const refusal = accessKey === access.operatorKey ? undefined : disturb(faults, request);
    if (refusal) return void sendAnswer(reply, refusal);
    const caller = access.nameOf(accessKey);
    meter?.count({ caller, service: 's3', operation: request.method, requests: 1, units: 1 });
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    if (isSns(request)) sns.hear(request, reply);
    const change = changes.get(request);
    done(null, change ? change(reply) : payload);
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
  };
}

/** Without those that concern a connection. */
function answerHeaders(headers: OutgoingHttpHeaders): Record<string, string> {
  const { connection, date, 'keep-alive': _, 'transfer-encoding': chunked, ...kept } = headers;
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, String(value)]));
}

/** How to change the answer to a disturbed request. */
const changes = new WeakMap<object, (reply: Reply) => string>();

/** The error that a request gets instead of being served; undefined when it is served. */
function disturb(faults: Faults, request: Request): ErrorAnswer | undefined {
  const fault = faults.draw('s3');
  if (!fault) return undefined;
  const error = s3Error(fault.kind);
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

async function createStores(): Promise<Stores> {
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
  return stores;
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
