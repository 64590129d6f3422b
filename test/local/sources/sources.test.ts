import { describe, expect, it } from 'vitest';
import { failed, type Invocation } from '../../../local/lambda/protocol.ts';
import { s3Checks } from '../../../local/services/s3/s3-actions.ts';
import { createMessage } from '../../../local/services/sqs/message.ts';
import type { Received } from '../../../local/services/sqs/queue.ts';
import { batchEvent, handled, inPayloads } from '../../../local/sources/batch.ts';
import { periodOf } from '../../../local/sources/schedule.ts';

describe('handled', () => {
  const returned = (value: unknown): Invocation => ({
    kind: 'returned',
    payload: JSON.stringify(value) ?? 'null',
  });
  const failures = (...ids: unknown[]) =>
    returned({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });
  const all = ['a', 'b', 'c'];

  it.each<[string, Invocation, string[]]>([
    ['nothing returned', returned(null), all],
    ['an empty object', returned({}), all],
    ['an empty list', failures(), all],
    ['a null list', returned({ batchItemFailures: null }), all],
    ['some failures', failures('b'), ['a', 'c']],
    ['all failed', failures('a', 'b', 'c'), []],
    ['the same twice', failures('b', 'b'), ['a', 'c']],
    ['an unknown id', failures('b', 'unknown'), []],
    ['an empty id', failures(''), []],
    ['a null id', failures(null), []],
    ['another key', returned({ batchItemFailures: [{ id: 'b' }] }), []],
    ['no list', returned({ batchItemFailures: 'b' }), []],
    ['text', returned('done'), []],
    ['an error', failed('error', 'Error', 'no'), []],
    ['a timeout', failed('timeout', 'Timeout', 'late'), []],
  ])('%s', (_, invocation, expected) => {
    expect(handled(all, invocation, true)).toEqual(expected);
  });

  it('treats any answer as success without ReportBatchItemFailures', () => {
    expect(handled(all, failures('b'), false)).toEqual(all);
    expect(handled(all, failed('error', 'Error', 'no'), false)).toEqual([]);
  });
});

describe('inPayloads', () => {
  const ARN = 'arn:aws:sqs:us-east-1:000000000000:work';
  const received = (body: string): Received => ({
    handle: 'h'.repeat(36),
    message: createMessage({ body, trace: 't'.repeat(300) }, 1_800_000_000_000),
  });
  it.each<[string, string[], number[]]>([
    ['leaves what fits as one', Array(10).fill('x'.repeat(60_000)), [10]],
    ['fills an event of short lines', Array(10).fill('\n'.repeat(100_000)), [10]],
    ['divides ten messages of 1 MiB', Array(10).fill('x'.repeat(1_048_576)), [5, 5]],
    ['counts bytes', Array(10).fill('€'.repeat(349_525)), [5, 5]],
    ['counts what JSON adds', Array(4).fill('"'.repeat(1_048_576)), [2, 2]],
    ['keeps one that no event takes', ['\n'.repeat(4_000_000), 'x'], [1, 1]],
  ])('%s', (_, bodies, lengths) => {
    const batch = bodies.map(received);
    const parts = inPayloads(batch, 6_000_000);
    expect(parts.flat()).toEqual(batch);
    expect(parts.map(({ length }) => length)).toEqual(lengths);
    for (const part of parts)
      if (part.length > 1)
        expect(Buffer.byteLength(batchEvent(part, ARN)) < 6_291_556, `${part.length}`).toBe(true);
  });
});

describe('s3Checks', () => {
  const check = (method: string, url: string, headers = {}, body = '') =>
    s3Checks({ method, url, headers, body }).map(({ action, resource }) => `${action} ${resource}`);

  it.each<[string, string, string[]]>([
    ['GET', '/b/a%2Fb/c?x-id=GetObject', ['s3:GetObject arn:aws:s3:::b/a/b/c']],
    ['HEAD', '/b/k', ['s3:GetObject arn:aws:s3:::b/k']],
    ['PUT', '/b/k', ['s3:PutObject arn:aws:s3:::b/k']],
    ['DELETE', '/b/k', ['s3:DeleteObject arn:aws:s3:::b/k']],
    ['DELETE', '/b/k?uploadId=1', ['s3:AbortMultipartUpload arn:aws:s3:::b/k']],
    ['GET', '/b?list-type=2', ['s3:ListBucket arn:aws:s3:::b']],
    ['GET', '/b/?list-type=2', ['s3:ListBucket arn:aws:s3:::b']],
    ['GET', '/', ['s3:ListAllMyBuckets *']],
  ])('%s %s', (method, url, expected) => {
    expect(check(method, url)).toEqual(expected);
  });

  it('requires each key of a multi-object delete and the source of a copy', () => {
    const xml = '<Delete><Object><Key>x</Key></Object><Object><Key>y</Key></Object></Delete>';
    expect(check('POST', '/b?delete', {}, xml)).toEqual([
      's3:DeleteObject arn:aws:s3:::b/x',
      's3:DeleteObject arn:aws:s3:::b/y',
    ]);
    expect(check('PUT', '/b/k', { 'x-amz-copy-source': '/o/k2' })).toEqual([
      's3:PutObject arn:aws:s3:::b/k',
      's3:GetObject arn:aws:s3:::o/k2',
    ]);
  });
});

describe('periodOf', () => {
  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(1 day)', 86_400_000],
  ])('%s', (expression, expected) => {
    expect(periodOf(expression)).toBe(expected);
  });

  it.each(['rate(1 minutes)', 'rate(2 minute)', 'rate(0 minutes)', 'cron(0 12 * * ? *)'])(
    'refuses %s',
    (expression) => {
      expect(() => periodOf(expression)).toThrow(/expected rate/);
    },
  );
});
