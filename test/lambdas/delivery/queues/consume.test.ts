import type { SQSRecord } from 'aws-lambda';
import { expect, it, vi } from 'vitest';
import { batchOrSingly, consume, type Received } from '../../../../lambdas/delivery/queues/consume.ts';
import { SendError } from '../../../../lambdas/platform/sqs.ts';
import { printedBy } from '../../../helpers/printed.ts';
import { WHOLE } from '../../../helpers/whole-messages.ts';

type One = Received<'events'>;
const received = (times: number): One =>
  ({
    record: { attributes: { ApproximateReceiveCount: String(times) } },
    message: WHOLE.events,
  }) as unknown as One;
const named = (name: string, about: object = {}): Error => Object.assign(new Error('no'), { name, ...about });
const refused = (isSendersFault: boolean) => new SendError([{ id: '0', reason: 'no', isSendersFault }]);

it.each<[string, unknown, number]>([
  ['our own', new TypeError('no'), 1],
  ['a library’s', named('RE2JSSyntaxException'), 1],
  ['Node’s, about an argument', named('TypeError', { code: 'ERR_INVALID_ARG_TYPE' }), 1],
  ['a refusal of what was written', named('ValidationException', { $metadata: {}, $fault: 'client' }), 1],
  ['a refusal of what was sent', refused(true), 1],
  ['a service that fails', named('InternalServerError', { $metadata: {}, $fault: 'server' }), 3],
  ['a service that has enough', named('ThrottlingException', { $metadata: {}, $fault: 'client' }), 3],
  ['a queue that fails', refused(false), 3],
  ['a connection that ends', named('Error', { code: 'ECONNRESET' }), 3],
  ['a name that is not found for now', named('Error', { code: 'EAI_AGAIN' }), 3],
  ['a library’s, about data', named('Error', { code: 'Z_DATA_ERROR' }), 1],
  ['time that is over', named('TimeoutError'), 3],
  ['no error', 'no', 3],
])('%s: of three messages, %i come back', async (_, error, count) => {
  const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const [poison, ...others] = [received(1), received(1), received(1)];
  const work = batchOrSingly<'events'>(async (all) => {
    if (all.includes(poison!)) throw error;
  });
  const failed = await work([others[0]!, poison!, others[1]!]);
  printed.mockRestore();
  expect(failed).toHaveLength(count);
  expect(failed).toContain(poison);
});

it.each<[string, number[], boolean]>([
  ['that come for the first time are not repeated', [1, 1], false],
  ['of which one was received before may be repeated', [1, 2], true],
])('messages %s; what is tried alone after the whole batch always may be', async (_, times, areRepeated) => {
  const told: [size: number, areRepeated: boolean][] = [];
  const work = batchOrSingly<'events'>(async (all, mayBe) => {
    told.push([all.length, mayBe]);
    if (all.length > 1) throw new TypeError('no');
  });
  await printedBy(() => work(times.map(received)));
  expect(told).toEqual([
    [2, areRepeated],
    [1, true],
    [1, true],
  ]);
});

it.each<[string, string, boolean, string[], number]>([
  ['that is read is worked on', JSON.stringify(WHOLE.delivery), true, [], 0],
  ['that cannot be read is quarantined', '{"v":1}', true, [], 1],
  ['of another kind is quarantined', JSON.stringify(WHOLE.replay), true, [], 1],
  ['that cannot be read comes back if there is no quarantine', '{"v":1}', false, ['a'], 1],
  ['of a newer version comes back', JSON.stringify({ ...WHOLE.delivery, v: 2 }), true, ['a'], 0],
])('a message %s', async (_, body, isSafe, again, count) => {
  const quarantined: unknown[] = [];
  const worked: unknown[] = [];
  const record = { messageId: 'a', body, eventSourceARN: 'arn:queue' } as SQSRecord;
  const { result, metrics } = await printedBy(() =>
    consume(
      { Records: [record] },
      ['delivery'],
      async (received) => {
        worked.push(...received);
        return [];
      },
      async (unreadable) => {
        quarantined.push(...unreadable);
        return isSafe;
      },
    ),
  );
  expect(result).toEqual({ batchItemFailures: again.map((itemIdentifier) => ({ itemIdentifier })) });
  expect(quarantined).toHaveLength(count);
  expect(worked).toHaveLength(1 - count - Number(again.length > 0 && count === 0));
  expect(metrics.Faults ?? 0).toBe(again.length);
});
