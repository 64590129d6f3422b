import { describe, expect, it } from 'vitest';
import type { EndpointHealth } from '../../../lambdas/endpoint-health/health.ts';
import { createHealthNotifier } from '../../../lambdas/notifications/health-notifications.ts';
import type { Target } from '../../../lambdas/targets/target.ts';
import { inMemoryNotifier } from '../../builders/notifications.ts';
import { printedBy } from '../../helpers/printed.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const target = { id: 'tgt_1', url: 'https://example.com/hook' } as Target;
const ref = { tenant: 't', target: 'tgt_1' };
const sighting = {
  attempts: [
    { at: NOW - 20, ms: 5, status: 410 },
    { at: NOW - 10, ms: 5, status: 500 },
  ],
  keepSeconds: 7200,
  generation: 0,
};

const known: EndpointHealth = { failed: 3, ok: 0, countedSince: NOW - 1000 };
const open: EndpointHealth = { ...known, open: { since: NOW - 500, probes: 2 } };
const disabled: EndpointHealth = { ...known, disabled: { at: NOW, reason: 'gone' }, failingSince: NOW - 900 };
const RECOVERED = 'posthorn.target.recovered';
const DISABLED = 'posthorn.target.disabled';

describe('what becomes of a target’s health', () => {
  it.each([
    ['is first known', undefined, known, [], {}],
    ['stays as it was', known, known, [], {}],
    ['opens the breaker', known, open, [], { BreakerOpened: 1 }],
    ['keeps the breaker open', open, open, [], {}],
    ['closes the breaker', open, known, [RECOVERED], { BreakerClosed: 1 }],
    ['closes it when nothing is known any more', open, undefined, [RECOVERED], { BreakerClosed: 1 }],
    ['disables the target', known, disabled, [DISABLED], { TargetsDisabled: 1 }],
    ['disables a target whose breaker is open', open, disabled, [DISABLED], { TargetsDisabled: 1 }],
    ['leaves it disabled', disabled, disabled, [], {}],
  ] as const)('%s', async (_, before, after, types, metrics) => {
    const { notifier, events, alerts } = inMemoryNotifier();
    const notifyOfHealth = createHealthNotifier(notifier, () => NOW);
    const printed = await printedBy(() => notifyOfHealth(ref, target, before, after, sighting));
    expect(events.map(({ type }) => type)).toEqual(types);
    expect(alerts).toHaveLength(types.filter((type) => type === DISABLED).length);
    expect(printed.metrics).toEqual(metrics);
  });

  it('is explained by the answer that disabled the target, not by the last one', async () => {
    const { notifier, events, alerts } = inMemoryNotifier();
    await printedBy(() => createHealthNotifier(notifier, () => NOW)(ref, target, known, disabled, sighting));
    expect(events).toMatchObject([
      {
        tenant: 't',
        keepSeconds: 7200,
        generation: 1,
        data: { reason: 'gone', lastAttempt: { statusCode: 410 } },
      },
    ]);
    expect(alerts[0]!.subject).toBe('Posthorn: target tgt_1 is disabled (gone)');
  });

  it('is noted even when its tenant cannot be notified', async () => {
    const { notifier } = inMemoryNotifier();
    const failing = { ...notifier, notifyTenant: () => Promise.reject(new Error('not sent')) };
    const notifyOfHealth = createHealthNotifier(failing, () => NOW);
    const { result, warnings } = await printedBy(() =>
      notifyOfHealth(ref, target, known, disabled, sighting),
    );
    expect(result).toBeUndefined();
    expect(warnings).toMatchObject([{ message: 'tenant not notified', target: 'tgt_1' }]);
  });
});
