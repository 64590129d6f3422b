import { expect, it } from 'vitest';
import type { TableWrite } from '../../../../simulate/world/watch.ts';
import { item, start } from './fixture.ts';

it('removes items whose time is over, within days, and at no cost', async () => {
  const HOUR = 3_600_000;
  const writes: TableWrite[] = [];
  const { call, dynamo, kernel, meter } = start([{ wrote: (write) => writes.push(write) }]);
  const inHours = (hours: number) => ({ ttl: { N: `${Math.floor((kernel.now() + hours * HOUR) / 1000)}` } });
  for (let i = 0; i < 100; i++)
    call('PutItem', { TableName: 'log-table', Item: item('a', `${i}`, inHours(1)) });
  call('PutItem', { TableName: 'log-table', Item: item('later', '1', inHours(1000)) });
  call('PutItem', { TableName: 'log-table', Item: item('never', '1') });
  call('PutItem', { TableName: 'config-table', Item: item('other', '1', inHours(1)) });
  const billed = meter.snapshot();
  const gone: number[] = [];
  for (let hour = 0; hour < 100; hour++) {
    gone.push(dynamo.expire());
    await kernel.run(kernel.now() + HOUR);
  }
  expect(gone[0]).toBe(0);
  expect(gone.filter((count) => count > 0).length).toBeGreaterThan(1);
  expect([...dynamo.items('log')].map(({ pk }) => pk!.S)).toEqual(['later', 'never']);
  expect([...dynamo.items('config')]).toHaveLength(1);
  expect(writes.filter(({ caller, after }) => caller === 'ttl' && !after)).toHaveLength(100);
  expect(meter.snapshot()).toEqual(billed);
});
