import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMarkdown, tableRows } from '../helpers/markdown.ts';

/** Holds docs/features.md against the tests: each tag in a test's name is a promise, each promise that works has one. */
const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** Groups in the order of the page, and how many promises each has. */
const GROUPS = { K: 8, A: 28, B: 11, C: 11, D: 16, E: 16 };
const IDS = Object.entries(GROUPS).flatMap(([group, count]) =>
  Array.from({ length: count }, (_, i) => `${group}${i + 1}`),
);

interface Promised {
  readonly id: string;
  readonly promise: string;
  readonly links: readonly string[];
  readonly state: string;
}

const rows = tableRows(read('docs/features.md')).map(
  ([id = '', promise = '', documented = '', state = '']): Promised => ({
    id,
    promise,
    links: readMarkdown(documented).links,
    state,
  }),
);

/** What opens like a tag, and what is one: ids in the order of the page, at the end of a name. */
const LIKE_A_TAG = /\(\s*[A-EK]\d{1,2}\b[^)\n]*\).?/g;
const TAG = /^\((\S+(?:, \S+)*)\)['"`]$/;

/** The ids of a tag; nothing if it is not written as tags are. */
function idsOf(text: string): string[] | undefined {
  const ids = TAG.exec(text)?.[1]?.split(', ');
  const places = ids?.map((id) => IDS.indexOf(id)) ?? [];
  const isSorted = places.every((place, i) => place >= 0 && place > (places[i - 1] ?? -1));
  return isSorted ? ids : undefined;
}

const tags = globSync('test/**/*.test.ts', { cwd: root })
  .filter((path) => !path.endsWith('docs/features.test.ts'))
  .flatMap((path) =>
    [...read(path).matchAll(LIKE_A_TAG)].map(([text]) => ({ path, text, ids: idsOf(text) })),
  );
const tagged = new Set(tags.flatMap(({ ids }) => ids ?? []));

describe('docs/features.md', () => {
  it('has a row for each promise, in order', () => expect(rows.map(({ id }) => id)).toEqual(IDS));

  it('says of each whether it works, and of what works in part what is missing', () => {
    const wrong = rows.filter(({ state }) => !/^(works|planned|partly: .+)$/.test(state));
    expect(wrong).toEqual([]);
  });

  it('says where to read of all that can be used, each time by a heading', () => {
    const silent = rows.filter(({ state, links }) => state !== 'planned' && links.length === 0);
    expect(silent).toEqual([]);
    expect(rows.flatMap(({ links }) => links.filter((link) => !link.includes('#')))).toEqual([]);
  });

  it('has a test for each promise that works, and for none that is planned', () => {
    const withState = (state: string) => rows.filter((row) => row.state === state).map(({ id }) => id);
    expect(withState('works').filter((id) => !tagged.has(id))).toEqual([]);
    expect(withState('planned').filter((id) => tagged.has(id))).toEqual([]);
  });
});

describe('the tags of tests', () => {
  it('are promises, in order, at the end of a name', () => {
    expect(tags.filter(({ ids }) => ids === undefined)).toEqual([]);
    expect(tags.length).toBeGreaterThan(200);
  });

  it.each([
    ["(A13)'", ['A13']],
    ['(K2, C9, E8)`', ['K2', 'C9', 'E8']],
    ['(C9, A13)"', undefined],
    ['(A13, A13)"', undefined],
    ['(A13,C9)"', undefined],
    ['(A99)"', undefined],
    ['(A2 to A6)"', undefined],
    ['(A13):', undefined],
  ])('%s: %j', (text, ids) => expect(idsOf(text)).toEqual(ids));
});
