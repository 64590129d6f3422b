import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { entryOf } from '../../../lambdas/catalogue/changelog.ts';
import { DEATH_REASONS } from '../../../lambdas/delivery/delivery.ts';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import { generationOf } from '../../../lambdas/delivery/queues/loop-bounds.ts';
import { checkProducerId } from '../../../lambdas/events/event-id.ts';
import { eventTypeProblem, isOperational } from '../../../lambdas/events/event-type.ts';
import {
  deadAlert,
  disabledAlert,
  enabledAlert,
  isAlarming,
  lostEventsAlert,
} from '../../../lambdas/notifications/alert-texts.ts';
import {
  deliveryDead,
  eventTypeChanged,
  inFlight,
  isTooFarFromCause,
  OPERATIONAL_TYPES,
  type OperationalEvent,
  targetDisabled,
  targetRecovered,
  withoutCredentials,
} from '../../../lambdas/notifications/operational-events.ts';
import { OPERATIONAL_DESCRIPTIONS } from '../../../lambdas/notifications/operational-schemas.ts';
import { check, compileSchema, schemaProblem } from '../../../lambdas/publishing/json-schema.ts';

const RUNBOOK = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');
const ULID = '01KAK2V5E4V2N9CR0Q6WV7Z1QX';
const NOW = Date.parse('2026-11-21T12:00:00Z');
const target = { id: `tgt_${ULID}`, url: 'https://me:secret@example.com/hook?token=secret#x' };
const subject = { tenant: `ten_${ULID}`, target, keepSeconds: 7200 };
const failed = { at: NOW - 100, ms: 90, status: 503, answer: 'secret' };

const outcome: Outcome = {
  tenant: subject.tenant,
  subscription: `sub_${ULID}`,
  target: target.id,
  event: { id: 'order-17', ulid: ULID, type: 'order.paid', keepSeconds: 7200 },
  status: 'dead',
  at: NOW,
  attempts: [failed, { ...failed, status: undefined, error: 'timeout' }],
  dropped: 3,
  reason: 'exhausted',
};

const ENTRY = entryOf(
  [{ path: 'amount', rule: 'type-changed', effect: 'breaking', message: 'was number, is string' }],
  { at: '2026-11-21T12:00:00.000Z', version: '2', previousVersion: '1' },
);

const EVENTS: OperationalEvent[] = [
  targetDisabled(subject, { at: NOW, reason: 'failing' }, NOW - 1000, failed),
  targetDisabled(subject, { at: NOW, reason: 'gone' }, undefined, undefined),
  targetRecovered(subject, { open: { since: NOW - 5000, probes: 2 } }, 'probe', NOW)!,
  targetRecovered(subject, { disabled: { at: NOW - 6000, reason: 'gone' } }, 'owner', NOW)!,
  eventTypeChanged({ tenant: subject.tenant, eventType: 'a'.repeat(256), entry: ENTRY, keepSeconds: 7200 }),
  deliveryDead(outcome)!,
  deliveryDead({ ...outcome, attempts: [], dropped: undefined, run: 2, reason: 'target_disabled' })!,
];

