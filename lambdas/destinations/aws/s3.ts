import { hash } from 'node:crypto';
import { givenOrigin } from '../../platform/aws/endpoint.ts';
import { timeOfUlid } from '../../values/ids.ts';
import type { Making } from '../kind.ts';
import { arnOf, partitionOf } from './arn.ts';
import { type AwsSettings, awsKind, eventOf } from './aws-kind.ts';
import { headersOf } from './contents.ts';

interface Settings extends AwsSettings {
  readonly bucket: string;
  readonly region: string;
  readonly prefix?: string;
}

/** Of an object's own metadata, names and values. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const METADATA_BYTES = 2048;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const s3 = awsKind<Settings>({
  kind: 's3',
  service: 's3',
  host: 's3',
  override: 'S3',
  action: 's3:PutObject',
  usesKey: true,
  resource: ({ bucket, region, prefix }) => ({
    arn: `arn:${partitionOf(region)}:s3:::${bucket}${prefix ? `/${prefix}` : ''}`,
    region,
    account: undefined,
  }),
  problem: ({ bucket }) =>
    bucket.includes('..')
      ? { field: 'bucket', message: 'expected the name of a bucket, without two dots side by side' }
      : undefined,
  scope: (arn) => `${arn}/*`,
  request(making) {
    const { settings, described, body } = making;
    const { bucket, roleArn } = settings;
    // A certificate of S3's covers one name before its own.
    const isInPath = bucket.includes('.') || givenOrigin('S3') !== undefined;
    return {
      method: 'PUT',
      path: `${isInPath ? `/${bucket}` : ''}/${escaped(keyOf(making))}`,
      ...(!isInPath && { hostPrefix: `${bucket}.` }),
      headers: {
        'content-type': plain(described.headers['content-type'] ?? 'application/octet-stream'),
        // Whoever takes a bucket's name after its owner gave it up gets nothing.
        'x-amz-expected-bucket-owner': arnOf(roleArn).account,
        // A bucket with Object Lock takes nothing without a checksum, and with one nothing is stored that was damaged on its way.
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
        'x-amz-checksum-sha256': hash('sha256', body, 'base64'),
        ...metadataOf(making),
      },
      body,
    };
  },
});

/** The same for each attempt, so that one that is repeated replaces its object. */
function keyOf(making: Making<Settings>): string {
  const { prefix } = making.settings;
  const { id, type, ulid } = eventOf(making);
  const day = new Date(timeOfUlid(ulid)).toISOString().slice(0, 10).replaceAll('-', '/');
  return [...(prefix ? [prefix] : []), safe(type), day, safe(id)].join('/');
}

/**
 * A part of a key in characters that are safe everywhere; any other stands as `!` and its hexadecimal digits, so that no two
 * names become one. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export const safe = (text: string): string =>
  text.replace(/[^A-Za-z0-9_.-]|^\.+$/gu, (part) =>
    [...Buffer.from(part)].map((byte) => `!${byte.toString(16).padStart(2, '0')}`).join(''),
  );

/** As it is signed: all but letters, digits and `-._~` is escaped (RFC 3986, 2.3). */
const escaped = (key: string): string =>
  key.split('/').map(encodeURIComponent).join('/').replaceAll('!', '%21');

function metadataOf(making: Making<Settings>): Record<string, string> {
  let bytes = 0;
  const kept = headersOf(making).filter(([name, value]) => {
    if (name === 'content-type') return false;
    bytes += name.length + value.length;
    return bytes <= METADATA_BYTES;
  });
  return Object.fromEntries(kept.map(([name, value]) => [`x-amz-meta-${name}`, plain(value)]));
}

/** As it is signed. */
const plain = (value: string): string => value.trim().replace(/ {2,}/g, ' ');
