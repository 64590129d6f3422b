import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordsIn } from '../../../cli/publish/read-records.ts';

async function* inPieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string | Uint8Array, size = 7) {
  const { isArray, records } = await recordsIn(inPieces(Buffer.from(text), size));
  const all = [];
  for await (const record of records) all.push(record);
  return { isArray, all };
}

describe('events in lines (A20)', () => {
  it.each([
    ['{"a":1}\n{"a":2}\n', ['1 1 {"a":1}', '2 2 {"a":2}']],
    ['{"a":1}\r\n\r\n  {"a":2}', ['1 1 {"a":1}', '2 3 {"a":2}']],
    ['\ufeff{"a":1}\n', ['1 1 {"a":1}']],
    ['{"a":"\u2028\u0085"}\n{}', ['1 1 {"a":"\u2028\u0085"}', '2 2 {}']],
    ['\n\n[1]\n', []],
    ['', []],
    ['{}', ['1 1 {}']],
    ['1', ['1 1 1']],
  ])('%j', async (text, expected) => {
    const { isArray, all } = await read(text);
    if (isArray) expect(text.trim()).toMatch(/^\[/);
    else
      expect(all.map((one) => `${one.event} ${one.line} ${'text' in one ? one.text : one.problem}`)).toEqual(
        expected,
      );
  });

  it('a line that is none concerns that line alone', async () => {
    const { all } = await read(
      Buffer.concat([Buffer.from('{}\n{"a":\n{"x":"'), Buffer.from([0xff]), Buffer.from('"}\n{}')]),
    );
    expect(all).toEqual([
      { event: 1, line: 1, text: '{}' },
      { event: 2, line: 2, problem: expect.stringContaining('expected JSON in each line') },
      { event: 3, line: 3, problem: 'expected UTF-8' },
      { event: 4, line: 4, text: '{}' },
    ]);
  });
});

describe('events in an array (A20)', () => {
  it('are sliced as they are written, with the lines in which they begin', async () => {
    const text =
      '\ufeff [\n {"n": 19.90,\n  "x": ["]", {"y": "\\"},{"}]}\n,\n\n  12345678901234567890 , "a,b" ]\n';
    expect(await read(text)).toEqual({
      isArray: true,
      all: [
        { event: 1, line: 2, text: '{"n": 19.90,\n  "x": ["]", {"y": "\\"},{"}]}' },
        { event: 2, line: 6, text: '12345678901234567890' },
        { event: 3, line: 6, text: '"a,b"' },
      ],
    });
    expect((await read('[]')).all).toEqual([]);
  });

  it('may be long, and full of escapes', async () => {
    const values = ['\\'.repeat(1_000_000), 'é"\\'.repeat(1_000_000), 'x'.repeat(3_000_000)];
    const { all } = await read(JSON.stringify(values), 65_536);
    expect(all.map((one) => 'text' in one && JSON.parse(one.text))).toEqual(values);
  });

  it.each(['[{}', '[{},]', '[{}] {}'])('%s is refused as a whole', (text) =>
    expect(read(text)).rejects.toThrow('expected an array of JSON'),
  );
});

it('any values come back, however they are written and cut (A20)', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue()),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(undefined, 2),
      async (values, size, indent) => {
        const array = await read(JSON.stringify(values, undefined, indent), size);
        expect(array.all.map((one) => 'text' in one && JSON.parse(one.text))).toEqual(
          JSON.parse(JSON.stringify(values)),
        );
        // A line that begins with a bracket is the beginning of an array.
        const objects = values.map((value) => ({ value }));
        const lines = await read(objects.map((one) => JSON.stringify(one)).join('\n'), size);
        expect(lines.all.map((one) => 'text' in one && JSON.parse(one.text))).toEqual(
          JSON.parse(JSON.stringify(objects)),
        );
      },
    ),
  ));
