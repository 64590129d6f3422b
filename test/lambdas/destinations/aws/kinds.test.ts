import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { covers } from '../../../../lambdas/destinations/aws/arn.ts';
import { safe } from '../../../../lambdas/destinations/aws/s3.ts';
import type { KindRequest, RequestProblem } from '../../../../lambdas/destinations/kind.ts';
import type { KindName } from '../../../../lambdas/destinations/kind-names.ts';
import { kindNamed } from '../../../../lambdas/destinations/kinds.ts';
import type { Event } from '../../../../lambdas/events/event.ts';
import { portsOf } from '../../../../lambdas/http-client/ports.ts';
import { describeEvent } from '../../../../lambdas/targets/request-headers.ts';
import { awsOf, CREDENTIALS } from '../../../builders/aws.ts';
import { eventOf } from '../../../builders/events.ts';
import { targetOf } from '../../../builders/nth-delivery.ts';
import { Sha256 } from '../../../helpers/sha256.ts';

const ROLE = 'arn:aws:iam::222222222222:role/posthorn-delivery-orders';
const ALLOWED = {
  http: false,
  privateAddresses: false,
  ports: portsOf('443'),
  awsRoles: ['arn:aws:iam::*:role/posthorn-delivery-*'],
};

const SETTINGS = {
  sqs: { queueArn: 'arn:aws:sqs:eu-central-1:222222222222:orders' },
  eventbridge: { busArn: 'arn:aws:events:eu-central-1:222222222222:event-bus/orders' },
  sns: { topicArn: 'arn:aws:sns:eu-central-1:222222222222:orders' },
  kinesis: { streamArn: 'arn:aws:kinesis:eu-central-1:222222222222:stream/orders' },
  firehose: { deliveryStreamArn: 'arn:aws:firehose:eu-central-1:222222222222:deliverystream/orders' },
  lambda: { functionArn: 'arn:aws:lambda:eu-central-1:222222222222:function:orders:live' },
  s3: { bucket: 'acme', region: 'eu-central-1', prefix: 'in/2=3' },
} as const;
type AwsKind = keyof typeof SETTINGS;
const KINDS = Object.keys(SETTINGS) as AwsKind[];

const AT = Date.UTC(2026, 10, 28, 12);

interface Given {
  readonly body?: string | Uint8Array;
  readonly event?: Partial<Event>;
  readonly settings?: object;
  readonly aws?: ReturnType<typeof awsOf>;
}

/** The request of an event to a target of this kind. */
async function requestOf(
  kind: AwsKind,
  { body = '{"order":{"id":7}}', event = {}, settings = {}, aws = awsOf() }: Given = {},
): Promise<KindRequest> {
  const whole = eventOf({ id: 'order/1!', type: 'order.paid', ...event });
  const { [kind]: own } = SETTINGS;
  return kindNamed(kind).request({
    deps: { now: () => AT, aws } as never,
    settings: { roleArn: ROLE, ...own, ...settings },
    tenant: 'ten_1',
    target: targetOf(),
    url: 'arn',
    event: whole,
    described: describeEvent(whole, 1),
    body: Buffer.from(body as Uint8Array),
    at: AT,
    timeoutMs: 1000,
  });
}

const problemOf = (...given: Parameters<typeof requestOf>): Promise<RequestProblem> =>
  requestOf(...given).then(
    ({ url }) => Promise.reject(new Error(`expected no request, got one to ${url}`)),
    (error: RequestProblem) => error,
  );

afterEach(() => void vi.unstubAllEnvs());

