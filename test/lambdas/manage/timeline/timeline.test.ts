import { describe, expect, it } from 'vitest';
import { WHY_DEAD } from '../../../../lambdas/api/history.ts';
import type { LoggedDelivery } from '../../../../lambdas/delivery/delivery-items.ts';
import type { LoggedEvent } from '../../../../lambdas/events/event-items.ts';
import type { Attempt } from '../../../../lambdas/http-client/attempt-record.ts';
import { deliveryEntries, eventEntries, inOrder } from '../../../../lambdas/manage/timeline/entries.ts';
import type { KnownDelivery, KnownTarget } from '../../../../lambdas/manage/timeline/known.ts';
import { upcomingOf } from '../../../../lambdas/manage/timeline/upcoming.ts';
import { lowestUlidAt, withPrefix } from '../../../../lambdas/values/ids.ts';
import { eventOf } from '../../../builders/events.ts';

const ACCEPTED = Date.parse('2026-11-21T12:00:00Z');
const NOW = ACCEPTED + 600_000;
const ULID = lowestUlidAt(ACCEPTED);
const SUB = withPrefix('sub', '01KAK2V5E4V2N9CR0Q6WV7Z1QY');

/** Seconds after the event, in milliseconds since the epoch. */
const later = (seconds: number): number => ACCEPTED + seconds * 1000;
const at = (seconds: number): string => new Date(later(seconds)).toISOString();

const event = (about: Partial<LoggedEvent> = {}): LoggedEvent => ({
  ...eventOf({ ulid: ULID, type: 'order.paid' }),
  matched: 1,
  subscriptions: [SUB],
  fannedOut: [SUB],
  lastPart: 0,
  ...about,
});

const logged = (about: Partial<LoggedDelivery>): LoggedDelivery => ({
  subscription: SUB,
  target: 'tgt_1',
  event: { id: 'evt_1', ulid: ULID, type: 'order.paid' },
  status: 'delivered',
  attempts: [],
  order: 0,
  ...about,
});

const failed = (seconds: number, about: Partial<Attempt> = {}): Attempt => ({
  at: later(seconds),
  ms: 400,
  status: 503,
  ...about,
});
const arrived = (seconds: number): Attempt => ({ at: later(seconds), ms: 400, status: 200 });
const probe = (seconds: number): Attempt => failed(seconds, { uncounted: true });

const target = (about: Partial<KnownTarget['target']> = {}) => ({
  id: 'tgt_1',
  retry: { schedule: [5, 30, 120], jitter: 0.2 },
  ...about,
});
const destination = (about: Partial<KnownTarget> = {}): KnownTarget => ({
  target: target(),
  obstacle: undefined,
  health: undefined,
  drainsAt: undefined,
  ...about,
});
const known = (
  about: Partial<LoggedDelivery> | undefined,
  to: KnownTarget | undefined = undefined,
): KnownDelivery => ({
  subscription: SUB,
  logged: about && logged(about),
  isAdded: false,
  destination: to,
});

