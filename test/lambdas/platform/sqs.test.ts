import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

interface Batch {
  readonly QueueUrl: string;
  readonly Entries: readonly { readonly Id: string; readonly MessageBody: string }[];
}

/** A queue service that refuses what says so. */
const batches: Batch[] = [];
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const batch = JSON.parse(Buffer.concat(chunks).toString()) as Batch;
  batches.push(batch);
  const refused = batch.Entries.filter(({ MessageBody }) => MessageBody.includes('bad'));
  const Failed = refused.map(({ Id }) => ({ Id, Code: 'InvalidMessageContents', SenderFault: true }));
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ Successful: [], Failed }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
Object.assign(process.env, {
  AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'any',
  AWS_SECRET_ACCESS_KEY: 'any',
});
// Clients look for the endpoint when they are made.
const { SendError, sendAddressed } = await import('../../../lambdas/platform/sqs.ts');

afterAll(() => server.close().closeAllConnections());
beforeEach(() => {
  batches.length = 0;
});

const to = (queue: string, body: string) => ({ queueUrl: `https://queues.test/${queue}`, body });

describe('messages to several queues', () => {
  it('go in batches of ten for each', async () => {
    const messages = Array.from({ length: 25 }, (_, n) => to(n % 5 === 0 ? 'few' : 'many', `m${n}`));
    await sendAddressed(messages);
    const sizes = batches.map(({ QueueUrl, Entries }) => `${QueueUrl.split('/').at(-1)} ${Entries.length}`);
    expect(sizes.sort()).toEqual(['few 5', 'many 10', 'many 10']);
    const bodies = batches.flatMap(({ Entries }) =>
      Entries.map(({ MessageBody }) => JSON.parse(MessageBody)),
    );
    expect(bodies.sort()).toEqual(messages.map(({ body }) => body).sort());
  });

  it('are sent though one queue refuses some, which are told by their places in the whole list', async () => {
    const messages = [
      to('a', 'fine'),
      to('b', 'bad'),
      to('a', 'fine too'),
      to('b', 'fine'),
      to('b', 'bad as well'),
    ];
    const error = await sendAddressed(messages).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SendError);
    expect(error).toMatchObject({ unsent: [1, 4], isSendersFault: true });
    const accepted = batches
      .flatMap(({ Entries }) => Entries.map(({ MessageBody }) => JSON.parse(MessageBody)))
      .filter((body: string) => !body.includes('bad'));
    expect(new Set(accepted)).toEqual(new Set(['fine', 'fine too']));
  });

  it('need no request when there are none', async () => {
    await sendAddressed([]);
    expect(batches).toEqual([]);
  });
});
