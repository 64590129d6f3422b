import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, it } from 'vitest';

/** A table that takes requests and never answers. */
const server = createServer(() => {});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
Object.assign(process.env, {
  AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'any',
  AWS_SECRET_ACCESS_KEY: 'any',
});
const { getProgress } = await import('../../../lambdas/delivery/delivery-log-store.ts');

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('posting waits for the log no longer than two seconds', async () => {
  const refs = [{ ulid: '01', subscription: 'sub_1' }];
  await expect(getProgress('log', 't', refs)).rejects.toThrow(/abort|timeout/i);
}, 4000);
