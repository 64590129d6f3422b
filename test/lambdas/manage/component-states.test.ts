import { expect, it } from 'vitest';
import { componentStatesBy, componentsOf } from '../../../lambdas/manage/component-states.ts';
import { Fault } from '../../builders/faults.ts';

const QUEUE_URL = 'https://sqs.eu-central-1.amazonaws.com/123456789012/Events';

it('components are read from a variable, and queues found beside a queue whose URL is known', () => {
  expect(componentsOf('config table ConfigTable;slow queue SlowLane', QUEUE_URL)).toEqual([
    { name: 'config', kind: 'table', id: 'ConfigTable' },
    { name: 'slow', kind: 'queue', id: 'https://sqs.eu-central-1.amazonaws.com/123456789012/SlowLane' },
  ]);
});

it('are probed together, and again once ten seconds are over', async () => {
  const probed: string[] = [];
  let now = 0;
  let isAway = false;
  const ok = async (id: string): Promise<void> => void probed.push(id);
  const states = componentStatesBy(
    {
      table: ok,
      bucket: ok,
      queue: async () => {
        if (isAway) throw new Fault('the queue does not answer');
      },
    },
    componentsOf('log table LogTable;events queue Events;payloads bucket Payloads', QUEUE_URL),
    () => now,
  );
  const well = { log: 'ok', events: 'ok', payloads: 'ok' };
  expect(await Promise.all([states(), states()])).toEqual([well, well]);
  isAway = true;
  now = 10_000;
  expect(await states()).toEqual(well);
  expect(probed).toEqual(['LogTable', 'Payloads']);
  now = 10_001;
  expect(await states()).toEqual({ ...well, events: 'failing' });
});
