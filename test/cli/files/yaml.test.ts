import { describe, expect, it } from 'vitest';
import { problemText } from '../../../cli/files/problem.ts';
import { parseYaml } from '../../../cli/files/yaml.ts';

const parsed = (text: string) => parseYaml({ name: 'a.yaml', text });
const problems = (text: string) => parsed(text).problems.map(problemText);

describe('YAML and JSON', () => {
  it('is read with the lines of its values', () => {
    const { sources } = parsed('a: 1\nb:\n  - x\n  - { y: 2 }\n---\nc: 3\n');
    expect(sources.map(({ value }) => value)).toEqual([{ a: 1, b: ['x', { y: 2 }] }, { c: 3 }]);
    const [first, second] = sources;
    expect([['a'], ['b'], ['b', 0], ['b', 1, 'y'], ['b', 1, 'none'], ['none']].map(first!.lineOf)).toEqual([
      1, 2, 3, 4, 4, 1,
    ]);
    expect(second!.lineOf(['c'])).toBe(6);
  });

  it.each([
    ['{\n\t"a": [\n\t\t"x\\ty"\n\t]\n}\n', { a: ['x\ty'] }],
    ['base: &base { x: 1 }\nother: { <<: *base, y: 2 }', { base: { x: 1 }, other: { x: 1, y: 2 } }],
    ['a: on\nb: 2026-11-28\nc: 012', { a: 'on', b: '2026-11-28', c: 12 }],
  ])('%j is %j', (text, value) => {
    expect(parsed(text).sources[0]!.value).toEqual(value);
  });

  it('of nothing is nothing', () => {
    expect(parsed('# a comment\n---\n')).toEqual({ sources: [], problems: [] });
  });

  it.each([
    ['a: 1\nb: [', /^a\.yaml:2: /],
    ['a: 1\nb: 2\na: 3', /^a\.yaml:3: expected each name once, got "a" again$/],
    ['a:\n  - b: 1\n    b: 2', /^a\.yaml:3: /],
    ['a: !include other.yaml', /^a\.yaml:1: Unresolved tag/],
    ['a: *none', /^a\.yaml: Unresolved alias/],
  ])('%j is refused with its line', (text, problem) => {
    expect(problems(text)).toEqual([expect.stringMatching(problem)]);
  });
});

describe('what a stranger has written costs little', () => {
  /** Each line stands for ten of the one before: a gigabyte. */
  const bomb = Array.from({ length: 9 }, (_, n) =>
    n === 0
      ? 'a0: &a0 [x]'
      : `a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
  ).join('\n');

  it.each([
    ['aliases of aliases', bomb, /alias/i],
    ['10,000 lists in each other', '['.repeat(10_000) + ']'.repeat(10_000), /at most 64 levels/],
    ['100 maps in each other', `${'{a: '.repeat(100)}1${'}'.repeat(100)}`, /at most 64 levels/],
    ['a name 50,000 times', 'a: 1\n'.repeat(50_000), /each name once/],
  ])('%s', (_, text, problem) => {
    const begun = performance.now();
    expect(problems(text)[0]).toMatch(problem);
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('50,000 different names', () => {
    const text = Array.from({ length: 50_000 }, (_, n) => `a${n}: 1`).join('\n');
    const begun = performance.now();
    expect(Object.keys(parsed(text).sources[0]!.value as object)).toHaveLength(50_000);
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});
