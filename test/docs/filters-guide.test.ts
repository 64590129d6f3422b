import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filters } from '../../lambdas/api/condition-schemas.ts';
import { filterSettings } from '../../lambdas/api/filters.ts';
import { checked } from '../../lambdas/manage/request.ts';
import { mismatchView } from '../../lambdas/manage/views.ts';
import { explainMismatch } from '../../lambdas/matching/filters/explain.ts';
import { conditionOf } from '../../lambdas/matching/filters/short-form.ts';
import { ENGINES } from '../../lambdas/matching/index/all-engines.ts';
import type { FilterParts } from '../../lambdas/matching/language/filter.ts';

/**
 * Runs docs/filters.md. What a block of code is stands behind its language, where readers don't see it: a `filter`,
 * events that `matches` or `does-not-match` the filter above, the `reason` of the last event above that does not, an
 * `event` for the table of queries below, a `short-form` and the `where` that it stands for.
 */
const page = readFileSync(new URL('../../docs/filters.md', import.meta.url), 'utf8');

interface Block {
  readonly kind: string;
  readonly text: string;
  readonly title: string;
  /** Of the page, the fence's. */
  readonly line: number;
}

function blocksOf(markdown: string): Block[] {
  const lines = markdown.split('\n');
  const blocks: Block[] = [];
  let title = '';
  for (let at = 0; at < lines.length; at++) {
    title = /^#+ (.*)/.exec(lines[at]!)?.[1] ?? title;
    const info = /^```(.*)/.exec(lines[at]!)?.[1];
    if (info === undefined) continue;
    const end = lines.indexOf('```', at + 1);
    const text = lines.slice(at + 1, end).join('\n');
    blocks.push({ kind: info.split(' ')[1] ?? '', text, title, line: at + 1 });
    at = end;
  }
  return blocks;
}

/** The rows of the table below a heading whose first column has this name, their cells without the table's padding. */
function rowsOf(firstColumn: string): string[][] {
  const lines = page.split('\n');
  const head = lines.findIndex((line) => line.startsWith(`| ${firstColumn} `));
  const end = lines.indexOf('', head);
  return lines
    .slice(head + 2, end)
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\||\|$/g, '').trim()));
}

const codeIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

/** Any time will do for a filter that asks for none. */
const SOME_TIME = '2026-11-23T12:00:00Z';

const mismatchOf = (filter: FilterParts, { at, ...event }: { type: string; at?: string }) => {
  if (filter.during && at === undefined) throw new Error('expected the event to say when it is accepted');
  const envelope = { priority: 'normal', ...event, at: Date.parse(at ?? SOME_TIME) };
  const mismatch = explainMismatch(filter, envelope, ENGINES);
  return mismatch && mismatchView(mismatch).message;
};

const filterOf = (text: string): FilterParts => checked(filterSettings, JSON.parse(text));

function refusalOf(written: object): { field?: string; message: string } | undefined {
  try {
    checked(filterSettings, written);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

interface Example {
  readonly name: string;
  readonly filter: string;
  readonly event: { type: string };
  readonly isMatch: boolean;
  reason?: string;
}

const blocks = blocksOf(page);

const examples: Example[] = [];
let filter = '';
for (const { kind, text, title, line } of blocks) {
  if (kind === 'filter') filter = text;
  if (kind === 'reason') examples.at(-1)!.reason = text;
  if (kind !== 'matches' && kind !== 'does-not-match') continue;
  for (const event of [JSON.parse(text)].flat()) {
    examples.push({ name: `${title}, line ${line}`, filter, event, isMatch: kind === 'matches' });
  }
}

describe('docs/filters.md (A2, A3, A4, A5, A6)', () => {
  it('has the three filters by which others are measured, each with an event that matches and one that does not', () => {
    for (const title of [
      'ERROR from payment services, only during business hours',
      'Response time over 2 seconds',
      'Failed transactions above $1000',
    ]) {
      const kinds = blocks.filter((block) => block.title === title).map(({ kind }) => kind);
      expect(kinds).toEqual(['filter', 'matches', 'does-not-match', 'reason']);
    }
  });

  it('has no block that goes unread', () => {
    const known = ['filter', 'matches', 'does-not-match', 'reason', 'short-form', 'where', 'event'];
    const unread = blocks.filter(({ kind, title }) => !known.includes(kind) && title !== 'Trying a filter');
    expect(unread).toEqual([]);
  });

  it.each(examples)('$name: $isMatch', ({ filter: written, event, isMatch, reason }) => {
    const message = mismatchOf(filterOf(written), event);
    expect(message === undefined).toBe(isMatch);
    if (reason !== undefined) expect(message).toBe(reason);
  });

  const operators = rowsOf('operator');

  it.each(operators.map(([, matcher = '', holds = '', not = '']) => ({ matcher, holds, not })))(
    'the operator $matcher holds of $holds, not of $not',
    ({ matcher, holds, not }) => {
      const [written] = codeIn(matcher);
      const wanted = filterOf(`{"events": ["a"], "where": {"data": {"field": [${written}]}}}`);
      const payloads = (cell: string) => [
        ...codeIn(cell).map((value) => ({ field: JSON.parse(value) })),
        ...(cell.includes('*absent*') ? [{}] : []),
      ];
      const verdicts = (cell: string) =>
        payloads(cell).map(
          (data) => mismatchOf(wanted, { type: 'a', data } as { type: string }) === undefined,
        );
      expect(new Set(verdicts(holds))).toEqual(new Set([true]));
      expect(new Set(verdicts(not))).toEqual(new Set([false]));
    },
  );

  it('shows every operator that there is', () => {
    const shown = operators.flatMap(([, matcher = '']) => Object.keys(JSON.parse(codeIn(matcher)[0]!)));
    const unknown = { events: ['a'], where: { source: [{ unknown: 1 }] } };
    const known = /^unknown operator; expected (.*)$/.exec(refusalOf(unknown)!.message)![1]!.split(', ');
    expect([...new Set(shown)].sort()).toEqual(known.sort());
  });

  const asked = JSON.parse(blocks.find(({ kind }) => kind === 'event')!.text) as { type: string };

  it.each(rowsOf('query'))('the query %s: %s (A5)', (cell, holds) => {
    const [jsonpath] = codeIn(cell!);
    const wanted = filterOf(JSON.stringify({ events: ['**'], jsonpath }));
    expect(mismatchOf(wanted, asked) === undefined ? 'yes' : 'no').toBe(holds);
  });

  it('shows what a short form stands for (A3, A4)', () => {
    const textOf = (kind: string) => JSON.parse(blocks.find((block) => block.kind === kind)!.text) as unknown;
    expect(conditionOf(checked(filters, textOf('short-form')))).toEqual(textOf('where'));
  });

  it('shows the answer to its trial', () => {
    const [command, answer] = blocks
      .filter(({ title }) => title === 'Trying a filter')
      .map(({ text }) => text);
    const { filter: tried, event } = JSON.parse(/-d '(.*)'/s.exec(command!)![1]!);
    const mismatch = explainMismatch(tried, { ...event, at: Date.parse(SOME_TIME) }, ENGINES)!;
    expect({ matches: false, reason: mismatchView(mismatch) }).toEqual(JSON.parse(answer!));
  });

  it.each(rowsOf('filter'))('refuses %s at %s', (cell, field, message) => {
    const written = { events: ['a'], ...JSON.parse(codeIn(cell!)[0]!) };
    expect(refusalOf(written)).toMatchObject({ field: codeIn(field!)[0], message });
  });
});
