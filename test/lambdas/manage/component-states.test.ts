import { expect, it } from 'vitest';
import { type Component, componentStatesBy } from '../../../lambdas/manage/component-states.ts';
import { Fault } from '../../builders/faults.ts';

const components: readonly Component[] = [
  { name: 'log', kind: 'table', id: 'LogTable' },
  { name: 'payloads', kind: 'bucket', id: 'Payloads' },
  { name: 'events', kind: 'queue', id: 'https://sqs.eu-central-1.amazonaws.com/123456789012/Events' },
];

it('components are probed together, and again once ten seconds are over', async () => {
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
    components,
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
