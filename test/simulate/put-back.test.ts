import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { applyPutBack, PUT_BACK, type PutBack, putBackNamed } from '../../simulate/faults/put-back.ts';

const sourceOf = (file: string): Promise<string> =>
  readFile(new URL(`../../lambdas/${file}`, import.meta.url), 'utf8');

const filesOf = ({ edits }: PutBack): string[] => [...new Set(edits.map(({ file }) => file))];

describe.each(PUT_BACK)('$name', (putBack) => {
  it.each(filesOf(putBack))('changes %s, which is still a program', async (file) => {
    const source = await sourceOf(file);
    const changed = applyPutBack(putBack, file, source);
    expect(changed).not.toBe(source);
    const { code, warnings } = await transform(changed, { loader: 'ts', format: 'esm' });
    expect(code).not.toBe((await transform(source, { loader: 'ts', format: 'esm' })).code);
    expect(warnings).toEqual([]);
  });

  it('says what goes wrong in one sentence', () => {
    expect(putBack.says).toMatch(/^[A-Z][^.]+\.$/);
  });
});

it('faults have names of their own', () => {
  expect(new Set(PUT_BACK.map(({ name }) => name)).size).toBe(PUT_BACK.length);
});

it('a fault is found by its name', () => {
  for (const putBack of PUT_BACK) expect(putBackNamed(putBack.name)).toBe(putBack);
  expect(() => putBackNamed('none')).toThrow(
    /^--put-back FAULT: expected one of those below, got none\n {2}/,
  );
});

const SAMPLE: PutBack = {
  name: 'sample',
  says: 'It counts by two.',
  edits: [
    { file: 'a.ts', find: 'n + 1', replace: 'n + 2' },
    { file: 'a.ts', find: 'from(0)', replace: 'from(1)' },
  ],
};

it.each([
  ['all edits of a file are made', 'a.ts', 'from(0); n + 1', 'from(1); n + 2'],
  ['other files stay as they are', 'b.ts', 'from(0); n + 1', 'from(0); n + 1'],
])('%s', (_, file, source, changed) => {
  expect(applyPutBack(SAMPLE, file, source)).toBe(changed);
});

it.each([
  ['not there', 'from(0); n - 1', 'found it 0 times'],
  ['there twice', 'from(0); n + 1; n + 1', 'found it 2 times'],
])('a text that is %s is an error', (_, source, problem) => {
  expect(() => applyPutBack(SAMPLE, 'a.ts', source)).toThrow(problem);
});
