/**
 * The emulator of S3: objects in memory, by path-style requests of those operations that functions, tests and tools
 * use. Another operation, or a header that would change one, is refused.
 */
import { hash } from 'node:crypto';
import type { Access, Check } from '../../core/access.ts';
import { inByteOrder } from '../../core/byte-order.ts';
import type { Meter } from '../../core/meter.ts';
import type { ServiceAnswer, ServiceCall } from '../call.ts';
import { type Faults, s3Error } from '../faults.ts';
import { isChunked, ownEncoding, unchunked } from './aws-chunked.ts';
import { addressed, s3Checks } from './s3-actions.ts';
import { deletedAnswer, keysToDelete, listAnswer, S3Error } from './s3-xml.ts';

export interface StoredObject {
  readonly key: string;
  readonly body: Buffer;
  /** Those that S3 keeps with an object, such as its content type. */
  readonly headers: Readonly<Record<string, string>>;
  /** With its quotes. */
  readonly etag: string;
  readonly lastModified: Date;
}

interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly objects: Map<string, StoredObject>;
}

export type S3 = ReturnType<typeof createS3>;

const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const KEPT_HEADER = /^(content-(type|language|disposition|encoding)|cache-control|expires|x-amz-meta-.*)$/;
/** What would make another operation of a request, or a condition. */
const REFUSED_HEADER =
  /^(range|if-.*|x-amz-(?!(date|content-sha256|security-token|user-agent|decoded-content-length|trailer|sdk-checksum-algorithm)$|meta-|checksum-).*)$/;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;
/** Of a list's page, and of one DeleteObjects. */
const MAX_KEYS = 1000;
const KNOWN_QUERY = new Set([
  'x-id',
  'list-type',
  'prefix',
  'max-keys',
  'start-after',
  'continuation-token',
  'delete',
]);

export function createS3(access: Access, faults: Faults, meter?: Meter) {
  const buckets = new Map<string, Bucket>();

  function put(bucket: Bucket, key: string, body: Buffer, headers: StoredObject['headers']): StoredObject {
    const object = { key, body, headers, etag: `"${hash('md5', body)}"`, lastModified: new Date() };
    bucket.objects.set(key, object);
    return object;
  }

  /** Only the endpoint of a bucket's own region serves it. */
  function bucketFor(name: string, region: string): Bucket {
    const bucket = buckets.get(name);
    if (!bucket) throw new S3Error(404, 'NoSuchBucket', `The specified bucket does not exist: ${name}`);
    if (bucket.region === region) return bucket;
    // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    throw new S3Error(301, 'PermanentRedirect', `the bucket ${name} is in ${bucket.region}`);
  }

  /** Without s3:ListBucket, S3 answers 403 rather than 404 for an object that does not exist. */
  function hides({ objects }: Bucket, key: string, [check]: readonly Check[], accessKey: string): boolean {
    if (check?.action !== 's3:GetObject' || objects.has(key)) return false;
    return !access.allows(accessKey, {
      action: 's3:ListBucket',
      resource: check.resource.replace(/\/.*/s, ''),
    });
  }

  function serve(call: ServiceCall): ServiceAnswer {
    const { accessKey, method } = call;
    const checks = s3Checks({ ...call, url: call.path });
    const denial = access.refuse(accessKey, checks);
    if (denial) throw new S3Error(403, 'AccessDenied', denial.message);
    const { bucket: name, key, query } = addressed(call.path);
    const bucket = bucketFor(name, call.region);
    if (key && hides(bucket, key, checks, accessKey)) throw new S3Error(403, 'AccessDenied', 'Access Denied');
    const fault = accessKey === access.operatorKey ? undefined : faults.draw('s3');
    // A read changes nothing.
    const isDone = fault?.kind === 'unknown' && method !== 'GET' && method !== 'HEAD';
    if (fault && !isDone) return s3Error(fault.kind);
    meter?.count({
      caller: access.nameOf(accessKey),
      service: 's3',
      operation: method,
      requests: 1,
      units: 1,
    });
    const answer = key ? onObject(bucket, key, query, call) : onBucket(bucket, query, call);
    return fault ? s3Error(fault.kind) : answer;
  }

  function onObject(bucket: Bucket, key: string, query: URLSearchParams, call: ServiceCall): ServiceAnswer {
    refuseOthers(query, call);
    if (Buffer.byteLength(key) > MAX_KEY_BYTES)
      throw new S3Error(400, 'KeyTooLongError', 'Your key is too long');
    if (call.method === 'PUT') {
      const { etag } = put(bucket, key, bodyOf(call), keptHeaders(call));
      return { status: 200, headers: { etag }, body: '' };
    }
    if (call.method === 'DELETE') {
      bucket.objects.delete(key);
      return { status: 204, headers: {}, body: '' };
    }
    if (call.method !== 'GET' && call.method !== 'HEAD') throw notImplemented(call);
    const object = bucket.objects.get(key);
    if (!object) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.');
    const headers = {
      ...object.headers,
      etag: object.etag,
      'last-modified': object.lastModified.toUTCString(),
      'content-length': String(object.body.length),
    };
    return { status: 200, headers, body: object.body };
  }

  return {
    async answer(call: ServiceCall): Promise<ServiceAnswer> {
      const answer = attempt(() => serve(call));
      return call.method === 'HEAD' ? { ...answer, body: '' } : answer;
    },

    createBucket(name: string, region: string): void {
      if (!BUCKET_NAME.test(name)) throw new Error(`S3 takes no bucket of the name ${name}`);
      buckets.set(name, { name, region, objects: new Map() });
    },
    hasBucket: (name: string): boolean => buckets.has(name),
    /** @throws where there is no such bucket */
    putObject(bucket: string, key: string, body: Buffer, headers: StoredObject['headers']): void {
      const found = buckets.get(bucket);
      if (!found) throw new Error(`no bucket ${bucket}`);
      put(found, key, body, headers);
    },
    getObject: (bucket: string, key: string): StoredObject | undefined =>
      buckets.get(bucket)?.objects.get(key),
  };
}

