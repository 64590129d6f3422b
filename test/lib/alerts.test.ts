import { Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { PosthornFunction } from '../../lib/constructs/function.ts';
import { environmentOf, refOf, resourcesOf } from '../helpers/synthesised.ts';

const alertEmails = ['operators@example.com', 'on-call@example.com'];
const { storage, pipeline } = environmentOf('prod', { alertEmails });
const publisher = new PosthornFunction(pipeline, 'Publisher', {
  folder: 'dead-letter-writer',
  timeout: Duration.seconds(1),
  memoryMb: 128,
  environment: {},
  settings: { functionLogDays: 7, tracing: 'off' },
});
storage.alerts.allowPublish(publisher);
const all = [storage, pipeline].flatMap(resourcesOf);
const ofType = (type: string) =>
  all.filter((resource) => resource.type === type).map((each) => each.properties);

/** Statements in which CloudWatch may do something, in a policy. */
// biome-ignore lint/suspicious/noExplicitAny: templates are JSON without a schema
const allowedToAlarms = ({ Statement }: any) =>
  // biome-ignore lint/suspicious/noExplicitAny: see above
  Statement.filter(({ Principal }: any) => Principal.Service === 'cloudwatch.amazonaws.com');

const ofThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

describe('alerts (A24, D6)', () => {
  const [topic, ...others] = ofType('AWS::SNS::Topic');

  it('have one topic, encrypted with a key that alarms may use', () => {
    expect(others).toEqual([]);
    const [key] = all.filter(({ type }) => type === 'AWS::KMS::Key');
    expect(refOf(topic.KmsMasterKeyId)).toBe(key!.id);
    expect(allowedToAlarms(key!.properties.KeyPolicy)).toEqual([
      expect.objectContaining({
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Condition: ofThisAccount,
      }),
    ]);
  });

  it('come over TLS, and from alarms of this account', () => {
    const { Statement } = ofType('AWS::SNS::TopicPolicy')[0].PolicyDocument;
    expect(allowedToAlarms({ Statement })).toEqual([
      expect.objectContaining({ Effect: 'Allow', Action: 'sns:Publish', Condition: ofThisAccount }),
    ]);
    expect(Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  });

  it('may be published by a function with the grant', () => {
    const policy = all.find(({ type, id }) => type === 'AWS::IAM::Policy' && id.startsWith('PublisherRole'));
    const [, publish, encrypt] = policy!.properties.PolicyDocument.Statement;
    expect(publish).toMatchObject({ Action: 'sns:Publish' });
    expect(encrypt).toMatchObject({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'] });
  });

  it('are mailed to the addresses in the settings only', () => {
    const mails = ofType('AWS::SNS::Subscription').map(({ Protocol, Endpoint }) => [Protocol, Endpoint]);
    expect(mails).toEqual(alertEmails.map((email) => ['email', email]));
  });

  it('come from every alarm', () => {
    const alarms = ofType('AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(0);
    for (const { AlarmActions } of alarms) {
      expect(AlarmActions).toEqual([{ 'Fn::ImportValue': expect.stringMatching(/RefAlertsTopic/) }]);
    }
  });
});
