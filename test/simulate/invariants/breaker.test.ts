import { breakerClosesOnAnswer } from '../../../simulate/invariants/breaker-closes-on-answer.ts';
import { invariantFinds, type WatchedHistory } from './watched-history.ts';

const STANDING = { pk: 'standing#ten_a', sk: 'tgt_A' };

const open = (history: WatchedHistory): void => {
  history.put('state', { ...STANDING, revision: 1, open: { since: 0, probes: 0 } }, 'Dispatch');
};
const close = (history: WatchedHistory, caller = 'Dispatch'): void =>
  history.put('state', { ...STANDING, revision: 2 }, caller);

const WITHOUT = /expected tgt_A of ten_a to have answered since its breaker opened at 2026-08-01.*: Dispatch/;

invariantFinds('a breaker closes on an answer', breakerClosesOnAnswer, [
  ...[200, 204, 400, 404].map((status) => ({
    name: `${status} is one`,
    make(history: WatchedHistory) {
      open(history);
      history.answer(history.post(), status);
      close(history);
    },
  })),
  ...(['none', 500, 503, 429, 408, 302] as const).map((status) => ({
    name: `${status} is none`,
    finds: WITHOUT,
    make(history: WatchedHistory) {
      open(history);
      history.answer(history.post(), status);
      close(history);
    },
  })),
  {
    name: 'one before it opened does not count',
    finds: WITHOUT,
    make(history) {
      history.answer(history.post());
      open(history);
      close(history);
    },
  },
  {
    name: 'each time that it opens needs one',
    finds: WITHOUT,
    make(history) {
      for (let i = 0; i < 2; i++) {
        open(history);
        if (i === 0) history.answer(history.post());
        close(history);
      }
    },
  },
  {
    name: 'its owner closes it without',
    make(history) {
      open(history);
      close(history, 'Manage');
    },
  },
  {
    name: 'a target that is given up, or deleted, has none to close',
    make(history) {
      open(history);
      history.put('state', { ...STANDING, revision: 2, disabled: { at: 0, reason: 'failing' } }, 'Dispatch');
      open(history);
      history.remove('state', STANDING, 'Manage');
    },
  },
]);