describe('what happened to an event (C5, E4)', () => {
  const textsOf = (about: Partial<LoggedEvent>): string[] =>
    inOrder(eventEntries(event(about))).map(({ kind, text }) => `${kind}: ${text}`);

  it.each<[string, Partial<LoggedEvent>, string, string[]]>([
    [
      'that one subscription wanted',
      {},
      'an event of type order.paid, with 2 bytes of application/json.',
      ['matched: It matched 1 subscription.'],
    ],
    [
      'with a source and a priority, for several',
      { source: 'shop', priority: 'critical', matched: 1200 },
      'an event of type order.paid from shop, of priority critical, with 2 bytes of application/json.',
      ['matched: It matched 1,200 subscriptions.'],
    ],
    [
      'that nobody wanted',
      { ce: { specversion: '1.0' }, matched: 0, subscriptions: [] },
      'a CloudEvent of type order.paid, with 2 bytes of application/json.',
      ['unmatched: No active subscription wanted it.'],
    ],
    [
      'that is a test',
      { test: true, only: SUB },
      `a test event of type order.paid, addressed to ${SUB} alone, with 2 bytes of application/json.`,
      [`matched: It goes to ${SUB}, whatever its filter says.`],
    ],
    [
      'that was addressed to a paused subscription',
      { only: SUB, matched: 0, subscriptions: [] },
      `an event of type order.paid, addressed to ${SUB} alone, with 2 bytes of application/json.`,
      [`unmatched: It was for ${SUB} alone, which could not take it: it was paused, or was deleted.`],
    ],
    [
      'that is being matched',
      { isOpen: true, matched: 50 },
      'an event of type order.paid, with 2 bytes of application/json.',
      ['matched: It matched 50 subscriptions so far. Not all of them have been asked yet.'],
    ],
    [
      'that a part of ours failed on',
      { dead: true, matched: 0, subscriptions: [] },
      'an event of type order.paid, with 2 bytes of application/json.',
      [
        'lost: A part of Posthorn kept failing on it, so not all of its deliveries could be made. Publish it again; those that were made stay.',
      ],
    ],
  ])('%s', (_, about, accepted, expected) => {
    expect(textsOf(about)).toEqual([`accepted: Accepted: ${accepted}`, ...expected]);
  });
});