describe('operational events (D6)', () => {
  it.each(OPERATIONAL_TYPES)('%s has a schema, which its sample fits', (type) => {
    const { schema, sample } = OPERATIONAL_DESCRIPTIONS[type];
    expect(schemaProblem(schema)).toBeUndefined();
    expect(check(compileSchema(schema), sample)).toBeUndefined();
    expect(isOperational(type) && eventTypeProblem(type) === undefined).toBe(true);
  });

  it.each(EVENTS.map((event) => [event.type, event] as const))('%s is as its schema says', (type, event) => {
    const { schema } = OPERATIONAL_DESCRIPTIONS[type];
    expect(check(compileSchema(schema), event.data)).toBeUndefined();
    const known = Object.keys((schema as { properties: object }).properties);
    expect(known).toEqual(expect.arrayContaining(Object.keys(event.data)));
    expect(event).toMatchObject({ tenant: subject.tenant, keepSeconds: 7200 });
    expect(JSON.stringify(event)).not.toContain('secret');
    expect(checkProducerId(event.id)).toMatchObject({ ok: true });
    expect(inFlight(event, ULID)).toMatchObject({ id: event.id, ulid: ULID, type });
  });

  it('of the same occurrence have the same id, of another one another', () => {
    expect(deliveryDead({ ...outcome, at: NOW + 1 })!.id).toBe(deliveryDead(outcome)!.id);
    expect(new Set(EVENTS.map(({ id }) => id)).size).toBe(EVENTS.length - 1);
    expect(EVENTS[0]!.id).toBe(EVENTS[1]!.id);
  });

  it('are not about the delivery of themselves, nor about one that lives', () => {
    const event = { ...outcome.event, type: 'posthorn.delivery.dead' };
    expect(deliveryDead({ ...outcome, event })).toBeUndefined();
    expect(deliveryDead({ ...outcome, status: 'parked' })).toBeUndefined();
    expect(targetRecovered(subject, {}, 'owner', NOW)).toBeUndefined();
  });

  it.each([
    [undefined, 1, false],
    [0, 1, false],
    [1, 2, false],
    [2, 3, true],
  ])('after a delivery of generation %s are of %i', (generation, expected, isTooFar) => {
    const told = targetDisabled(
      { ...subject, generation },
      { at: NOW, reason: 'gone' },
      undefined,
      undefined,
    );
    expect(told.generation).toBe(expected);
    expect(isTooFarFromCause(told)).toBe(isTooFar);
    expect(generationOf(inFlight(told, ULID))).toBe(expected);
  });

  it('count attempts that are no longer kept', () => {
    expect(deliveryDead(outcome)!.data).toMatchObject({ attempts: 5, lastAttempt: { error: 'timeout' } });
  });

  it.each([
    ['https://example.com/hook', 'https://example.com/hook'],
    ['https://me:pw@example.com:8443/a/b?key=1#f', 'https://example.com:8443/a/b'],
  ])('%s is shown as %s', (url, shown) => {
    expect(withoutCredentials(url)).toBe(shown);
  });
});

describe('what an operator is notified of (D6)', () => {
  it.each([
    [disabledAlert(subject, 'gone', NOW), ['410', 'A target is disabled', 'since 2026-11-21T12:00:00.000Z']],
    [disabledAlert(subject, 'failing', undefined), ['enable', 'example.com']],
    [enabledAlert(subject), ['enabled', 'example.com']],
    [deadAlert([outcome]), ['order-17', 'exhausted after 5 attempts, the last with timeout']],
    [lostEventsAlert(subject.tenant, [{ id: 'order-18' }]), ['order-18']],
  ])('%o', ({ subject: line, message }, parts) => {
    expect(line.length).toBeLessThan(100);
    for (const part of [...parts, subject.tenant]) expect(message).toContain(part);
    expect(line + message).not.toContain('secret');
  });

  it.each([
    disabledAlert(subject, 'gone', NOW),
    deadAlert([outcome]),
    deadAlert([{ ...outcome, reason: 'infrastructure' }]),
    lostEventsAlert(subject.tenant, [{ id: 'order-18' }]),
  ])('$subject leads to a heading of the runbook', ({ message }) => {
    const heading = /docs\/runbook\.md, "(.+)"/.exec(message)?.[1];
    expect(RUNBOOK.split('\n')).toContain(`## ${heading}`);
  });

  it('is not what its tenant has made so itself', () => {
    const quiet = DEATH_REASONS.filter((reason) => !isAlarming({ ...outcome, status: 'dead', reason }));
    expect(quiet).toEqual(['subscription_paused', 'target_deleted', 'target_disabled', 'target_unverified']);
  });
});
