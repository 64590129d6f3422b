import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/**
 * One name for one thing: pages use the words of docs/architecture.md. Older ones are in code alone, where they are
 * stored or sent.
 */
const root = new URL('../../', import.meta.url);
const pages = globSync(['docs/**/*.md', 'CONTRIBUTING.md', 'SECURITY.md'], { cwd: root }).sort();

/** What is written instead, and what to write. */
const OLDER: readonly (readonly [RegExp, string])[] = [
  [/\bwaiting rooms?\b/i, 'hold queue'],
  [/\bguests?\b/i, 'held delivery'],
  [/\bstandings\b|\b(its|of good) standing\b/i, 'endpoint health'],
  [/\b(bury|buries|buried)\b/i, 'dead-letter writer, marked dead'],
  [/\b(news of|is told|are told)\b/i, 'operational event, is notified'],
  [/\b(waits?|waiting) for (company|(its|their) turn)\b/i, 'waits for a batch, for the rate limit'],
  [/\bthe way of an?\b/i, 'how … travels'],
  [/\b(whoever|somebody|nobody|he|him|his)\b/i, 'the role: the caller, the owner, the operator, the worker'],
];

/** What a reader reads: no code, neither in blocks nor in lines, and no addresses of links. */
const proseOf = (markdown: string): string =>
  markdown
    .replace(/^```[^\n]*\n.*?^```$/gms, '')
    .replace(/`[^`]*`/g, '``')
    .replace(/\]\([^)]*\)/g, ']');

const olderIn = (markdown: string): string[] =>
  OLDER.flatMap(([word, instead]) => {
    const found = word.exec(proseOf(markdown));
    return found ? [`"${found[0]}"; write ${instead}`] : [];
  });

it.each(pages)('%s uses the words of the field', (path) => {
  expect(olderIn(readFileSync(new URL(path, root), 'utf8'))).toEqual([]);
});

describe('an older word', () => {
  it.each([
    ['Deliveries wait in the waiting room.', 1],
    ['It is of good standing until somebody says otherwise.', 2],
    ['The key is `standing#<tenant>`, and `guests` counts.', 0],
    ['```js\nbury(guest);\n```\n', 0],
    ['See [hold queues](22-waiting-rooms.md).', 0],
  ])('%j: %i', (text, count) => expect(olderIn(text)).toHaveLength(count));
});
