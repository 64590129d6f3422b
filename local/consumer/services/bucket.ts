/** S3's PutObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
import { createHash } from 'node:crypto';
import type { ServiceAnswer } from '../../services/call.ts';
import { addressed } from '../../services/s3/s3-actions.ts';
import { type Asked, ofKind } from '../asked.ts';
import { Refusal } from '../refusal.ts';

export interface StoredEvent {
  readonly key: string;
  readonly body: string;
  readonly contentType: string | undefined;
  /** By names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Bucket {
  readonly kind: 'bucket';
  readonly arn: string;
  readonly owner: string;
  readonly region: string;
  /** Whether it has Object Lock, which asks for a checksum. */
  readonly isLocked: boolean;
  /** One for each key, the last that was put. */
  readonly received: StoredEvent[];
}

export const createBucket = (
  arn: string,
  owner: string,
  { region = 'us-east-1', isLocked = false }: { readonly region?: string; readonly isLocked?: boolean } = {},
): Bucket => ({
  kind: 'bucket',
  arn,
  owner,
  region,
  isLocked,
  received: [],
});

const META = 'x-amz-meta-';
const MAX_KEY = 1024;
const MAX_METADATA = 2048;

export function putObject({ call, resourceOf, authorize }: Asked): ServiceAnswer {
  const { bucket: name, key } = addressed(call.path);
  const arn = `arn:aws:s3:::${name}`;
  if (call.method !== 'PUT' || key === '') throw new Refusal(501, 'NotImplemented', call.method);
  authorize('s3:PutObject', `${arn}/${key}`);
  const bucket = ofKind<Bucket>(resourceOf(arn), 'bucket');
  if (!bucket) throw new Refusal(404, 'NoSuchBucket', 'The specified bucket does not exist');
  if (bucket.region !== call.region)
    throw new Refusal(301, 'PermanentRedirect', `the bucket is in ${bucket.region}`);
  const owner = call.headers['x-amz-expected-bucket-owner'];
  if (owner !== undefined && owner !== bucket.owner)
    throw new Refusal(403, 'AccessDenied', 'the bucket is of another account');
  checkSum(bucket, call);
  if (Buffer.byteLength(key) > MAX_KEY) throw new Refusal(400, 'KeyTooLongError', 'Your key is too long');
  const metadata = Object.fromEntries(
    Object.entries(call.headers).flatMap(([header, value = '']) =>
      header.startsWith(META) ? [[header.slice(META.length), value]] : [],
    ),
  );
  const bytes = Object.entries(metadata).reduce((sum, [one, value]) => sum + one.length + value.length, 0);
  if (bytes > MAX_METADATA) throw new Refusal(400, 'MetadataTooLarge', 'Your metadata headers are too long');
  const object = { key, body: call.body.toString(), contentType: call.headers['content-type'], metadata };
  const before = bucket.received.findIndex((one) => one.key === key);
  bucket.received.splice(before === -1 ? bucket.received.length : before, 1, object);
  const etag = `"${createHash('md5').update(call.body).digest('hex')}"`;
  return { status: 200, headers: { etag }, body: '' };
}

function checkSum({ isLocked }: Bucket, { headers, body }: Asked['call']): void {
  const sum = headers['x-amz-checksum-sha256'];
  if (sum === undefined && isLocked)
    throw new Refusal(
      400,
      'InvalidRequest',
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    );
  if (sum !== undefined && sum !== createHash('sha256').update(body).digest('base64'))
    throw new Refusal(400, 'BadDigest', 'The SHA256 you specified did not match the calculated checksum.');
}
