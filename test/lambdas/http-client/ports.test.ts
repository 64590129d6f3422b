import { expect, it } from 'vitest';
import {
  ANY_PORT,
  defaultPorts,
  portOf,
  portProblem,
  portRangesOf,
} from '../../../lambdas/http-client/ports.ts';

it.each<[string, ReturnType<typeof portRangesOf>]>([
  ['443', [{ from: 443, to: 443 }]],
  ['1024-65535', [{ from: 1024, to: 65_535 }]],
  [
    '80 443-444',
    [
      { from: 80, to: 80 },
      { from: 443, to: 444 },
    ],
  ],
  ['5-5', [{ from: 5, to: 5 }]],
  ['', undefined],
  ['0', undefined],
  ['0-10', undefined],
  ['65536', undefined],
  ['2-1', undefined],
  ['1-', undefined],
  ['-1', undefined],
  ['1-2-3', undefined],
  ['443,80', undefined],
  ['443  80', undefined],
  ['https', undefined],
])('%j', (text, expected) => expect(portRangesOf(text)).toEqual(expected));

it.each<[string, number]>([
  ['https://a/', 443],
  ['http://a/', 80],
  ['https://a:80/', 80],
  ['http://a:443/', 443],
  ['https://a:0/', 0],
])('%s leads to %i', (url, port) => expect(portOf(new URL(url))).toBe(port));

it.each<[number, boolean, boolean]>([
  [443, true, true],
  [80, false, true],
  [1024, true, true],
  [65_535, true, true],
  [1023, false, false],
  [25, false, false],
  [0, false, false],
])('%i is one of the defaults: %s, with http %s', (port, https, http) => {
  expect(portProblem(port, portRangesOf(defaultPorts(false))!) === undefined).toBe(https);
  expect(portProblem(port, portRangesOf(defaultPorts(true))!) === undefined).toBe(http);
  expect(portProblem(port, ANY_PORT) === undefined).toBe(port > 0);
});
