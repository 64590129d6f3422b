import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { failedEvent, takeAgain } from '../../../../lambdas/sources/logs/take-again.ts';

describe('failedEvent (A8)', () => {
  it.each([
    ['Lambda’s record', JSON.stringify({ version: '1.0', requestPayload: { awslogs: { data: 'x' } } })],
    ['the event by itself', JSON.stringify({ awslogs: { data: 'x' } })],
  ])('is in %s', (_, body) => {
    expect(failedEvent(body)).toEqual({ awslogs: { data: 'x' } });
  });

  it('is anything else as it came', () => {
    expect(failedEvent('no JSON')).toBe('no JSON');
  });
});

describe('takeAgain (A8)', () => {
  it('reports the messages whose lines have to come again', async () => {
    const Records = ['kept', 'not kept'].map((id) => ({ messageId: id, body: id }) as SQSRecord);
    const answer = await takeAgain(
      {
        environment: 'prod',
        source: { name: 'shop', tenant: 'x', level: 'info' },
        publish: async ([record]) => (JSON.parse(record!.raw()) === 'kept' ? [] : [0]),
        ownLines: () => {},
      },
      { Records },
    );
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'not kept' }] });
  });
});