function onBucket(bucket: Bucket, query: URLSearchParams, call: ServiceCall): ServiceAnswer {
  refuseOthers(query, call);
  if (call.method === 'HEAD') return { status: 200, headers: {}, body: '' };
  if (call.method === 'GET' && query.get('list-type') === '2') return list(bucket, query);
  if (call.method !== 'POST' || !query.has('delete')) throw notImplemented(call);
  const { keys, isQuiet } = keysToDelete(call.body.toString());
  if (keys.length === 0 || keys.length > MAX_KEYS)
    throw new S3Error(400, 'MalformedXML', `expected 1 to ${MAX_KEYS} keys, got ${keys.length}`);
  for (const key of keys) bucket.objects.delete(key);
  return deletedAnswer(isQuiet ? [] : keys);
}

/** Keys in the order of their bytes, at most 1,000; the token is the last key of the page before. */
function list({ name, objects }: Bucket, query: URLSearchParams): ServiceAnswer {
  const prefix = query.get('prefix') ?? '';
  const asked = query.get('max-keys') ?? String(MAX_KEYS);
  if (!/^\d{1,9}$/.test(asked))
    throw new S3Error(400, 'InvalidArgument', `expected max-keys to be a whole number, got ${asked}`);
  const max = Math.min(Number(asked), MAX_KEYS);
  const token = query.get('continuation-token');
  const after = inByteOrder(
    token ? Buffer.from(token, 'base64').toString() : (query.get('start-after') ?? ''),
  );
  const found = [...objects.values()]
    .map((object) => ({ object, order: inByteOrder(object.key) }))
    .filter(({ object: { key }, order }) => key.startsWith(prefix) && order > after)
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ object }) => object);
  return listAnswer({
    bucket: name,
    prefix,
    max,
    objects: found.slice(0, max),
    isTruncated: max > 0 && found.length > max,
  });
}

function refuseOthers(query: URLSearchParams, call: ServiceCall): void {
  const other =
    [...query.keys()].find((name) => !KNOWN_QUERY.has(name)) ??
    Object.keys(call.headers).find((name) => REFUSED_HEADER.test(name));
  if (other) throw notImplemented(call, other);
}

const notImplemented = ({ method, path }: ServiceCall, what = method): S3Error =>
  new S3Error(501, 'NotImplemented', `S3 here does not implement ${what} (${method} ${path.split('?')[0]})`);

function bodyOf({ headers, body }: ServiceCall): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  if (!isChunked(headers['content-encoding'])) return bytes;
  const whole = unchunked(bytes);
  const expected = headers['x-amz-decoded-content-length'];
  if (expected === undefined || Number(expected) === whole.length) return whole;
  throw new S3Error(400, 'IncompleteBody', `expected ${expected} bytes in chunks, got ${whole.length}`);
}

function keptHeaders({ headers }: ServiceCall): Record<string, string> {
  const kept: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || !KEPT_HEADER.test(name)) continue;
    const own = name === 'content-encoding' ? ownEncoding(value) : value;
    if (own !== undefined) kept[name] = own;
  }
  return kept;
}

function attempt(serve: () => ServiceAnswer): ServiceAnswer {
  try {
    return serve();
  } catch (error) {
    if (error instanceof S3Error) return error.answer;
    throw error;
  }
}
