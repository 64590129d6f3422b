import { expect, it } from 'vitest';
import { type EndpointHealth, UNKNOWN } from '../../../lambdas/endpoint-health/health.ts';
import { changeBetween } from '../../../lambdas/endpoint-health/health-change.ts';

const AT = 5;
const WELL: EndpointHealth = UNKNOWN;
const OPEN: EndpointHealth = { ...UNKNOWN, open: { since: 1, probes: 0 } };
const GONE: EndpointHealth = { ...UNKNOWN, disabled: { at: 1, reason: 'gone' } };

it.each<[string, EndpointHealth | undefined, EndpointHealth | undefined, object | undefined]>([
  ['opens its breaker', WELL, OPEN, { state: 'open', at: AT }],
  ['opens it with the first that is known', undefined, OPEN, { state: 'open', at: AT }],
  ['closes it', OPEN, WELL, { state: 'recovered', at: AT }],
  ['is disabled', OPEN, GONE, { state: 'disabled', reason: 'gone', at: AT }],
  ['stays open', OPEN, { ...OPEN, failed: 9 }, undefined],
  ['stays disabled', GONE, { ...GONE, failed: 9 }, undefined],
  ['stays well', WELL, { ...WELL, ok: 1 }, undefined],
  ['was deleted', OPEN, undefined, undefined],
])('a target that %s', (_, before, after, expected) => {
  expect(changeBetween(before, after, AT)).toEqual(expected);
});
