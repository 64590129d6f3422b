import { expect, test } from 'vitest';
import {
  problemText,
  requestLine,
  shownBody,
} from '../../../../console/pages/endpoints/transform/outcome-words.ts';

const MADE = { contentType: 'application/json', bytes: 9 };

test('a request is said by method and URL, or by what a kind gets to make its own of', () => {
  expect(requestLine({ ...MADE, method: 'PUT', url: 'https://example.com/a' })).toBe(
    'PUT https://example.com/a',
  );
  expect(requestLine(MADE)).toBe('9 bytes of application/json');
});

test('a body of JSON is laid out, any other text is as it is, and bytes are counted', () => {
  expect(shownBody({ ...MADE, body: '{"a":1}' })).toBe('{\n  "a": 1\n}');
  expect(shownBody({ ...MADE, body: 'a=1' })).toBe('a=1');
  expect(shownBody(MADE)).toBe('9 bytes that are no text');
});

test('a problem names its place once', () => {
  expect(problemText({ message: 'unknown function', position: 4 })).toBe('unknown function (character 4)');
  expect(problemText({ message: 'no end (at character 4)', position: 4 })).toBe('no end (at character 4)');
  expect(problemText({ message: 'too deep' })).toBe('too deep');
});
