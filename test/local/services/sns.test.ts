import { ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { createMeter, type Template } from '../../../local/cloud.ts';
import { isSns } from '../../../local/services/sns.ts';
import { arnOf, assembly, lambda, ref, resource, role, start } from '../fixtures.ts';

const code = {
  fn: `
    import { PublishCommand, SNSClient } from '${import.meta.resolve('@aws-sdk/client-sns')}';
    import { publishAlert } from '${new URL('../../../lambdas/notifications/alert-topic.ts', import.meta.url).href}';
    const sns = new SNSClient({ maxAttempts: 1 });
    const TopicArn = process.env.TOPIC;
    export const handler = async (event) => {
      try {
        if (event.alert) return await publishAlert(TopicArn, event.alert);
        const { MessageId } = await sns.send(new PublishCommand({ TopicArn, ...event }));
        return { ok: MessageId.length > 0 };
      } catch ({ name, message, $metadata }) {
        return { name, message, status: $metadata?.httpStatusCode };
      }
    };`,
};

type Grant = Parameters<typeof role>[number];

const resources = (grants: Grant[], properties = {}): Template['Resources'] => ({
  Key: resource('AWS::KMS::Key', { KeyPolicy: {} }),
  Topic: resource('AWS::SNS::Topic', { TopicName: 'alerts', ...properties }),
  Policy: resource('AWS::SNS::TopicPolicy', {
    Topics: [ref('Topic')],
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'sns:Publish',
          Resource: ref('Topic'),
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: ref('Topic'),
          Condition: { StringEquals: { 'aws:SourceAccount': '000000000000' } },
        },
      ],
    },
  }),
  Mail: resource('AWS::SNS::Subscription', {
    TopicArn: ref('Topic'),
    Protocol: 'email',
    Endpoint: 'operators@example.com',
  }),
  Role: role(...grants),
  Fn: lambda('fn', 'Role', { Timeout: 10, Environment: { Variables: { TOPIC: ref('Topic') } } }),
});

async function startWith(grants: Grant[], properties = {}) {
  const meter = createMeter();
  const cloud = await start(assembly(resources(grants, properties), code), { meter });
  return { cloud, meter, publish: (input: object) => cloud.functions.get('Fn')!.invoke(input) };
}

const MAY_PUBLISH: Grant = ['sns:Publish', ref('Topic')];

describe('a topic of the local cloud (D6, E1)', () => {
  it('shows and counts what is published', async () => {
    const { cloud, meter, publish } = await startWith([MAY_PUBLISH]);
    const message = `two\nlines${'.'.repeat(70_000)}`;
    expect(await publish({ Subject: 'Trouble', Message: message })).toEqual({ ok: true });
    expect(await publish({ Message: 'a & b' })).toEqual({ ok: true });
    const topicArn = cloud.resource('Topic').physicalId;
    expect(topicArn).toBe('arn:aws:sns:us-east-1:000000000000:alerts');
    expect(cloud.alerts).toEqual([
      { topicArn, subject: 'Trouble', message },
      { topicArn, subject: undefined, message: 'a & b' },
    ]);
    const lines = cloud.lines.filter(({ kind, text }) => kind === 'cloud' && text.startsWith('Alert'));
    expect(lines[0]!.text).toMatch(/^Alert {2}Trouble: two lines\.+$/);
    expect(meter.snapshot()).toContainEqual({
      caller: 'Fn',
      service: 'sns',
      operation: 'Publish',
      requests: 2,
      units: 3,
    });
  });

  it('gets a function’s alert, shortened to fit', async () => {
    const { cloud, publish } = await startWith([MAY_PUBLISH]);
    const alert = { subject: `Target\n${'x'.repeat(200)}`, message: 'é'.repeat(200_000) };
    expect(await publish({ alert })).toBe(null);
    const [heard] = cloud.alerts;
    expect(heard!.subject).toMatch(/^Target x{89}\.\.\.$/);
    expect(heard!.message).toBe('é'.repeat(131_072));
  });

  it('checks a call against the caller’s policy', async () => {
    const { cloud, publish } = await startWith([]);
    expect(await publish({ Message: 'x' })).toMatchObject({
      name: 'AuthorizationErrorException',
      status: 403,
      message: expect.stringContaining('is not authorized to perform: sns:Publish on resource: arn:aws:sns:'),
    });
    expect(cloud.denials).toMatchObject([{ functionName: 'Fn', action: 'sns:Publish' }]);
    expect(cloud.alerts).toEqual([]);
  });

  it('requires a grant for its key as well', async () => {
    const { cloud, publish } = await startWith([MAY_PUBLISH, ['kms:Decrypt', arnOf('Key')]], {
      KmsMasterKeyId: arnOf('Key'),
    });
    await publish({ Message: 'x' });
    expect(cloud.denials).toMatchObject([{ action: 'kms:GenerateDataKey' }]);
  });

  it('refuses what SNS refuses', async () => {
    const { cloud, publish } = await startWith([MAY_PUBLISH]);
    const refused = [
      { Subject: 'two\nlines', Message: 'x' },
      { Subject: 'x'.repeat(100), Message: 'x' },
      { Message: '' },
      { Message: 'x'.repeat(262_145) },
    ];
    for (const input of refused) {
      expect(await publish(input)).toMatchObject({ name: 'InvalidParameterException', status: 400 });
    }
    expect(cloud.alerts).toEqual([]);
  });

  it('knows only its own topics, and only Publish', async () => {
    const { cloud } = await startWith([]);
    const client = new SNSClient({ ...cloud.awsClientConfig(), maxAttempts: 1 });
    const TopicArn = `${cloud.resource('Topic').physicalId}-other`;
    const publish = client.send(new PublishCommand({ TopicArn, Message: 'x' }));
    await expect(publish).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(client.send(new ListTopicsCommand({}))).rejects.toThrow('ListTopics is not implemented');
    expect(cloud.alerts).toEqual([]);
    client.destroy();
  });

  it('takes only subscriptions by mail, to existing topics', async () => {
    const subscribed = (properties: Record<string, string>) =>
      start(assembly({ Mail: resource('AWS::SNS::Subscription', properties) }));
    const mail = { TopicArn: 'arn:x', Protocol: 'email', Endpoint: 'a@example.com' };
    await expect(subscribed({ ...mail, Protocol: 'sqs' })).rejects.toThrow('only subscriptions of people');
    await expect(subscribed(mail)).rejects.toThrow('no topic arn:x');
  });
});

describe('isSns', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  it.each<[string, string, Record<string, string>, boolean]>([
    ['POST', '/', form, true],
    ['POST', '/', { 'content-type': `${form['content-type']}; charset=utf-8` }, true],
    ['PUT', '/bucket/key', form, false],
    ['POST', '/bucket?delete', { 'content-type': 'application/xml' }, false],
    ['POST', '/', { 'content-type': 'application/x-amz-json-1.0' }, false],
    ['GET', '/', {}, false],
  ])('%s %s %j: %s', (method, path, headers, expected) => {
    expect(isSns({ method, path, headers })).toBe(expected);
  });
});
