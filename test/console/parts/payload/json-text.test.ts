import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonText, lineOf, readJson } from '../../../../console/parts/payload/json-text.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('readJson', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 2, '\t'), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), null, indent);
        const read = readJson(text);
        expect(read.isValid && JSON.stringify(read.value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test('refuses what JSON.parse refuses, and nothing else', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '\\',
      '1',
      '-',
      '0',
      '.5',
      'e3',
      'true',
      'nul',
      ' ',
      '\n',
      'x',
      '\u0001',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        expect([text, readJson(text).isValid]).toEqual([text, isJson(text)]);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', '\\'), (json, at, put) => {
        const place = at % (json.length + 1);
        const text = json.slice(0, place) + put + json.slice(place + 1);
        expect([text, readJson(text).isValid]).toEqual([text, isJson(text)]);
      }),
    );
  });

  test.each([
    ['', 1, 1, 'expected a value, got the end'],
    ['{\n  "events": ["a"]\n  "where": {}\n}', 3, 3, 'expected a comma or }, got "where": {}'],
    ['{\n  "events": ["a",]\n}', 2, 18, 'expected a value, got ]'],
    ['{\n  events: []\n}', 2, 3, 'expected a name in double quotes, got events: []'],
    ['{"a": "b\n"}', 1, 9, 'expected the text to end with ", got the end of the line'],
    ['[1] x', 1, 5, 'expected nothing after the end, got x'],
    ['["\\x"]', 1, 3, 'expected an escape such as \\n, \\" or \\u00e4, got \\x"]'],
  ])('says of %j where it breaks', (text, line, column, message) => {
    expect(readJson(text)).toEqual({ isValid: false, error: { line, column, message } });
  });

  test('a text that nests ten thousand levels is refused, and breaks nothing', () => {
    expect(readJson('['.repeat(10_000))).toMatchObject({
      error: { message: expect.stringMatching('nested too deeply') },
    });
  });

  test('the line of a part, or of what is around it', () => {
    const text = jsonText({ events: ['a'], where: { data: { level: ['ERROR', { prefix: 'x' }] } } });
    const read = readJson(text);
    const lines = read.isValid ? read.lines : new Map();
    const textAt = (path: string) => text.split('\n')[lineOf(lines, path)! - 1]?.trim();
    expect(textAt('events')).toBe('"events": [');
    expect(textAt('events[0]')).toBe('"a"');
    expect(textAt('where.data.level')).toBe('"level": [');
    expect(textAt('where.data.level[1].prefix')).toBe('"prefix": "x"');
    expect(textAt('where.data.user.plan')).toBe('"data": {');
    expect(lineOf(lines, 'during')).toBeUndefined();
  });
});
