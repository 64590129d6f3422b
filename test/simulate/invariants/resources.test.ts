import { expect, test } from 'vitest';
import { INVARIANTS, watchAll } from '../../../simulate/invariants/all.ts';
import { costBounded } from '../../../simulate/invariants/cost-bounded.ts';
import { memoryBounded } from '../../../simulate/invariants/memory-bounded.ts';
import { invariantFinds, type WatchedHistory, watchedHistory } from './watched-history.ts';

invariantFinds('costs are bounded', costBounded, [
  {
    name: 'what an event alone asks',
    make(history) {
      history.accept();
      history.log({ status: 'delivered' });
      history.answer(history.post());
      history.metered.push(
        {
          caller: 'poller',
          on: 'Fanout',
          service: 'sqs',
          operation: 'ReceiveMessage',
          requests: 9,
          units: 9,
        },
        { caller: 'Record', service: 'dynamodb', operation: 'BatchWriteItem', requests: 4, units: 5 },
        { caller: 'DispatchSlow', service: 'lambda', operation: 'Invoke', requests: 1, units: 50 },
      );
      history.end();
    },
  },
  {
    name: 'empty receives, and what a page asks',
    make(history) {
      const empty = { operation: 'ReceiveMessage, empty', requests: 1e6, units: 1e6 };
      history.metered.push({ caller: 'poller', on: 'Fanout', service: 'sqs', ...empty });
      history.metered.push({
        caller: 'Manage',
        service: 'dynamodb',
        operation: 'Query',
        requests: 1e6,
        units: 1e6,
      });
      history.end();
    },
  },
  ...[
    { caller: 'DispatchSlow', service: 'sqs', operation: 'SendMessageBatch', finds: /requests to SQS/ },
    { caller: 'Record', service: 'dynamodb', operation: 'PutItem', finds: /write units of DynamoDB/ },
    { caller: 'Fanout', service: 'dynamodb', operation: 'BatchGetItem', finds: /read units of DynamoDB/ },
    { caller: 'Release', service: 'lambda', operation: 'Invoke', finds: /gigabyte-milliseconds/ },
  ].map(({ finds, ...of }) => ({
    name: `a million: ${of.operation} of ${of.caller}`,
    finds,
    make(history: WatchedHistory) {
      history.log({ status: 'delivered' });
      history.metered.push({ ...of, service: of.service as 'sqs', requests: 1e6, units: 1e6 });
      history.end();
    },
  })),
]);

invariantFinds('memory is bounded', memoryBounded, [
  {
    name: 'a small batch',
    held: { event: 100_000, answers: 50_000 },
    make: (history) => history.invoke(),
  },
  {
    name: 'as many payloads as dispatch posts at once, and the largest event',
    held: { event: 6 * 1024 * 1024, answers: 64 * 1024 * 1024 },
    make: (history) => history.invoke(),
  },
  {
    name: 'twice as many',
    held: { event: 6 * 1024 * 1024, answers: 128 * 1024 * 1024 },
    make: (history) => history.invoke(),
    finds: /expected Dispatch to take 512 MB at most, it takes some 544 with an event of/,
  },
  { name: 'nothing that is known', make: (history) => history.invoke() },
]);

test('all invariants watch a history together', () => {
  const names = new Set<string>();
  const history = watchedHistory((context) =>
    watchAll({ ...context, violated: (name) => void names.add(name) }, INVARIANTS),
  );
  history.accept();
  history.post({ tenant: 'b', isForged: true });
  history.end();
  expect([...names].sort()).toEqual(['nothing is lost', 'requests are signed', 'tenants are apart']);
});