describe('what happened to a delivery (A9, C5, E4)', () => {
  const entriesOf = (one: KnownDelivery) => inOrder(deliveryEntries(event(), one, NOW));

  it.each<[string, KnownDelivery, string[]]>([
    ['without an outcome', known(undefined), []],
    [
      'that arrived at once',
      known({ attempts: [arrived(1)] }),
      [
        `${at(1)} attempt: Attempt 1: the endpoint answered 200 after 400 ms.`,
        `${at(1.4)} delivered: Delivered, 1.4 seconds after the event was accepted.`,
      ],
    ],
    [
      'that waits for its schedule',
      known(
        {
          status: 'parked',
          waitingFor: 'retry',
          since: later(31.4),
          nextAttemptAt: later(1000),
          attempts: [failed(1), failed(31, { past: 'retry' })],
        },
        destination(),
      ),
      [
        `${at(1)} attempt: Attempt 1: the endpoint answered 503 after 400 ms.`,
        `${at(1.4)} waited: It waited for 29.6 seconds before the next attempt.`,
        `${at(31)} attempt: Attempt 2: the endpoint answered 503 after 400 ms.`,
        `${at(31.4)} waiting: It waits until ${at(1000)} for its next attempt.`,
      ],
    ],
    [
      'whose endpoint asked for time',
      known({
        attempts: [failed(1, { status: 429, retryAfterMs: 60_000 }), { ...arrived(70), past: 'retry' }],
      }),
      [
        `${at(1)} attempt: Attempt 1: the endpoint answered 429 after 400 ms.`,
        `${at(1.4)} waited: It waited for 1 minute 8 seconds before the next attempt; the endpoint had asked for at least 1 minute.`,
        `${at(70)} attempt: Attempt 2: the endpoint answered 200 after 400 ms.`,
        `${at(70.4)} delivered: Delivered, 1 minute 10 seconds after the event was accepted.`,
      ],
    ],
    [
      'that was cut in a fast lane',
      known({
        attempts: [failed(1, { status: undefined, error: 'timeout', ms: 2003, uncounted: true }), arrived(4)],
      }),
      [
        `${at(1)} attempt: Attempt 1: no answer came within 2 seconds, so the request was cut.`,
        `${at(3.003)} moved: It moved to the slow lane, where a request may take as long as its target allows.`,
        `${at(4)} attempt: Attempt 2: the endpoint answered 200 after 400 ms.`,
        `${at(4.4)} delivered: Delivered, 4.4 seconds after the event was accepted.`,
      ],
    ],
    [
      'that was a probe, and waits for its endpoint',
      known(
        {
          status: 'parked',
          waitingFor: 'recovery',
          since: later(40.4),
          attempts: [failed(1), { ...probe(40), past: `retry recovery@${later(6.4)}` }],
        },
        destination(),
      ),
      [
        `${at(1)} attempt: Attempt 1: the endpoint answered 503 after 400 ms.`,
        `${at(1.4)} waited: It waited for 5 seconds before the next attempt.`,
        `${at(6.4)} waited: It waited for 33.6 seconds, since its endpoint kept failing.`,
        `${at(40)} attempt: Attempt 2, a probe of the failing endpoint: the endpoint answered 503 after 400 ms.`,
        `${at(40.4)} waiting: Its endpoint keeps failing. It waits until a probe gets through.`,
      ],
    ],
    [
      'whose earlier attempts the caller does not see',
      known({
        status: 'dead',
        reason: 'exhausted',
        since: later(9),
        dropped: 1,
        isPartHidden: true,
        attempts: [failed(8, { status: undefined, error: 'refused' })],
      }),
      [
        `${at(8)} earlier: 1 earlier attempt is not shown: the delivery was sent again since.`,
        `${at(8)} attempt: Attempt 2: the endpoint refused the connection, after 400 ms.`,
        `${at(9)} dead: It is a dead letter: the retry schedule is used up. It is not tried again unless it is replayed.`,
      ],
    ],
    [
      'that failed without an answer and is dead',
      known({
        status: 'dead',
        reason: 'exhausted',
        since: later(9),
        dropped: 41,
        attempts: [failed(8, { status: undefined, error: 'refused' })],
      }),
      [
        `${at(8)} earlier: 41 earlier attempts are no longer kept.`,
        `${at(8)} attempt: Attempt 42: the endpoint refused the connection, after 400 ms.`,
        `${at(9)} dead: It is a dead letter: the retry schedule is used up. It is not tried again unless it is replayed.`,
      ],
    ],
    [
      'that was never tried',
      known({ status: 'dead', reason: 'target_disabled', since: later(2) }),
      [
        `${at(2)} dead: It is a dead letter: the target was disabled, by its owner or by Posthorn. It is not tried again unless it is replayed.`,
      ],
    ],
    [
      'that was replayed',
      known({ run: 2, replayedAt: later(100), attempts: [failed(1, { status: 400 }), arrived(101)] }),
      [
        `${at(1)} attempt: Attempt 1: the endpoint answered 400 after 400 ms.`,
        `${at(100)} replayed: It was sent again on request, for the 2nd time; when it was before is not kept. Its retry schedule began anew.`,
        `${at(101)} attempt: Attempt 2: the endpoint answered 200 after 400 ms.`,
        `${at(101.4)} delivered: Delivered, 1.4 seconds after it was sent again.`,
      ],
    ],
    [
      'that a replay added',
      { ...known({ run: 1, replayedAt: later(100), attempts: [arrived(101)] }), isAdded: true },
      [
        `${at(100)} replayed: A replay sent it to this subscription, which had not got it before.`,
        `${at(101)} attempt: Attempt 1: the endpoint answered 200 after 400 ms.`,
        `${at(101.4)} delivered: Delivered, 1.4 seconds after it was sent again.`,
      ],
    ],
    [
      'that waited for a batch and for its turn before its first attempt',
      known({
        attempts: [{ ...arrived(64), past: `batch@${later(1)} rate_limit@${later(30)} slot@${later(60)}` }],
      }),
      [
        `${at(1)} waited: It waited for 29 seconds for others, to be posted together with them.`,
        `${at(30)} waited: It waited for 30 seconds for its turn: more deliveries waited than its target’s rate limit lets go within a minute.`,
        `${at(60)} waited: It waited for 4 seconds for its turn under its target’s rate limit.`,
        `${at(64)} attempt: Attempt 1: the endpoint answered 200 after 400 ms.`,
        `${at(64.4)} delivered: Delivered, 1 minute 4 seconds after the event was accepted.`,
      ],
    ],
    [
      'that was held, and tried at once before an attempt was made',
      known({
        run: 1,
        replayedAt: later(332),
        attempts: [{ ...arrived(333), past: `recovery@${later(2)} replayed@${later(332)}` }],
      }),
      [
        `${at(2)} waited: It waited for 5 minutes 30 seconds, since its endpoint kept failing.`,
        `${at(332)} replayed: It was sent again on request. Its retry schedule began anew.`,
        `${at(333)} attempt: Attempt 1: the endpoint answered 200 after 400 ms.`,
        `${at(333.4)} delivered: Delivered, 1.4 seconds after it was sent again.`,
      ],
    ],
    [
      'that was tried at once before its time, and then replayed',
      known({
        run: 2,
        replayedAt: later(100),
        attempts: [
          failed(1),
          failed(63, { status: 400, past: `retry replayed@${later(62.4)}` }),
          { ...arrived(101), past: `dead:rejected@${later(63.4)} replayed@${later(100)}` },
        ],
      }),
      [
        `${at(1)} attempt: Attempt 1: the endpoint answered 503 after 400 ms.`,
        `${at(1.4)} waited: It waited for 1 minute 1 second for its next attempt.`,
        `${at(62.4)} replayed: It was sent again on request. Its retry schedule began anew.`,
        `${at(63)} attempt: Attempt 2: the endpoint answered 400 after 400 ms.`,
        `${at(63.4)} dead: It became a dead letter: ${WHY_DEAD.rejected}.`,
        `${at(100)} replayed: It was sent again on request, for the 2nd time. Its retry schedule began anew.`,
        `${at(101)} attempt: Attempt 3: the endpoint answered 200 after 400 ms.`,
        `${at(101.4)} delivered: Delivered, 1.4 seconds after it was sent again.`,
      ],
    ],
    [
      'that died again after a replay, without an attempt',
      known({
        status: 'dead',
        reason: 'target_disabled',
        since: later(500),
        run: 1,
        replayedAt: later(480),
        past: `dead:subscription_paused@${later(1)} replayed@${later(480)} recovery@${later(490)}`,
      }),
      [
        `${at(1)} dead: It became a dead letter: ${WHY_DEAD.subscription_paused}.`,
        `${at(480)} replayed: It was sent again on request. Its retry schedule began anew.`,
        `${at(490)} waited: It waited for 10 seconds, since its endpoint kept failing.`,
        `${at(500)} dead: It is a dead letter: the target was disabled, by its owner or by Posthorn. It is not tried again unless it is replayed.`,
      ],
    ],
    [
      'whose time has come',
      known({
        status: 'retrying',
        waitingFor: 'slot',
        since: later(2),
        nextAttemptAt: later(40),
        attempts: [],
      }),
      [`${at(2)} waited: It waited for 38 seconds for its turn under its target’s rate limit.`],
    ],
    [
      'of which an older or a newer release wrote the wait',
      known({
        attempts: [failed(1), failed(31), { ...arrived(61), past: `eclipse@${later(40)}` }],
      }),
      [
        `${at(1)} attempt: Attempt 1: the endpoint answered 503 after 400 ms.`,
        `${at(1.4)} waited: It waited for 29.6 seconds.`,
        `${at(31)} attempt: Attempt 2: the endpoint answered 503 after 400 ms.`,
        `${at(40)} waited: It waited for 21 seconds.`,
        `${at(61)} attempt: Attempt 3: the endpoint answered 200 after 400 ms.`,
        `${at(61.4)} delivered: Delivered, 1 minute 1 second after the event was accepted.`,
      ],
    ],
    [
      'of which an older release wrote when it waits, and not why',
      known({ status: 'parked', nextAttemptAt: later(1000), attempts: [failed(1)] }, destination()),
      [
        `${at(1)} attempt: Attempt 1: the endpoint answered 503 after 400 ms.`,
        `${at(1.4)} waiting: It waits until ${at(1000)}.`,
      ],
    ],
  ])('%s', (_, one, expected) => {
    expect(entriesOf(one).map(({ at, kind, text }) => `${at} ${kind}: ${text}`)).toEqual(expected);
  });

  it.each<[string, Partial<LoggedDelivery>, Partial<KnownTarget['target']>, string]>([
    [
      'pause',
      { nextAttemptAt: later(900) },
      {},
      `Its endpoint has asked for a pause, so it waits until ${at(900)}.`,
    ],
    [
      'slot',
      { nextAttemptAt: later(900) },
      { rateLimit: { perSecond: 0.01 } },
      `It waits until ${at(900)} for its turn under its target’s rate limit of 0.01 requests a second.`,
    ],
    [
      'rate_limit',
      {},
      { rateLimit: { perSecond: 1 } },
      'More deliveries wait than its target’s rate limit of 1 request a second lets go within a minute. It waits for its turn.',
    ],
    ['batch', {}, {}, 'Its target takes several events in one request. It waits for others.'],
    [
      'lane',
      { nextAttemptAt: later(900) },
      {},
      'It waits for a place in the slow lane, where a request may take as long as its target allows.',
    ],
    ['a word of a newer release', {}, {}, 'It is held back under its target.'],
  ])('that waits: %s', (waitingFor, about, to, expected) => {
    const one = known(
      { status: 'parked', since: later(2), waitingFor, ...about },
      destination({ target: target(to) }),
    );
    expect(entriesOf(one)).toMatchObject([{ kind: 'waiting', at: at(2), text: expected }]);
  });

  it('with fields beside each sentence', () => {
    const one = known({
      status: 'parked',
      waitingFor: 'retry',
      nextAttemptAt: later(1000),
      attempts: [probe(1)],
    });
    expect(entriesOf(one)[0]).toEqual({
      at: at(1),
      kind: 'attempt',
      deliveryId: `dlv_${ULID}${SUB.slice(4)}`,
      subscriptionId: SUB,
      targetId: 'tgt_1',
      attempt: 1,
      durationMs: 400,
      statusCode: 503,
      probe: true,
      text: expect.any(String),
    });
  });
});

