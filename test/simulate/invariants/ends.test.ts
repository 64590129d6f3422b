import { arrivedWasAnswered } from '../../../simulate/invariants/arrived-was-answered.ts';
import { deathsHaveReasons } from '../../../simulate/invariants/deaths-have-reasons.ts';
import { nothingLost } from '../../../simulate/invariants/nothing-lost.ts';
import { attemptsAt, BEGINNING, EVENT, invariantFinds } from './watched-history.ts';

const HOUR_MS = 3600_000;
const FAILED = attemptsAt({ at: 0 });
const ARRIVED = attemptsAt({ at: 0, status: 200 });

invariantFinds('nothing is lost', nothingLost, [
  {
    name: 'a delivery that arrives',
    make(history) {
      history.accept();
      history.log({ status: 'retrying', attempts: FAILED });
      history.log({ status: 'delivered', attempts: ARRIVED });
      history.end();
    },
  },
  {
    name: 'one that arrives before its producer has its answer',
    make(history) {
      history.log({ status: 'delivered', attempts: ARRIVED });
      history.accept();
      history.end();
    },
  },
  {
    name: 'one of which nothing is logged',
    make(history) {
      history.accept();
      history.end();
    },
    finds: /expected a delivery of evt_.* accepted 2026-08-01T00:00:00.000Z, for sub_.*: the log has none/,
  },
  {
    name: 'one that waits at the end',
    make(history) {
      history.accept();
      history.log({ status: 'parked', attempts: FAILED, waitingFor: 'recovery' });
      history.end();
    },
    finds: /expected an end, delivered or dead, found evt_.*parked/,
  },
  {
    name: 'one that is sent again, and waits at the end',
    make(history) {
      history.accept();
      history.log({ status: 'delivered', attempts: ARRIVED });
      history.log({ status: 'retrying', attempts: ARRIVED, run: 1 }, { replay: 'rpl_1' });
      history.end();
    },
    finds: /found evt_.*retrying/,
  },
  {
    name: 'an event that is dead',
    make(history) {
      history.accept();
      history.put('log', { pk: 'event#ten_a#1', sk: 'u', id: EVENT, type: 'a', dead: true });
      history.end();
    },
  },
  {
    name: 'a delivery to a subscription that did not want it',
    make(history) {
      history.accept();
      history.log({ status: 'delivered', attempts: ARRIVED, target: 'tgt_B' });
    },
    finds: /expected no delivery of this subscription to this target, found .*tgt_B/,
  },
]);

invariantFinds('deaths have their reasons', deathsHaveReasons, [
  {
    name: 'used up, refused, and waited for a day',
    make(history) {
      history.log({ status: 'dead', reason: 'exhausted', attempts: FAILED, used: 3 });
      history.log({ status: 'retrying', attempts: FAILED, run: 1 }, { replay: 'rpl_1' });
      history.log({ status: 'dead', reason: 'rejected', attempts: attemptsAt({ at: 0, status: 404 }) });
      history.pass(24 * HOUR_MS);
      history.log({ status: 'retrying', attempts: FAILED, run: 2 }, { replay: 'rpl_2' });
      history.log({ status: 'dead', reason: 'expired', attempts: [] });
    },
  },
  {
    name: 'our own fault while one was active',
    make: (history) => history.log({ status: 'dead', reason: 'infrastructure', attempts: [] }),
  },
  {
    name: 'our own fault while none was',
    calmFrom: BEGINNING,
    make: (history) => history.log({ status: 'dead', reason: 'infrastructure', attempts: [] }),
    finds: /no fault was active since its event was accepted/,
  },
  {
    name: 'a reason that the history has no cause for',
    make: (history) => history.log({ status: 'dead', reason: 'payload_missing', attempts: [] }),
    finds: /expected none to die of this here: .*payload_missing/,
  },
  {
    name: 'a word that is no reason',
    make: (history) => history.log({ status: 'dead', reason: 'tired' as never, attempts: [] }),
    finds: /expected a known reason/,
  },
  {
    name: 'expired after an hour',
    make(history) {
      history.pass(HOUR_MS);
      history.log({ status: 'dead', reason: 'expired', attempts: [] });
    },
    finds: /expected it to wait for a day, it did for 3600.0 s/,
  },
  {
    name: 'exhausted before its attempts were',
    make: (history) => history.log({ status: 'dead', reason: 'exhausted', attempts: FAILED }),
    finds: /expected all 3 attempts of its schedule, 1 are used/,
  },
  {
    name: 'refused by an answer that may pass',
    make: (history) => history.log({ status: 'dead', reason: 'rejected', attempts: FAILED }),
    finds: /expected an answer that no repetition changes, its last is 500/,
  },
]);

invariantFinds('what is delivered arrived', arrivedWasAnswered, [
  {
    name: 'what was answered with 2xx',
    make(history) {
      history.answer(history.post(), 204);
      history.log({ status: 'delivered', attempts: ARRIVED });
    },
  },
  {
    name: 'what was answered with 500',
    make(history) {
      history.answer(history.post(), 500);
      history.log({ status: 'delivered', attempts: ARRIVED });
    },
    finds: /expected an answer of 2xx to a request with it, found none/,
  },
  {
    name: 'what is still under way',
    make(history) {
      history.post();
      history.log({ status: 'delivered', attempts: ARRIVED });
    },
    finds: /found none/,
  },
  {
    name: 'what is dead though it arrived',
    make(history) {
      history.answer(history.post());
      history.log({ status: 'dead', reason: 'exhausted', attempts: FAILED });
    },
    finds: /expected it to be delivered, since its endpoint answered 2xx/,
  },
  {
    name: 'the same where an answer may be lost',
    limits: { repeatsPerAttempt: 1 },
    make(history) {
      history.answer(history.post());
      history.log({ status: 'dead', reason: 'exhausted', attempts: FAILED });
    },
  },
]);
