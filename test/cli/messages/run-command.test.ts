import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../cli/messages/run-command.ts';
import type { Message } from '../../../client/index.ts';

const message: Message = {
  id: 'order-1',
  deliveryId: 'dlv_1',
  subscriptionId: 'sub_1',
  type: 'order.created',
  acceptedAt: '2026-11-21T12:00:00.000Z',
  attempt: 2,
  headers: { 'webhook-signature': 'v1,a b', 'content-type': 'application/json' },
  body: Buffer.from('{"n":1}').toString('base64'),
  encoding: 'base64',
  receipt: 'r',
  leaseUntil: '2026-11-21T12:01:00.000Z',
};

/** Runs a line, and what it has printed. */
async function run(line: string, about: Partial<Message> = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const env = { PATH: process.env.PATH, POSTHORN_KEY: 'phk_secret', MINE: 'kept' };
  const end = runCommand({ env, cwd: process.cwd(), stdout, stderr }, line, { ...message, ...about });
  const problem = await end.then(
    () => undefined,
    (error: Error) => error.message,
  );
  stdout.end();
  stderr.end();
  return { problem, out: await text(stdout), err: await text(stderr) };
}

describe('a command for a message (A25)', () => {
  it('gets the bytes as its input, and what the message says in its environment', async () => {
    const line = `cat; echo " $POSTHORN_MESSAGE_ID $POSTHORN_MESSAGE_TYPE $POSTHORN_MESSAGE_ATTEMPT $HTTP_WEBHOOK_SIGNATURE $MINE"`;
    expect(await run(line)).toEqual({
      problem: undefined,
      out: '{"n":1} order-1 order.created 2 v1,a b kept\n',
      err: '',
    });
  });

  it('gets no key', async () => {
    expect((await run('echo "[$POSTHORN_KEY]"')).out).toBe('[]\n');
  });

  it('is done only if it ends with 0', async () => {
    expect(await run('echo no >&2; exit 3')).toEqual({
      problem: 'the command ended with 3',
      out: '',
      err: 'no\n',
    });
    expect((await run('kill -TERM $$')).problem).toMatch(/^the command ended with (SIGTERM|143)$/);
  });

  it('need not read what it gets', async () => {
    expect((await run('true', { body: 'x'.repeat(1_000_000), encoding: 'text' })).problem).toBeUndefined();
  });

  it('is not given what a message says as part of its line', async () => {
    const { out } = await run('echo "$POSTHORN_MESSAGE_ID"', { id: '"; echo broken; "' });
    expect(out).toBe('"; echo broken; "\n');
  });
});