describe('a request to AWS', () => {
  it.each(KINDS)('of kind %s is signed as AWS’s own signer would (A25)', async (kind) => {
    const { method = 'POST', url, headers, body } = await requestOf(kind);
    const { hostname, pathname } = new URL(url);
    const service = kind === 'eventbridge' ? 'events' : kind;
    const theirs = new SignatureV4({
      credentials: CREDENTIALS,
      region: 'eu-central-1',
      service,
      sha256: Sha256,
      applyChecksum: kind === 's3',
      // S3 alone takes a path as it is.
      uriEscapePath: kind !== 's3',
    });
    const { authorization, ...unsigned } = headers;
    const again = await theirs.sign(
      { method, protocol: 'https:', hostname, path: pathname, headers: unsigned, body },
      { signingDate: new Date(AT) },
    );
    expect(authorization).toBe(again.headers.authorization);
    expect(headers.host).toBe(hostname);
  });

  it.each<[AwsKind, string]>([
    ['sqs', 'https://sqs.eu-central-1.amazonaws.com/'],
    ['eventbridge', 'https://events.eu-central-1.amazonaws.com/'],
    ['sns', 'https://sns.eu-central-1.amazonaws.com/'],
    ['kinesis', 'https://kinesis.eu-central-1.amazonaws.com/'],
    ['firehose', 'https://firehose.eu-central-1.amazonaws.com/'],
    [
      'lambda',
      'https://lambda.eu-central-1.amazonaws.com/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-central-1%3A222222222222%3Afunction%3Aorders%3Alive/invocations',
    ],
    ['s3', 'https://acme.s3.eu-central-1.amazonaws.com/in/2%3D3/order.paid/'],
  ])('of kind %s goes to %s', async (kind, url) => {
    expect((await requestOf(kind)).url).toContain(url);
  });

  it('goes to its partition, and to a bucket with dots by its path', async () => {
    const settings = { queueArn: 'arn:aws-cn:sqs:cn-north-1:222222222222:q' };
    const { url, body } = await requestOf('sqs', { settings });
    expect(url).toBe('https://sqs.cn-north-1.amazonaws.com.cn/');
    expect(JSON.parse(body.toString()).QueueUrl).toBe(
      'https://sqs.cn-north-1.amazonaws.com.cn/222222222222/q',
    );
    expect((await requestOf('s3', { settings: { bucket: 'a.b', prefix: undefined } })).url).toMatch(
      /^https:\/\/s3\.eu-central-1\.amazonaws\.com\/a\.b\/order\.paid\//,
    );
  });

  it.each(KINDS)('of kind %s asks for a session that may do one thing to one resource', async (kind) => {
    const asked: { policy: string; externalId: string }[] = [];
    const aws = awsOf(async (request) => {
      asked.push(request);
      return { credentials: CREDENTIALS, endsAt: Date.now() + 3_600_000 };
    });
    await requestOf(kind, { aws });
    const [{ policy, externalId }] = asked as [(typeof asked)[number]];
    expect(externalId).toBe('posthorn-test/ten_1');
    const [first, ...others] = JSON.parse(policy).Statement;
    const address = kindNamed(kind).address!(SETTINGS[kind]);
    expect(first.Resource).toBe(kind === 's3' ? `${address}/*` : address);
    for (const { Action, Condition } of others) {
      expect(Action).toEqual(['kms:GenerateDataKey', 'kms:Decrypt']);
      expect(Condition.StringLike['kms:ViaService']).toBe(`${kind}.eu-central-1.*`);
    }
  });

  it.each<[AwsKind, Given, RegExp]>([
    ['sqs', { body: Buffer.from([0xff]) }, /payload of text/],
    ['sqs', { body: 'a\u0000' }, /payload of text/],
    ['sqs', { body: '' }, /payload of text/],
    ['sqs', { body: 'x'.repeat(1_048_576) }, /at most 1048576 bytes, as a queue takes/],
    ['sns', { body: 'x'.repeat(1_048_576) }, /at most 1048576 bytes, as a topic takes/],
    ['eventbridge', { body: '[1]' }, /JSON object/],
    ['eventbridge', { body: 'text' }, /payload of JSON/],
    ['eventbridge', { event: { type: 'a'.repeat(129) } }, /at most 128 characters/],
    ['eventbridge', { body: `{"a":"${'x'.repeat(1_048_576)}"}` }, /as a bus takes/],
    ['kinesis', { body: 'x'.repeat(10 * 1_048_576) }, /as a stream takes/],
    ['firehose', { body: 'x'.repeat(1_024_000) }, /at most 1024000 bytes/],
    ['lambda', { body: 'text', settings: { format: 'payload' } }, /payload of JSON/],
    [
      'lambda',
      { body: `"${'x'.repeat(1_048_576)}"`, settings: { invocation: 'async' } },
      /an async invocation/,
    ],
  ])('of kind %s can’t be made of what the service does not take (%#)', async (kind, given, message) => {
    const { why, message: said } = await problemOf(kind, given);
    expect([why, said]).toEqual(['unsendable', expect.stringMatching(message)]);
  });

  it.each<AwsKind>(['sqs', 'sns', 'eventbridge', 'kinesis', 'firehose', 'lambda'])(
    'of kind %s takes any bytes in an envelope',
    async (kind) => {
      const { body } = await requestOf(kind, {
        body: Buffer.from([0, 255]),
        settings: { format: 'envelope' },
      });
      const text = body.toString();
      const data = /"Data":"([^"]+)"/.exec(text)?.[1];
      const inner = data
        ? Buffer.from(data, 'base64').toString()
        : decodeURIComponent(text.replaceAll('+', ' '));
      expect(inner.replaceAll('\\', '')).toContain('"body":"AP8=","isBase64Encoded":true');
    },
  );

  it('gives SQS ten attributes at most, those first that say what it is', async () => {
    const ce = Object.fromEntries(['id', 'source', 'time', 'subject', 'a', 'b'].map((name) => [name, 'x']));
    const { body } = await requestOf('sqs', { event: { ce, traceparent: '00-1-2-01', test: true } });
    const names = Object.keys(JSON.parse(body.toString()).MessageAttributes);
    expect(names).toHaveLength(10);
    expect(names.slice(0, 5)).toEqual([
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
      'posthorn-event-type',
      'content-type',
    ]);
  });

  it('gives a group that a queue would not take as its hash', async () => {
    const settings = { queueArn: `${SETTINGS.sqs.queueArn}.fifo`, messageGroup: 'who' };
    const { body } = await requestOf('sqs', { body: '{"who":"Käthe & Söhne"}', settings });
    const { MessageGroupId, MessageDeduplicationId } = JSON.parse(body.toString());
    expect([MessageGroupId, MessageDeduplicationId]).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/),
      'order/1!',
    ]);
  });
});

