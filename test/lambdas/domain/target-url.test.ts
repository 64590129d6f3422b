import { expect, it } from 'vitest';
import { targetUrlProblem } from '../../../lambdas/domain/target-url.ts';

it.each([
  ['https://example.com/hook?x=1', true, true],
  ['http://localhost:9000/hook', false, true],
  ['ftp://example.com', false, false],
  ['javascript:alert(1)', false, false],
  ['https://user:pass@example.com/', false, false],
  ['https://example.com/#here', false, false],
  ['example.com', false, false],
  ['https://example.com/a b', false, false],
  [' https://example.com', false, false],
  ['https://example.com/\r\nX-Evil: 1', false, false],
  ['https:\\\\example.com', false, false],
  ['', false, false],
  [`https://example.com/${'x'.repeat(2048)}`, false, false],
])('%.60s (D1)', (url, inProduction, inDevelopment) => {
  expect(targetUrlProblem(url, { http: false, privateAddresses: false }) === undefined).toBe(inProduction);
  expect(targetUrlProblem(url, { http: true, privateAddresses: true }) === undefined).toBe(inDevelopment);
});
