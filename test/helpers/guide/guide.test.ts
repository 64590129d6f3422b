import { describe, expect, it } from 'vitest';
import { wordsOf } from './curl.ts';
import { readGuide } from './guide.ts';
import { differences } from './shown.ts';

const block = (language: string, ...lines: string[]): string =>
  [`\`\`\`${language}`, ...lines, '```'].join('\n');

describe('a guide', () => {
  it('is read as what its reader does and sees', () => {
    const page = [
      '## A title',
      block('sh', "ONE='a b'", 'curl "$API/a" \\', "  -d '{", "  }'"),
      '`201 Created`',
      block('json', '{"id": "x"}'),
      block('sh', 'ID=<id>', 'curl -i "$API/$ID"'),
      block('http', 'HTTP/1.1 200 OK', 'etag: "1"', '', 'body', '', 'and more'),
      block('http', 'POST /hook HTTP/1.1', 'a: b'),
    ].join('\n\n');
    const command = (at: number, line: string, shown: object) => ({ kind: 'command', at, line, shown });
    expect(readGuide(page)).toEqual([
      {
        title: 'A title',
        steps: [
          { kind: 'set', at: 4, name: 'ONE', value: "'a b'" },
          command(5, 'curl "$API/a" \\\n  -d \'{\n  }\'', { status: 201, headers: [], body: '{"id": "x"}' }),
          { kind: 'keep', at: 17, name: 'ID', path: 'id' },
          command(18, 'curl -i "$API/$ID"', {
            status: 200,
            headers: [['etag', '"1"']],
            body: 'body\n\nand more',
          }),
          { kind: 'arrival', at: 30, shown: { path: '/hook', headers: [['a', 'b']], body: undefined } },
        ],
      },
    ]);
  });

  it.each([
    ['a language that can not be run', block('js', 'fetch()'), 'line 1: not a block of'],
    ['a block without a language', block('', 'curl x'), 'line 1: not a block of'],
    ['an answer without a status', `${block('sh', 'curl x')}\n${block('json', '{}')}`, 'line 4: no status'],
    ['an answer to nothing', `\`200 OK\`\n\n${block('json', '{}')}`, 'line 1: an answer, but not to'],
    ['a status with other words', `${block('sh', 'curl x')}\n\`200 Created\``, 'line 4: expected a status'],
    ['an open quote', block('sh', "curl '"), 'line 2: a quote without an end'],
    ['an open block', '```sh\ncurl x', 'line 1: a block of code without an end'],
    ['an indented block', '- a\n  ```sh\n  curl x\n  ```', 'line 2: a block of code that is indented'],
    ['a line of curl elsewhere', '    curl "$API"', 'line 1: a line of curl outside'],
  ])('is refused with %s', (_, page, message) => {
    expect(() => readGuide(page)).toThrow(message);
  });
});

describe('what is shown', () => {
  it.each<[string, unknown, unknown]>([
    ['the same', { a: [1, 'b', null] }, { a: [1, 'b', null] }],
    ['text that varies', 'tgt_… and …', 'tgt_1 and 2'],
    ['any value', { a: '…', b: '…' }, { a: 1, b: { c: 2 } }],
    ['further members', { a: 1, '…': '…' }, { a: 1, b: 2 }],
    ['further items', [1, '…'], [1, 2, 3]],
  ])('agrees with %s', (_, shown, value) => {
    expect(differences(shown, value)).toEqual([]);
  });

  it.each<[string, unknown, unknown, string]>([
    ['another value', { a: { b: 1 } }, { a: { b: 2 } }, 'a.b: shown as 1, is 2'],
    ['another text', { a: 'tgt_…' }, { a: 'flt_1' }, 'a: shown as "tgt_…", is "flt_1"'],
    ['characters of a pattern', 'a.c', 'abc', ': shown as "a.c", is "abc"'],
    ['another type', { a: '1' }, { a: 1 }, 'a: shown as "1", is 1'],
    ['a member more', { a: 1 }, { a: 1, b: 2 }, 'b: not shown, is 2'],
    ['a member less', { a: 1, '…': '…' }, {}, 'a: shown, is not there'],
    ['an item more', [1], [1, 2], ': shown with 1 items, has 2: [1,2]'],
    ['an item less', [1, 2, '…'], [1], ': shown with 2 items, has 1: [1]'],
    ['null for an object', { a: {} }, { a: null }, 'a: shown as {}, is null'],
  ])('differs from %s', (_, shown, value, difference) => {
    expect(differences(shown, value)).toEqual([difference]);
  });
});

describe('words of a line', () => {
  const variables = new Map([['ID', 'tgt_1']]);

  it('are taken as a shell takes them', () => {
    expect(wordsOf(`curl "$ID/a?b" '{"id": "'$ID'", "c": "$ID"}' \\\n  -i`, variables)).toEqual([
      'curl',
      'tgt_1/a?b',
      '{"id": "tgt_1", "c": "$ID"}',
      '-i',
    ]);
  });

  it.each([
    ['a pipe', 'curl x | jq .'],
    ['a redirect', 'curl x > file'],
    ['a pattern of files', 'curl x?a=b'],
    ['a comment', 'curl x # a comment'],
  ])('need a shell for %s', (_, line) => {
    expect(() => wordsOf(line, variables)).toThrow('no shell here');
  });

  it('name no variable that was not set', () => {
    expect(() => wordsOf('curl $API', variables)).toThrow('no variable $API');
  });
});