describe('a part of a key in S3', () => {
  it('has safe characters, and is not that of another text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(safe(a)).toMatch(/^[A-Za-z0-9_.!-]*$/);
        expect(['.', '..']).not.toContain(safe(a));
        expect(safe(a) === safe(b)).toBe(a === b);
      }),
    );
  });
});

describe('settings of a target on AWS', () => {
  it.each<[AwsKind, object, object, string, RegExp]>([
    ['sqs', {}, { awsRoles: undefined }, 'roleArn', /this environment has none/],
    ['sqs', { roleArn: 'arn:aws:iam::222222222222:role/admin' }, {}, 'roleArn', /posthorn-delivery-/],
    ['sqs', {}, { ports: portsOf('8000-8999') }, 'roleArn', /443/],
    ['sqs', { queueArn: 'arn:aws-cn:sqs:cn-north-1:222222222222:q' }, {}, 'roleArn', /aws-cn/],
    [
      'firehose',
      { deliveryStreamArn: 'arn:aws:firehose:us-east-1:333333333333:deliverystream/x' },
      {},
      'deliveryStreamArn',
      /role’s account/,
    ],
  ])('%s: %o where %o is allowed are refused at %s', (kind, settings, allowed, field, message) => {
    const whole = { roleArn: ROLE, ...SETTINGS[kind], ...settings };
    expect(kindNamed(kind).problem!(whole, { ...ALLOWED, ...allowed }, targetOf())).toEqual({
      field,
      message: expect.stringMatching(message),
    });
  });

  it.each(KINDS as KindName[])('%s: lead to what they name', (kind) => {
    expect(
      kindNamed(kind).problem!({ roleArn: ROLE, ...SETTINGS[kind as AwsKind] }, ALLOWED, targetOf()),
    ).toBeUndefined();
  });

  it('are held against patterns as IAM reads them', () => {
    const parts = fc.array(fc.stringMatching(/^[ab:/-]{0,4}$/), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(parts, fc.stringMatching(/^[ab:/-]{0,12}$/), (pattern, text) => {
        const escaped = pattern.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
        expect(covers(pattern.join('*'), text)).toBe(new RegExp(`^${escaped.join('.*')}$`).test(text));
      }),
    );
  });
});
