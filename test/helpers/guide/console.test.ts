import { describe, expect, it } from 'vitest';
import { readConsolePage } from './console.ts';
import { isShown } from './shown.ts';

const block = (info: string, ...lines: string[]): string => [`\`\`\`${info}`, ...lines, '```'].join('\n');

describe('a page of what is typed and printed', () => {
  it('is read as what its reader does and sees', () => {
    const page = [
      '## A title',
      block('yaml hooks.yaml', 'a: 1'),
      block('sh', 'npm install'),
      block('console', "$ posthorn a --body '{", "  }'", 'one', '$ echo $?', '1', '$ ID=<tgt_…>'),
      block('console listener', '$ posthorn listen', 'Ready'),
      block('console listener', 'more', '^C'),
    ].join('\n\n');
    const typed = { kind: 'typed', isEnded: false, code: 0 };
    expect(readConsolePage(page)).toEqual([
      {
        title: 'A title',
        steps: [
          { kind: 'file', at: 3, name: 'hooks.yaml', text: 'a: 1\n' },
          { ...typed, at: 12, line: "posthorn a --body '{\n  }'", shown: 'one', code: 1 },
          { kind: 'keep', at: 17, name: 'ID', form: 'tgt_…' },
          { ...typed, at: 21, line: 'posthorn listen', shown: 'Ready', shell: 'listener' },
          { kind: 'more', at: 26, shown: 'more', isEnded: true, shell: 'listener' },
        ],
      },
    ]);
  });

  it.each([
    ['a block without a language', block('', 'x'), 'line 1: not a block of'],
    ['a file without a name', block('yaml', 'x'), 'line 1: not a block of'],
    ['what nothing printed', block('console', 'x'), 'line 2: what is printed'],
    ['an open quote', block('console', "$ a '"), 'line 2: a quote without an end'],
    ['a code of nothing', block('console', '$ echo $?', '1'), 'line 2: expected an exit code'],
    ['a code that is none', block('console', '$ a', '$ echo $?', 'x'), 'line 3: expected an exit code'],
  ])('is refused with %s', (_, page, message) => {
    expect(() => readConsolePage(page)).toThrow(message);
  });
});

describe('what is shown', () => {
  it.each([
    ['nothing', '', ''],
    ['the same', 'a\nb', 'a\nb\n'],
    ['text that varies in a line', 'id tgt_… of …', 'id tgt_1 of 2'],
    ['lines that vary', 'a\n…\nd', 'a\nb\nc\nd'],
    ['no lines where some may be', 'a\n…', 'a'],
    ['gaps of any width', 'ID     NAME\ntgt_…  a', 'ID      NAME\ntgt_12     a'],
    ['spaces at the end of a line', 'a', 'a  '],
  ])('agrees with %s', (_, shown, output) => expect(isShown(shown, output)).toBe(true));

  it.each([
    ['another text', 'a.c', 'abc'],
    ['a line more', 'a', 'a\nb'],
    ['a line less', 'a\nb', 'a'],
    ['text that goes on in the next line', 'a…c', 'a\nc'],
    ['a gap where there is none', 'a  b', 'a b'],
    ['lines in another order', 'a\n…\nb\nc', 'a\nc\nb'],
  ])('differs from %s', (_, shown, output) => expect(isShown(shown, output)).toBe(false));
});