describe('what comes next (A9, C5, E4)', () => {
  const open = { failed: 10, ok: 0, countedSince: 0, open: { since: later(1), probes: 3 } };
  const paused = { failed: 0, ok: 0, countedSince: 0, pausedUntil: NOW + 30_000 };
  const soon = at(603);
  const gone = `If it still waits at ${at(86_400)}, it becomes a dead letter.`;
  const held = { status: 'parked' } as const;

  it.each<[string, KnownDelivery, number, string | null]>([
    ['once it has arrived', known({ attempts: [arrived(1)] }), NOW, null],
    ['once it is dead', known({ status: 'dead', reason: 'expired' }), NOW, null],
    [
      'while it is queued',
      known(undefined, destination()),
      NOW,
      'attempt: Queued: no outcome yet. It is posted when its turn comes: within seconds, unless much waits before it.',
    ],
    [
      'while it is queued, with a rate limit',
      known(undefined, destination({ target: target({ rateLimit: { perSecond: 5 } }) })),
      NOW,
      'attempt: Queued: no outcome yet. It is posted when its turn comes: within seconds, unless much waits before it. Its target takes 5 requests a second, so it may wait for its turn.',
    ],
    [
      'while it is queued, in a pause',
      known(undefined, destination({ health: paused })),
      NOW,
      `attempt: Queued: no outcome yet. It is posted when its turn comes: within seconds, unless much waits before it. Its endpoint has asked for a pause until ${at(630)}.`,
    ],
    [
      'while it is queued for a batch',
      known(
        undefined,
        destination({
          target: target({ batching: { maxEvents: 100, maxSeconds: 60 } }),
          drainsAt: later(603),
        }),
      ),
      NOW,
      `batch: Queued: no outcome yet. It is posted together with others, when 100 events wait, or at ${soon} at the latest.`,
    ],
    [
      'when nothing is heard of it',
      known(undefined, destination()),
      later(3601),
      'attempt: Queued. Nothing has been heard of it for over an hour. Posthorn looks for lost deliveries every 15 minutes, and sends them again.',
    ],
    [
      'when its time has come',
      known({ status: 'retrying', nextAttemptAt: NOW, attempts: [failed(1)] }, destination({ health: open })),
      NOW,
      'attempt: Attempt 2 is being made, or is about to be. Its endpoint keeps failing, so it may be held until a probe gets through.',
    ],
    [
      'before its next attempt',
      known({ status: 'retrying', nextAttemptAt: later(603), attempts: [failed(1)] }, destination()),
      NOW,
      `attempt: Attempt 2, at ${soon}.`,
    ],
    [
      'before its last attempt, while its endpoint fails',
      known(
        {
          status: 'retrying',
          nextAttemptAt: later(603),
          attempts: [failed(1), probe(2), failed(3), failed(4)],
          used: 3,
        },
        destination({ health: open }),
      ),
      NOW,
      `attempt: Attempt 5, the last of its schedule, at ${soon}. If its endpoint still fails then, it is held until a probe gets through.`,
    ],
    [
      'after a pause',
      known({ ...held, waitingFor: 'pause', nextAttemptAt: later(603) }, destination({ health: paused })),
      NOW,
      `attempt: Attempt 1, at ${soon}. ${gone}`,
    ],
    [
      'while its endpoint fails',
      known({ ...held, waitingFor: 'recovery' }, destination({ health: open, drainsAt: later(603) })),
      NOW,
      `probe: A probe, the 4th, at ${soon}: one of the waiting deliveries is posted. An answer to it releases all of them. ${gone}`,
    ],
    [
      'while its endpoint fails, and the drain is lost',
      known({ ...held, replayedAt: later(60) }, destination({ health: open })),
      NOW,
      `probe: A probe, the 4th, within a minute: one of the waiting deliveries is posted. An answer to it releases all of them. If it still waits at ${at(86_460)}, it becomes a dead letter.`,
    ],
    [
      'once its endpoint is back',
      known({ ...held, waitingFor: 'recovery' }, destination({ drainsAt: NOW - 1 })),
      NOW,
      `release: Its endpoint answers again. Waiting deliveries are released in turn, the oldest events first, next at ${at(600)}. ${gone}`,
    ],
    [
      'under a rate limit',
      known(
        { ...held, waitingFor: 'rate_limit' },
        destination({ target: target({ rateLimit: { perSecond: 5 } }), drainsAt: later(603) }),
      ),
      NOW,
      `release: Waiting deliveries are released in turn, the oldest events first, 5 requests a second, next at ${soon}. ${gone}`,
    ],
    [
      'when what is held meets a pause',
      known({ ...held, waitingFor: 'rate_limit' }, destination({ health: paused })),
      NOW,
      `release: Its endpoint has asked for a pause. It is looked at again at ${at(630)}. ${gone}`,
    ],
    [
      'when its target is switched off',
      known({ status: 'parked', nextAttemptAt: later(603) }, destination({ obstacle: 'target_disabled' })),
      NOW,
      `dead: Unless that changes, it becomes a dead letter at ${soon}: the target was disabled, by its owner or by Posthorn.`,
    ],
    [
      'when its target is gone',
      known(undefined),
      NOW,
      'dead: Unless that changes, it becomes a dead letter when its turn comes: the target was deleted.',
    ],
  ])('%s', (_, one, now, expected) => {
    const upcoming = upcomingOf(ULID, one, now);
    expect(upcoming && `${upcoming.kind}: ${upcoming.text}`).toBe(expected);
  });

  it('has a time and numbers', () => {
    const waiting = known(
      { ...held, waitingFor: 'recovery' },
      destination({ health: open, drainsAt: later(603) }),
    );
    expect(upcomingOf(ULID, waiting, NOW)).toMatchObject({ at: soon, probe: 4, givesUpAt: at(86_400) });
    const scheduled = known(
      { status: 'retrying', nextAttemptAt: later(603), dropped: 2, attempts: [failed(1)] },
      destination(),
    );
    expect(upcomingOf(ULID, scheduled, NOW)).toMatchObject({ at: soon, attempt: 4 });
  });
});
