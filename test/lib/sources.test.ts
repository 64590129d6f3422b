import { describe, expect, it } from 'vitest';
import { FIRST_TENANT } from '../../lambdas/tenants/tenant-defaults.ts';
import { checkSettings, settingsOf } from '../../lib/settings/config.ts';
import { eventPatternProblem, withoutOwn } from '../../lib/settings/sources/event-pattern.ts';
import { EACH_SOURCE } from '../helpers/each-source.ts';
import { resolvedStacks } from '../helpers/resolved.ts';
import { environmentOf } from '../helpers/synthesised.ts';

const many = (count: number, letter: string, more: object = {}) =>
  Array.from({ length: count }, (_, n) => ({
    name: letter.repeat(28) + String(10 + n),
    tenant: FIRST_TENANT,
    ...more,
  }));

const check = (sources: unknown) => checkSettings('prod', { ...settingsOf('prod'), sources });

describe('the setting `sources`', () => {
  it('takes each kind', () => expect(check(EACH_SOURCE).sources).toEqual(EACH_SOURCE));

  const sqs = (more: object) => ({ sqs: [{ name: 'orders', tenant: FIRST_TENANT, ...more }] });
  const bus = (more: object) => ({
    eventBridge: [{ name: 'shop', tenant: FIRST_TENANT, pattern: { source: ['shop'] }, ...more }],
  });

  it.each<[string, object, string]>([
    [
      'too many',
      { sqs: many(10, 'a'), eventBridge: many(6, 'b', { pattern: { source: ['shop'] } }) },
      'at most 15 sources',
    ],
    ['a name', sqs({ name: 'My_Orders' }), 'sources.sqs.0.name: expected at most 30 characters'],
    ['a name that would be another’s', sqs({ name: 'a-1' }), 'sources.sqs.0.name'],
    ['two of a name', { sqs: [sqs({}).sqs[0], sqs({}).sqs[0]] }, 'sources.sqs: expected each name once'],
    ['a tenant', sqs({ tenant: 'me' }), 'sources.sqs.0.tenant: expected the id of a tenant'],
    [
      'a place without the tenants',
      sqs({ tenant: { attribute: 'tenant' } }),
      'which it may name: {"attribute"',
    ],
    ['no source', { sqs: [] }, 'sources.sqs'],
    ['a queue’s name', sqs({ queueName: 'orders.fifo' }), 'expected 1 to 80 letters'],
    ['a producer', sqs({ producers: ['*'] }), "account's 12 digits, or the ARN of a role or user"],
    ['an attribute', sqs({ attributes: { type: 'AWS.type' } }), 'expected the name of a message attribute'],
    ['an unknown attribute', sqs({ attributes: { colour: 'red' } }), 'colour'],
    ['a type', sqs({ defaults: { type: 'posthorn.x' } }), 'sources.sqs.0.defaults.type'],
    ['one worker', sqs({ concurrency: 1 }), 'expected at least 2'],
    ['an unknown setting', sqs({ fifo: true }), 'fifo'],
    ['a bus', bus({ bus: 'a bus' }), 'expected the name of an event bus, or its ARN'],
    ['no pattern', bus({ pattern: {} }), 'pattern: expected a member'],
    ['a type and a prefix', bus({ type: 'a', typePrefix: 'b' }), 'typePrefix: expected none beside type'],
    ['a path', bus({ tenant: { path: 'detail..x', of: 'any' } }), 'tenant.path: expected a path'],
  ])('refuses %s', (_, sources, problem) => expect(() => check(sources)).toThrow(problem));
});

describe('an event pattern', () => {
  it.each([
    [{ source: ['shop'] }],
    [{ source: [{ prefix: 'shop' }], 'detail-type': [{ wildcard: 'Order*' }] }],
    [
      {
        account: ['111111111111'],
        detail: { amount: [{ numeric: ['>', 0, '<=', 5] }], ip: [{ cidr: '10.0.0.0/8' }] },
      },
    ],
    [
      {
        source: [{ 'anything-but': { prefix: 'posthorn' } }],
        detail: { state: [{ exists: true }, null, 7] },
      },
    ],
    [{ source: ['shop'], $or: [{ region: ['a'] }, { detail: { x: [{ 'anything-but': ['a', 'b'] }] } }] }],
  ])('%j is taken', (pattern) => expect(eventPatternProblem(pattern)).toBeUndefined());

  it.each<[Parameters<typeof eventPatternProblem>[0], string]>([
    [{ sauce: ['shop'] }, 'sauce: expected one of version'],
    [{ source: 'shop' }, 'source: expected a list of values'],
    [{ detail: {} }, 'detail: expected a member'],
    [{ source: [] }, 'source: expected a list of values'],
    [{ source: ['a'], detail: { x: [['y']] } }, 'detail.x: expected values'],
    [{ source: ['a'], detail: { x: [{ prefixx: 'y' }] } }, 'detail.x: expected an object with one of prefix'],
    [
      { source: ['a'], detail: { x: [{ numeric: ['>', '5'] }] } },
      'detail.x: expected another operand of numeric',
    ],
    [{ source: ['a'], detail: { x: ['y'.repeat(2100)] } }, 'at most 2048 characters'],
    [{ $or: [{ detail: { x: [1] } }] }, '$or: expected a list of two'],
    // What Posthorn sends would come in again.
    [{ source: ['posthorn.prod'] }, 'none of which begins with posthorn'],
    [{ source: ['shop', { prefix: 'post' }] }, 'none of which begins with posthorn'],
    [{ source: [{ suffix: 'prod' }] }, 'none of which begins with posthorn'],
    [{ source: [{ wildcard: '*' }] }, 'none of which begins with posthorn'],
    [{ source: [{ 'anything-but': ['aws.s3'] }] }, 'none of which begins with posthorn'],
    [{ $or: [{ source: ['a'] }, { source: ['posthorn'] }] }, '$or: expected no source in it'],
  ])('%j is refused', (pattern, problem) => expect(eventPatternProblem(pattern)).toContain(problem));

  it('that names no source leaves out what Posthorn itself sends', () =>
    expect(withoutOwn({ account: ['1'] })).toEqual({
      account: ['1'],
      source: [{ 'anything-but': { prefix: 'posthorn' } }],
    }));
});

