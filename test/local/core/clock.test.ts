import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createClock, shiftDate } from '../../../local/core/clock.ts';
import { arnOf, assembly, lambda, ref, resource, role, start, until } from '../fixtures.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Longer than a test takes. */
const SLACK_MS = 60_000;

describe('a simulated clock', { timeout: SLACK_MS }, () => {
  it('shifts Date and restores it', () => {
    const clock = createClock();
    const before = Date.now();
    const restore = shiftDate(clock.offset);
    try {
      expect(Math.abs(Date.now() - before)).toBeLessThan(SLACK_MS);
      clock.advance(DAY_MS);
      for (const now of [Date.now(), Date.parse(new Date().toISOString()), clock.now(), Date.parse(Date())]) {
        expect(Math.abs(now - before - DAY_MS)).toBeLessThan(SLACK_MS);
      }
      expect(new Date(5).getTime()).toBe(5);
      expect(new Date('2026-01-31T00:00:00Z')).toBeInstanceOf(Date);
      expect(new Date().constructor).toBe(Date);
      expect(Date.UTC(1970, 0, 2)).toBe(DAY_MS);
      expect(() => shiftDate(clock.offset)).toThrow('already');
      expect(() => clock.advance(-1)).toThrow('expected time to go forward, got -1 ms');
    } finally {
      restore();
    }
    expect(Date.now() - before).toBeLessThan(SLACK_MS);
  });

  it('moves functions, delays and visibility timeouts, and fires no schedule', async () => {
    const clock = createClock();
    const cloud = await start(
      assembly(
        {
          Queue: resource('AWS::SQS::Queue', { QueueName: 'work', VisibilityTimeout: 900 }),
          Role: role(
            ...['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].map(
              (action): Parameters<typeof role>[number] => [action, arnOf('Queue')],
            ),
          ),
          Fn: lambda('fn', 'Role', { Timeout: 1 }),
          Map: resource('AWS::Lambda::EventSourceMapping', {
            FunctionName: ref('Fn'),
            EventSourceArn: arnOf('Queue'),
          }),
        },
        {
          fn: `let times = 0;
            export const handler = async () => {
              console.log(JSON.stringify([Date.now(), new Date().getTime(), performance.timeOrigin + performance.now()]));
              if (times++ === 0) throw new Error('once more');
            };`,
        },
      ),
      { clock },
    );
    const seen = (): number[][] =>
      cloud.lines.flatMap(({ text }) => (text.startsWith('[') ? [JSON.parse(text)] : []));
    const client = new SQSClient(cloud.awsClientConfig());
    const QueueUrl = cloud.resource('Queue').physicalId;
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 600 }));
    expect(cloud.queues().work).toMatchObject({ visible: 0, delayed: 1 });
    expect(Math.abs(cloud.nextDelayEnd()! - clock.now() - 600_000)).toBeLessThan(SLACK_MS);

    clock.advance(cloud.nextDelayEnd()! - clock.now());
    await until(() => seen().length === 1 && cloud.queues().work!.inFlight === 1);
    expect(cloud.nextDelayEnd()).toBeUndefined();
    clock.advance(900_000);
    await until(() => seen().length === 2);
    for (const now of seen()[1]!) expect(Math.abs(now - clock.now())).toBeLessThan(SLACK_MS);
    await until(() => cloud.queues().work!.inFlight === 0);
    await cloud.stop();
    expect(clock.now() - Date.now()).toBeGreaterThan(1_400_000);
  });
});
