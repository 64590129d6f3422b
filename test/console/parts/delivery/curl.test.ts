import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { curlOf } from '../../../../console/parts/delivery/curl.ts';
import type { Request } from '../../../../console/parts/delivery/types.ts';
import { readBytes } from '../../../../console/parts/payload/read-bytes.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const request = (more: Partial<Request> = {}): Request => ({
  method: 'POST',
  url: 'https://example.com/hook',
  headers: { host: 'example.com', 'content-type': 'application/json', 'content-length': '2', 'x-empty': '' },
  signature: { scheme: 'standard', keyIds: ['5f1e0c3a'] },
  protocol: 'HTTP/1.1',
  times: {},
  ...more,
});

/** What a shell makes of a command: its words, as curl would get them. */
function wordsOf(command: string): string[] {
  const script = `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }\n${command}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

test('a request is a command, without the headers that curl makes itself', () => {
  const { text, notes, file } = curlOf(request(), bytes('{}'), 'evt_1');
  expect(text).toBe(
    [
      "curl -i -X POST 'https://example.com/hook' \\",
      "  -H 'content-type: application/json' \\",
      "  -H 'x-empty;' \\",
      "  --data-raw '{}'",
    ].join('\n'),
  );
  expect(file).toBeUndefined();
  expect(notes).toHaveLength(1);
});

test('a shell reads any text back as it was', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((each) => readBytes(bytes(each)).text === each);
  fc.assert(
    fc.property(text, text, (value, body) => {
      const words = wordsOf(curlOf(request({ headers: { 'x-note': `a${value}` } }), bytes(body), 'e').text);
      expect(words).toContain(`x-note: a${value}`);
      expect(words.at(-1)).toBe(body);
    }),
    { numRuns: 30 },
  );
});

test.each([
  ['binary', new Uint8Array([0, 255, 1]), 'evt_a_b.bin', /binary data/],
  ['long', bytes('x'.repeat(70_000)), 'evt_a_b.txt', /too long/],
  // In a terminal that does not know of pasting, DEL takes away the quote before it.
  ['hostile', bytes("x\u007f\u007f; echo owned #'"), 'evt_a_b.txt', /not safe to paste/],
  ['C1', bytes('x\u009b31m'), 'evt_a_b.txt', /not safe to paste/],
])('a %s payload is read from a file, which it says', (_, body, file, note) => {
  const curl = curlOf(request(), body, 'evt/a b');
  expect(curl.file).toBe(file);
  expect(curl.text).toContain(`--data-binary '@${file}'`);
  expect(curl.notes[0]).toMatch(note);
});

test('it says what is hidden, and what a batch is not', () => {
  const { notes } = curlOf(
    request({
      url: 'https://example.com/hook?[hidden]',
      headers: { 'x-team': '[hidden]' },
      batch: { id: 'bat_1', events: 5 },
    }),
    bytes('{}'),
    'evt_1',
  );
  expect(notes.join('\n')).toMatch(/hidden from you: x-team/);
  expect(notes.join('\n')).toMatch(/query of the URL/);
  expect(notes.join('\n')).toMatch(/5 events as one JSON array/);
});
