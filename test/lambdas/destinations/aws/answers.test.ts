import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../../../lambdas/destinations/aws/answers.ts';
import { kindNamed } from '../../../../lambdas/destinations/kinds.ts';
import type { Posted } from '../../../../lambdas/http-client/http-post.ts';
import { meaningOf } from '../../../../lambdas/http-client/verdict.ts';
import { describeEvent } from '../../../../lambdas/targets/request-headers.ts';
import { awsOf } from '../../../builders/aws.ts';
import { eventOf } from '../../../builders/events.ts';
import { targetOf } from '../../../builders/nth-delivery.ts';

const json = (status: number, code: string, message = 'said so'): Posted => ({
  at: 0,
  ms: 1,
  status,
  answer: JSON.stringify({ __type: `com.amazonaws.x#${code}`, message }),
});
const xml = (status: number, code: string): Posted => ({
  at: 0,
  ms: 1,
  status,
  answer: `<?xml version="1.0"?><ErrorResponse><Error><Code>${code}</Code><Message>said so</Message></Error></ErrorResponse>`,
});
const rest = (status: number, code: string): Posted => ({
  at: 0,
  ms: 1,
  status,
  answer: '{"Type":"User","message":"said so"}',
  headers: { 'x-amzn-errortype': code },
});

describe('an answer of AWS', () => {
  it.each<[string, Posted, string]>([
    ['SQS: throttled', json(403, 'RequestThrottled'), 'throttled'],
    ['SQS: key throttled', json(400, 'KmsThrottled'), 'throttled'],
    ['SQS: queue gone', json(400, 'QueueDoesNotExist'), 'retry'],
    ['SQS: no key', json(400, 'KmsDisabled'), 'retry'],
    ['SQS: not allowed', json(403, 'AccessDeniedException'), 'retry'],
    ['SQS: characters', json(400, 'InvalidMessageContents'), 'final'],
    ['SQS: too long', json(400, 'InvalidParameterValue'), 'final'],
    ['SNS: throttled', xml(429, 'Throttled'), 'throttled'],
    ['SNS: topic gone', xml(404, 'NotFound'), 'retry'],
    ['SNS: not allowed', xml(403, 'AuthorizationError'), 'retry'],
    ['SNS: parameter', xml(400, 'InvalidParameter'), 'final'],
    ['SNS: fault', xml(500, 'InternalError'), 'retry'],
    ['Kinesis: shard is full', json(400, 'ProvisionedThroughputExceededException'), 'throttled'],
    ['Kinesis: stream gone', json(400, 'ResourceNotFoundException'), 'retry'],
    ['Kinesis: key', json(400, 'KMSAccessDeniedException'), 'retry'],
    ['Kinesis: record', json(400, 'InvalidArgumentException'), 'final'],
    ['Firehose: stream is full', json(503, 'ServiceUnavailableException'), 'throttled'],
    ['Lambda: throttled', rest(429, 'TooManyRequestsException'), 'throttled'],
    ['Lambda: function gone', rest(404, 'ResourceNotFoundException'), 'retry'],
    ['Lambda: not JSON', rest(400, 'InvalidRequestContentException'), 'final'],
    ['Lambda: too large', rest(413, 'RequestTooLargeException'), 'final'],
    ['Lambda: hook failed', rest(400, 'SnapStartException'), 'retry'],
    ['Lambda: network', rest(502, 'ENILimitReachedException'), 'retry'],
    ['S3: slow down', xml(503, 'SlowDown'), 'throttled'],
    ['S3: bucket gone', xml(404, 'NoSuchBucket'), 'retry'],
    ['S3: another region', xml(301, 'PermanentRedirect'), 'retry'],
    ['S3: not allowed', xml(403, 'AccessDenied'), 'retry'],
    ['S3: too large', xml(400, 'EntityTooLarge'), 'final'],
    ['an unknown code of a bad request', json(400, 'SomethingNew'), 'final'],
    ['an unknown code of a refusal', json(403, 'SomethingNew'), 'retry'],
    ['a page of something else', { at: 0, ms: 1, status: 502, answer: '<html>Bad gateway</html>' }, 'retry'],
  ])('%s', (_, posted, means) => {
    const verdict = verdictOf(posted)!;
    expect([verdict.means, verdict.answer, verdict.isSessionSpent]).toEqual([means, '', undefined]);
  });

  it.each([
    json(400, 'ExpiredTokenException'),
    json(403, 'InvalidSignatureException'),
    json(400, 'UnrecognizedClientException'),
    xml(400, 'ExpiredToken'),
    xml(403, 'SignatureDoesNotMatch'),
    xml(403, 'InvalidAccessKeyId'),
    xml(403, 'RequestTimeTooSkewed'),
  ])('says that its session is spent (%#)', (posted) => {
    expect(verdictOf(posted)).toMatchObject({ means: 'retry', isSessionSpent: true });
  });

  it('is kept by its code and its first line alone', () => {
    const { detail, answer } = verdictOf(
      json(403, 'InvalidSignatureException', 'no match\nThe token was X'),
    )!;
    expect([detail, answer]).toEqual(['InvalidSignatureException: no match', '']);
  });

  it('of success is one, unless an entry failed in it', async () => {
    expect(verdictOf({ at: 0, ms: 1, status: 200, answer: '{}' })).toBeUndefined();
    const read = await readerOf('eventbridge', {
      busArn: 'arn:aws:events:us-east-1:222222222222:event-bus/x',
    });
    const answered = (entry: object, FailedEntryCount: number): Posted => ({
      at: 0,
      ms: 1,
      status: 200,
      answer: JSON.stringify({ FailedEntryCount, Entries: [entry] }),
    });
    expect(read(answered({ EventId: '1' }, 0))).toBeUndefined();
    const failedBy = (ErrorCode: string) => read(answered({ ErrorCode, ErrorMessage: 'said so' }, 1))?.means;
    expect(
      ['ThrottlingException', 'InternalFailure', 'MalformedDetail', 'SomethingNew'].map(failedBy),
    ).toEqual(['throttled', 'retry', 'final', 'retry']);
    expect(read({ at: 0, ms: 1, status: 200, answer: 'ok' })?.means).toBe('retry');
  });

  it('of a function that failed is no success', async () => {
    const read = await readerOf('lambda', {
      functionArn: 'arn:aws:lambda:us-east-1:222222222222:function:x',
    });
    const answered = { at: 0, ms: 1, status: 200, answer: '{"errorMessage":"no","errorType":"Oops"}' };
    expect(read(answered)).toBeUndefined();
    const verdict = read({ ...answered, headers: { 'x-amz-function-error': 'Unhandled' } });
    expect(verdict).toEqual({ means: 'retry', detail: 'the function failed (Unhandled): Oops: no' });
    expect(meaningOf({ ...answered, verdict: verdict!.means })).toBe('retry');
  });
});

async function readerOf(kind: 'eventbridge' | 'lambda', settings: object) {
  const event = eventOf({});
  const { read } = await kindNamed(kind).request({
    deps: { now: () => 0, aws: awsOf() } as never,
    settings: { roleArn: 'arn:aws:iam::222222222222:role/posthorn-delivery-x', ...settings },
    tenant: 'ten_1',
    target: targetOf(),
    url: '',
    event,
    described: describeEvent(event, 1),
    body: Buffer.from('{}'),
    at: 0,
    timeoutMs: 1000,
  });
  return read!;
}