describe('the stack of sources', () => {
  const named = (name: string) => name.includes('-sources');

  it('is there only where there is a source', () => {
    const { sources } = settingsOf('prod');
    expect(sources).toBeUndefined();
    expect(
      resolvedStacks(environmentOf('prod'))
        .map(({ name }) => name)
        .filter(named),
    ).toEqual([]);
  });

  it('has no rule on a bus of another region, from which no event would come', () => {
    const [one] = EACH_SOURCE.eventBridge!;
    const eventBridge = [{ ...one!, bus: 'arn:aws:events:eu-west-1:111111111111:event-bus/shop' }];
    expect(() => environmentOf('local', { homeRegion: 'us-east-1', sources: { eventBridge } })).toThrow(
      'expected a bus in us-east-1, got one in eu-west-1',
    );
  });

  const stack = resolvedStacks(environmentOf('prod', { sources: EACH_SOURCE })).find(({ name }) =>
    named(name),
  )!;
  const ofType = (type: string) => stack.resources.filter((resource) => resource.type === type);
  const queue = (id: string) => ofType('AWS::SQS::Queue').find((one) => one.id.startsWith(id))!;
  const grantsOn = (arn: string) =>
    ofType('AWS::SQS::QueuePolicy')
      .flatMap(({ properties }) => properties.PolicyDocument.Statement)
      .filter(({ Effect, Resource }) => Effect === 'Allow' && Resource === arn);

  it('lets the producers of a queue send, and nobody else', () => {
    const { arn, properties } = queue('SqsOrdersQueue');
    expect(properties).toMatchObject({
      QueueName: 'orders-of-the-shop',
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 180,
      RedrivePolicy: { maxReceiveCount: 20 },
    });
    expect(grantsOn(arn)).toEqual([
      {
        Effect: 'Allow',
        Action: ['sqs:GetQueueUrl', 'sqs:SendMessage'],
        Principal: { AWS: ['arn:aws:iam::222222222222:role/shop', 'arn:aws:iam::111111111111:root'] },
        Resource: arn,
      },
    ]);
  });

  it('lets one rule send to the queue of a bus, and to the dead letters', () => {
    const rules = ofType('AWS::Events::Rule');
    expect(rules).toHaveLength(2);
    const rule = rules.find(({ id }) => id.startsWith('EventBridgeShopEvents'))!;
    const { arn } = queue('EventBridgeShopEventsQueue');
    expect(rule.properties).toMatchObject({
      EventBusName: 'arn:aws:events:us-east-1:111111111111:event-bus/shop',
      EventPattern: { source: ['shop'], detail: { state: ['paid'] } },
      Targets: [{ Arn: arn, DeadLetterConfig: { Arn: queue('SourceDeadLetters').arn } }],
    });
    expect(grantsOn(arn)).toEqual([
      {
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Principal: { Service: 'events.amazonaws.com' },
        Resource: arn,
        Condition: { StringEquals: { 'aws:SourceArn': rule.arn } },
      },
    ]);
  });

  it('bounds what each queue takes of the account’s concurrency', () => {
    const mappings = ofType('AWS::Lambda::EventSourceMapping').filter(({ properties }) =>
      String(properties.EventSourceArn).startsWith('arn:aws:sqs:'),
    );
    const bounds = mappings.map(({ properties }) => properties.ScalingConfig?.MaximumConcurrency);
    expect(bounds.length).toBeGreaterThan(2);
    for (const bound of bounds) expect([2, 5]).toContain(bound);
  });

  it('has functions whose variables hold the longest settings', () => {
    const long = 'x'.repeat(64);
    const of = Array.from({ length: 40 }, (_, n) => `ten_${String(n).padStart(26, '0')}`);
    const name = 'n'.repeat(30);
    const attributes = {
      type: long,
      id: long,
      contentType: long,
      source: long,
      priority: long,
      region: long,
    };
    const text = 'x'.repeat(256);
    const defaults = { type: text, contentType: text, source: text, region: 'x'.repeat(32) };
    const sources = check({ sqs: [{ name, tenant: { attribute: long, of }, attributes, defaults }] }).sources;
    const environment = environmentOf('staging', { homeRegion: 'ap-southeast-1', sources });
    const [variables] = resolvedStacks(environment)
      .find(({ name }) => named(name))!
      .resources.filter(({ type }) => type === 'AWS::Lambda::Function')
      .map(({ properties }) => properties.Environment.Variables);
    expect(Buffer.byteLength(JSON.stringify(variables))).toBeLessThanOrEqual(4096);
  });

  it('has room for the names of the most sources in what monitoring reads', () => {
    const pattern = { source: ['shop'] };
    const { sources } = check({ sqs: many(10, 'a'), eventBridge: many(5, 'b', { pattern }) });
    const environment = environmentOf('staging', { homeRegion: 'ap-southeast-1', sources });
    const kept = resolvedStacks(environment)
      .flatMap(({ resources }) => resources)
      .filter(({ type }) => type === 'AWS::SSM::Parameter');
    expect(kept.length).toBeGreaterThan(2);
    for (const { properties } of kept) expect(properties.Value.length).toBeLessThanOrEqual(4096);
  });
});
