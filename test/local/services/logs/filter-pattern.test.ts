import { describe, expect, it } from 'vitest';
import { filterOf } from '../../../../local/services/logs/filter-pattern.ts';
import { logLine } from '../../../../local/services/logs/log-line.ts';

/** The examples of AWS's pages on patterns are among the rows. */
const meets = (pattern: string, line: string): boolean => filterOf(pattern)(logLine(line));

describe('filterOf, terms', () => {
  const LINES = [
    '[ERROR 400] BAD REQUEST',
    '[ERROR 401] UNAUTHORIZED REQUEST',
    '[ERROR 419] MISSING ARGUMENTS',
    '[ERROR 420] INVALID ARGUMENTS',
    '[INFO] all is well',
  ];
  const found = (pattern: string): number[] => LINES.flatMap((line, i) => (meets(pattern, line) ? [i] : []));

  it.each<[string, number[]]>([
    ['', [0, 1, 2, 3, 4]],
    ['""', [0, 1, 2, 3, 4]],
    ['ERROR', [0, 1, 2, 3]],
    ['error', []],
    ['ERR', []],
    ['ERROR ARGUMENTS', [2, 3]],
    ['?MISSING ?INVALID', [2, 3]],
    ['?"BAD REQUEST" ?well', [0, 4]],
    ['ERROR -ARGUMENTS', [0, 1]],
    ['-ERROR', [4]],
    ['"BAD REQUEST"', [0]],
    ['"[ERROR 4"', []],
    ['%ERROR 4[01]1%', [1]],
    ['%AUTHORIZED%', [1]],
    ['AUTHORIZED', []],
  ])('%s', (pattern, expected) => {
    expect(found(pattern)).toEqual(expected);
  });

  it.each([
    ['?ERROR WARN', 'expected ? before each term or before none'],
    ['ERROR,WARN', 'expected quotes around ERROR,WARN'],
    ['"open', 'nothing known begins at'],
    ['%(a|b)%', 'regular expression'],
    ['x'.repeat(1025), 'over 1024 characters'],
  ])('refuses %s', (pattern, message) => {
    expect(() => filterOf(pattern)).toThrow(message);
  });
});

describe('filterOf, JSON', () => {
  const LINE = JSON.stringify({
    eventType: 'UpdateTrail',
    sourceIPAddress: '111.111.111.111',
    arrayKey: ['value', 'another value'],
    objectList: [{ name: 'a', id: 1 }, { id: 2 }],
    SomeObject: null,
    isOn: true,
    latency: 51,
    'with-dash': 1e-3,
  });

  it.each<[string, boolean]>([
    ['{ $.eventType = "UpdateTrail" }', true],
    ['{ $.eventType = UpdateTrail }', true],
    ['{$.eventType!="UpdateTrail"}', false],
    ['{ $.eventType = "Update*" }', true],
    ['{ $.eventType = %[Tt]rail$% }', true],
    ['{ $.sourceIPAddress != 123.123.* }', true],
    ['{ $.sourceIPAddress = 111.111.* }', true],
    ['{ $.arrayKey[0] = "value" }', true],
    ['{ $.arrayKey[1] = "value" }', false],
    ['{ $.objectList[1].id = 2 }', true],
    ['{ $.SomeObject IS NULL }', true],
    ['{ $.isOn IS TRUE }', true],
    ['{ $.isOn IS FALSE }', false],
    ['{ $.SomeOtherObject NOT EXISTS }', true],
    ['{ $.isOn NOT EXISTS }', false],
    ['{ $.latency > 50 && $.latency <= 51 }', true],
    ['{ $.latency < 5e1 }', false],
    ['{ $.with-dash = 1e-3 }', true],
    ['{ $.latency = * }', true],
    ['{ $.missing = * }', false],
    ['{ ($.latency = 1 || $.latency = 51) && $.eventType = "U*" }', true],
    ['{ $.latency = 51 || $.latency = 1 && $.eventType = "x" }', true],
  ])('%s', (pattern, expected) => {
    expect(meets(pattern, LINE)).toBe(expected);
  });

  it('meets no line that is not JSON', () => {
    expect(meets('{ $.a NOT EXISTS }', 'a plain line')).toBe(false);
  });

  it.each([
    '{ $.a }',
    '{ $.a = }',
    '{ $.a > "x" }',
    '{ $.a = 1',
    '{ a = 1 }',
    '{ $.a = 1 } x',
    '{ $.a = %(x)% }',
  ])('refuses %s', (pattern) => {
    expect(() => filterOf(pattern)).toThrow();
  });
});

describe('filterOf, columns', () => {
  const LINE = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';

  it.each<[string, boolean]>([
    ['[ip, server, username, timestamp, request, status_code, bytes]', true],
    ['[ip, server, username]', false],
    ['[ip, server, username, timestamp, request, status_code = 4*, bytes > 1000]', true],
    ['[ip, server, username, timestamp, request, status_code = 4*, bytes > 2000]', false],
    ['[..., status_code = 404, bytes]', true],
    ['[ip, ..., bytes = 1534]', true],
    ['[ip = 127.0.0.1, ...]', true],
    ['[ip != 127.0.0.1, ...]', false],
    ['[..., request = *html*, status_code = 404 || status_code = 410, bytes]', true],
    ['[..., status_code >= 500 && status_code < 600, bytes]', false],
    ['[ip = %^127%, ...]', true],
  ])('%s', (pattern, expected) => {
    expect(meets(pattern, LINE)).toBe(expected);
  });

  it.each(['[a, b', '[..., a, ...]', '[a > x]', '[a = 1 && a = 2 || a = 3]', '[a-b]'])(
    'refuses %s',
    (pattern) => {
      expect(() => filterOf(pattern)).toThrow(/filter pattern/);
    },
  );
});
