import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccess } from '../../../../local/core/access.ts';
import { createMeter } from '../../../../local/core/meter.ts';
import type { ServiceAnswer } from '../../../../local/services/call.ts';
import { close, createEndpoint, listen } from '../../../../local/services/endpoint.ts';
import { createFaults } from '../../../../local/services/faults.ts';
import { unchunked } from '../../../../local/services/s3/aws-chunked.ts';
import { createS3 } from '../../../../local/services/s3/s3.ts';

const Bucket = 'bucket';
/** A key that XML and URLs would change. */
const ODD = 'a b/<&>"\'+%é🎉\n';

const access = createAccess(() => {});
const meter = createMeter();
const s3 = createS3(access, createFaults(), meter);
const server = createEndpoint(s3);
let client: S3Client;

beforeAll(async () => {
  s3.createBucket(Bucket, 'us-east-1');
  client = new S3Client({
    region: 'us-east-1',
    endpoint: await listen(server),
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: access.operatorKey, secretAccessKey: 'local' },
  });
});
afterAll(async () => {
  client.destroy();
  await close(server);
});

const OPERATOR = { accessKey: access.operatorKey, region: 'us-east-1' };
const put = (Key: string, Body: string | Uint8Array = 'x', more = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const read = async (Key: string) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const list = (more = {}) => client.send(new ListObjectsV2Command({ Bucket, ...more }));
const status = ({ $metadata }: { $metadata?: { httpStatusCode?: number } }) => $metadata?.httpStatusCode;

describe('S3 of the local cloud', () => {
  it('keeps bytes under any key, with what goes with them', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 256));
    const about = { ContentType: 'image/png', CacheControl: 'no-store', Metadata: { made: 'here' } };
    const { ETag } = await put(ODD, bytes, about);
    expect(await read(ODD)).toEqual(bytes);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: ODD }));
    expect(head).toMatchObject({ ...about, ETag, ContentLength: bytes.length });
    expect(Math.abs(head.LastModified!.getTime() - Date.now())).toBeLessThan(60_000);
    await put(ODD, new Uint8Array());
    expect(await read(ODD)).toHaveLength(0);
    await client.send(new DeleteObjectCommand({ Bucket, Key: ODD }));
    await expect(read(ODD)).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(status(await client.send(new DeleteObjectCommand({ Bucket, Key: ODD })))).toBe(204);
  });

  it('lists keys in their order, page by page, and deletes them together', async () => {
    const keys = ['list/B', 'list/a', 'list/b', `list/${ODD}`].sort();
    for (const key of [...keys.toReversed(), 'other']) await put(key);
    const found: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const page = await list({ Prefix: 'list/', MaxKeys: 3, ContinuationToken: token });
      found.push(...(page.Contents ?? []).map(({ Key }) => Key));
      token = page.NextContinuationToken;
      expect(page.IsTruncated).toBe(token !== undefined);
    } while (token);
    expect(found).toEqual(keys);
    expect((await list({ StartAfter: 'list/b' })).Contents).toMatchObject([{ Key: 'other', Size: 1 }]);
    const Objects = keys.map((Key) => ({ Key }));
    const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual(Objects);
    const quiet = { Objects: [{ Key: 'other' }], Quiet: true };
    expect((await client.send(new DeleteObjectsCommand({ Bucket, Delete: quiet }))).Deleted).toBeUndefined();
    expect((await list()).Contents).toBeUndefined();
  });

  it('knows its buckets, and serves each in its region', async () => {
    expect(status(await client.send(new HeadBucketCommand({ Bucket })))).toBe(200);
    await expect(client.send(new HeadBucketCommand({ Bucket: 'missing' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
    await expect(
      client.send(new PutObjectCommand({ Bucket: 'missing', Key: 'a', Body: 'x' })),
    ).rejects.toMatchObject({ name: 'NoSuchBucket' });
    s3.createBucket('far', 'eu-west-1');
    await expect(client.send(new ListObjectsV2Command({ Bucket: 'far' }))).rejects.toMatchObject({
      name: 'PermanentRedirect',
    });
    for (const name of ['Upper', 'ab', 'a..b', '10.0.0.1', '-ab'])
      expect(() => s3.createBucket(name, 'us-east-1')).toThrow(name);
  });

  it.each<[string, string, string, Record<string, string>]>([
    ['a copy', 'PUT', `/${Bucket}/a`, { 'x-amz-copy-source': '/bucket/b' }],
    ['a part of an object', 'GET', `/${Bucket}/a`, { range: 'bytes=0-1' }],
    ['a conditional write', 'PUT', `/${Bucket}/a`, { 'if-none-match': '*' }],
    ['a conditional read', 'GET', `/${Bucket}/a`, { 'if-modified-since': 'Fri, 27 Nov 2026 00:00:00 GMT' }],
    [
      'a caller’s own key',
      'PUT',
      `/${Bucket}/a`,
      { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
    ],
    ['an access list', 'PUT', `/${Bucket}/a`, { 'x-amz-acl': 'public-read' }],
    ['a multipart upload', 'POST', `/${Bucket}/a?uploads`, {}],
    ['tags', 'GET', `/${Bucket}/a?tagging`, {}],
    ['the first form of lists', 'GET', `/${Bucket}`, {}],
    ['a list by folders', 'GET', `/${Bucket}?list-type=2&delimiter=%2F`, {}],
  ])('refuses %s, which it does not have', async (_, method, path, headers) => {
    const answer: ServiceAnswer = await s3.answer({
      method,
      path,
      headers,
      body: '',
      ...OPERATOR,
    });
    expect(answer.status).toBe(501);
    expect(answer.body).toContain('<Code>NotImplemented</Code>');
  });

  it.each<[string, string, string, string, string]>([
    ['a key of more than 1,024 bytes', 'PUT', `/${Bucket}/${'%C3%A9'.repeat(513)}`, '', 'KeyTooLongError'],
    ['a path with a broken escape', 'GET', `/${Bucket}/%zz`, '', 'InvalidURI'],
    ['a page of no number', 'GET', `/${Bucket}?list-type=2&max-keys=many`, '', 'InvalidArgument'],
    ['a page of less than nothing', 'GET', `/${Bucket}?list-type=2&max-keys=-1`, '', 'InvalidArgument'],
    ['to delete nothing', 'POST', `/${Bucket}?delete`, '<Delete></Delete>', 'MalformedXML'],
    [
      'to delete more than 1,000',
      'POST',
      `/${Bucket}?delete`,
      '<Object><Key>a</Key></Object>'.repeat(1001),
      'MalformedXML',
    ],
  ])('refuses %s', async (_, method, path, body, code) => {
    const answer = await s3.answer({ method, path, headers: {}, body, ...OPERATOR });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain(`<Code>${code}</Code>`);
  });

  it('sorts keys by their bytes, and ends a list of no keys', async () => {
    for (const key of ['order/\u{1f389}', 'order/\uff5e']) await put(key);
    const found = async (more: object) => (await list({ Prefix: 'order/', ...more })).Contents;
    expect(await found({})).toMatchObject([{ Key: 'order/\uff5e' }, { Key: 'order/\u{1f389}' }]);
    expect(await found({ StartAfter: 'order/\uff5e' })).toMatchObject([{ Key: 'order/\u{1f389}' }]);
    expect((await list({ Prefix: 'order/', MaxKeys: 0 })).IsTruncated).toBe(false);
  });

  it('keeps how the bytes of chunks are encoded', async () => {
    const headers = { 'content-encoding': 'gzip,aws-chunked' };
    const path = `/${Bucket}/packed`;
    await s3.answer({ method: 'PUT', path, headers, body: '1\r\nx\r\n0\r\n\r\n', ...OPERATOR });
    const object = await s3.answer({ method: 'GET', path, headers: {}, body: '', ...OPERATOR });
    expect(object).toMatchObject({ headers: { 'content-encoding': 'gzip' }, body: Buffer.from('x') });
  });

  it('refuses chunks of which some are missing', async () => {
    const headers = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '2' };
    const path = `/${Bucket}/torn`;
    const answer = await s3.answer({ method: 'PUT', path, headers, body: '2\r\nx', ...OPERATOR });
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('IncompleteBody') });
    expect(s3.getObject(Bucket, 'torn')).toBeUndefined();
  });

  it('survives a header that HTTP can’t carry', async () => {
    const headers = { 'content-language': '\u20ac', 'content-type': 'a' };
    await s3.answer({ method: 'PUT', path: `/${Bucket}/odd`, headers, body: 'x', ...OPERATOR });
    await expect(read('odd')).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  });

  it('counts requests', async () => {
    meter.reset();
    await put('counted');
    await read('counted');
    expect(meter.snapshot()).toMatchObject([
      { caller: 'operator', service: 's3', operation: 'PUT', requests: 1, units: 1 },
      { caller: 'operator', service: 's3', operation: 'GET', requests: 1, units: 1 },
    ]);
  });

  it('reads chunks as clients send them', () => {
    const signed =
      '4;chunk-signature=ab\r\nWiki\r\n5;chunk-signature=cd\r\npe\r\nd\r\n0;chunk-signature=ef\r\n\r\n';
    expect(unchunked(Buffer.from(signed)).toString()).toBe('Wikipe\r\nd');
    const checked = '1\r\nx\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n';
    expect(unchunked(Buffer.from(checked)).toString()).toBe('x');
  });
});
