import type { DeathReason } from './types.ts';

/** What is said of a dead delivery on its own page. */

interface Death {
  /** Behind "Dead: ". */
  readonly why: string;
  /** What helps. */
  readonly whatNow: string;
}

export const DEATHS: Readonly<Record<DeathReason, Death>> = {
  exhausted: {
    why: 'all attempts of its schedule failed',
    whatNow: 'Repair the endpoint, then send it again.',
  },
  rejected: {
    why: 'the endpoint rejected it, and trying the same again would not help',
    whatNow: 'Look at its answer, repair the endpoint, then send it again.',
  },
  forbidden_address: {
    why: 'the endpoint’s URL leads to an address or port that is not allowed. Nothing was sent',
    whatNow: 'Change the endpoint’s URL to a public address, then send it again.',
  },
  transform_failed: {
    why: 'the endpoint’s transformation made no request of it. Nothing was sent',
    whatNow: 'Mend the transformation, then send it again.',
  },
  subscription_paused: {
    why: 'it was addressed to its subscription while that was paused',
    whatNow: 'Resume the subscription, then send it again.',
  },
  target_deleted: {
    why: 'its endpoint was deleted',
    whatNow: 'It can be sent again only once its subscription has another endpoint.',
  },
  target_disabled: {
    why: 'its endpoint was disabled',
    whatNow: 'Enable the endpoint, then send it again.',
  },
  target_unverified: {
    why: 'its endpoint had not answered the challenge',
    whatNow: 'Have the endpoint answer its challenge, then send it again.',
  },
  payload_missing: {
    why: 'its payload is no longer kept',
    whatNow: 'It can’t be sent again. Publish the event anew.',
  },
  expired: {
    why: 'it waited for a day in vain',
    whatNow: 'See that the endpoint answers, and fast enough, then send it again.',
  },
  infrastructure: {
    why: 'a part of Posthorn kept failing on it. The endpoint is not to blame',
    whatNow: 'Send it again. If that fails too, tell the operator.',
  },
};
