import { attemptsAreBounded } from '../../../simulate/invariants/attempts-are-bounded.ts';
import { requestsAreSigned } from '../../../simulate/invariants/requests-are-signed.ts';
import { attemptsAt, BEGINNING, invariantFinds } from './watched-history.ts';

const HOUR_MS = 3600_000;
const batchOf = (...tenants: readonly string[]): string =>
  JSON.stringify(tenants.map((tenant, i) => ({ id: `evt_${i}`, type: 'a', data: { tenant } })));

invariantFinds('attempts are bounded', attemptsAreBounded, [
  {
    name: 'an attempt after another',
    make(history) {
      for (const attempt of [1, 2, 3]) history.post({ attempt });
      history.log({ status: 'dead', reason: 'exhausted', used: 3, attempts: attemptsAt({ at: 0 }) });
    },
  },
  {
    name: 'an attempt twice',
    make(history) {
      history.answer(history.post());
      history.post({ instance: 'i-2' });
    },
    finds:
      /expected 1 requests at most for attempt 1 of evt_.*, found 2: request 2 of i-2, the one before was 1 of i-1/,
  },
  {
    name: 'twice where a fault explains it, and three times',
    limits: { repeatsPerAttempt: 1 },
    make(history) {
      for (const instance of ['i-1', 'i-2', 'i-3']) history.post({ instance });
    },
    finds: /found 3/,
  },
  {
    name: 'again over a new connection',
    make(history) {
      history.answer(history.post(), 'none');
      history.post();
    },
  },
  {
    name: 'for two subscriptions of the same target',
    target: { subscriptions: 2 },
    make(history) {
      history.post();
      history.post();
    },
  },
  {
    name: 'beside a replay',
    make(history) {
      history.post();
      history.log({ status: 'retrying', run: 1 }, { replay: 'rpl_1' });
      history.post();
    },
  },
  {
    name: 'a batch whose request fails, and is made again',
    make(history) {
      for (let i = 0; i < 3; i++) history.post({ id: 'bat_1', isBatch: true, body: batchOf('a', 'a') });
    },
  },
  {
    name: 'more than the schedule has',
    make: (history) => history.log({ status: 'retrying', used: 4, attempts: attemptsAt({ at: 0 }) }),
    finds: /expected 3 attempts of its schedule at most, found 4/,
  },
  {
    name: 'the same where the schedule was longer',
    target: { isRetryChanged: true },
    make: (history) => history.log({ status: 'retrying', used: 4, attempts: attemptsAt({ at: 0 }) }),
  },
]);

invariantFinds('requests are signed', requestsAreSigned, [
  {
    name: 'signed, and the same each time',
    make(history) {
      history.post();
      history.pass(HOUR_MS);
      history.post({ attempt: 2 });
    },
  },
  {
    name: 'signed with another key',
    make: (history) => void history.post({ isForged: true }),
    finds: /expected a signature of one of the target's 1 secrets: evt_/,
  },
  {
    name: 'signed too long ago',
    make: (history) => void history.post({ signedAt: BEGINNING - 301_000 }),
    finds: /expected a webhook-timestamp within 300.0 s, found one of 301.0 s ago/,
  },
  {
    name: 'other bytes under the same id',
    make(history) {
      history.post();
      history.post({ body: '{"tenant":"a","n":2}' });
    },
    finds: /expected the same bytes as in the request before with this webhook-id/,
  },
  {
    name: 'without an id',
    make: (history) => void history.post({ id: '' }),
    finds: /expected a webhook-id, found none/,
  },
]);
