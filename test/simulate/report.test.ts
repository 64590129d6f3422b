import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fillBlocks } from '../../simulate/report/blocks.ts';
import { ResultError, readResults, writeResult } from '../../simulate/report/files.ts';
import { reportOf } from '../../simulate/report/report.ts';
import type { Results } from '../../simulate/report/results.ts';
import { duration, latency, number, numbers, table, times } from '../../simulate/report/words.ts';
import { reportFiles } from '../../simulate/report/write.ts';
import {
  allResults,
  neighboursResult,
  recoveryResult,
  scaleResult,
  scaleRow,
} from '../builders/simulated.ts';
import { tableRows } from '../helpers/markdown.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'results-'));

describe('results', () => {
  it.each(Object.values(allResults()))('of $scenario are read as they were written', (result) => {
    const to = folder();
    writeResult(result, to);
    const read = readResults(to)[result.scenario];
    const text = readFileSync(join(to, `${result.scenario}.json`), 'utf8');
    expect(read).toMatchObject({ scenario: result.scenario, run: result.run });
    // What was read is written as it was.
    writeResult(read!, to);
    expect(readFileSync(join(to, `${result.scenario}.json`), 'utf8')).toBe(text);
  });

  it('are those that are there', () => expect(readResults(folder())).toEqual({}));

  it('keep five digits of a number, and a list of numbers on a line', () => {
    const to = folder();
    const { cases, ...rest } = recoveryResult();
    const [first] = cases;
    const series = { seconds: [0, 1 / 3], waiting: [1_234_567, 1.2345678], perSecond: [0, 0] };
    const path = writeResult({ ...rest, cases: [{ ...first!, series }] }, to);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('"seconds": [0, 0.33333],\n');
    expect(text).toContain('"waiting": [1234567, 1.2346],\n');
  });

  it.each<[string, (result: ReturnType<typeof allResults>) => unknown, RegExp]>([
    ['of another scenario', ({ scale }) => scale, /neighbours\.json: .*"neighbours"/s],
    ['with more than they have', ({ neighbours }) => ({ ...neighbours, more: 1 }), /more/],
    ['with less', ({ neighbours: { rows: _, ...rest } }) => rest, /rows/],
    ['that are no numbers', ({ neighbours }) => ({ ...neighbours, othersPerSecond: '7' }), /othersPerSecond/],
    ['that are no JSON', () => undefined, /neighbours\.json: /],
  ])('are refused %s', (_, of, message) => {
    const to = folder();
    writeFileSync(join(to, 'neighbours.json'), JSON.stringify(of(allResults())) ?? 'nothing');
    expect(() => readResults(to)).toThrow(ResultError);
    expect(() => readResults(to)).toThrow(message);
  });

  it('with series of different lengths are not written', () => {
    const { cases, ...rest } = recoveryResult();
    const [first] = cases;
    const series = { ...first!.series, waiting: [1, 2] };
    expect(() => writeResult({ ...rest, cases: [{ ...first!, series }] }, folder())).toThrow(
      'expected as many points of each',
    );
  });
});

describe('words', () => {
  it.each([
    [number(0), '0'],
    [number(4.25), '4.3'],
    [number(12_345.6), '12,346'],
    [latency(8.44), '8.4 ms'],
    [latency(999.4), '999 ms'],
    [latency(1240), '1.2 s'],
    [duration(45), '45 s'],
    [duration(720), '12 min'],
    [duration(3 * 3600), '3 h'],
    [duration(3 * 86_400), '3 days'],
    [times(1.404), '1.40'],
    [times(12.4), '12'],
  ])('%s', (said, expected) => expect(said).toBe(expected));

  it('of a cell do not end it', () => {
    const text = table(['a', numbers('b')], [['x|y', '1']]);
    expect(text).toBe('| a | b |\n| --- | --: |\n| x\\|y | 1 |');
    expect(tableRows(text)).toEqual([['x|y', '1']]);
  });
});

describe('blocks of a page', () => {
  const page =
    '# A\n\n<!-- simulated: one -->\nold\n<!-- end -->\n\nb\n<!-- simulated: two -->\n<!-- end -->\n';
  const made = { one: '| new |', two: '' };

  it('are replaced, and stay once they are', () => {
    const filled = fillBlocks(page, made);
    expect(filled).toBe(
      '# A\n\n<!-- simulated: one -->\n\n| new |\n\n<!-- end -->\n\nb\n<!-- simulated: two -->\n<!-- end -->\n',
    );
    expect(fillBlocks(filled, made)).toBe(filled);
  });

  it.each([
    ['that nobody makes', page.replace('two', 'three'), 'block three: expected one of one, two'],
    ['without an end', page.slice(0, -'<!-- end -->\n'.length), '1 blocks of the page have no <!-- end -->'],
  ])('are refused: %s', (_, text, message) => expect(() => fillBlocks(text, made)).toThrow(message));
});

/** The cells of a block's table, by their first. */
const rowsOf = (results: Results, block: string): Map<string, string[]> =>
  new Map(tableRows(reportOf(results).blocks[block]!).map(([first = '', ...rest]) => [first, rest]));

describe('the report', () => {
  it('says of a scenario that never ran how it is run', () => {
    const { blocks, pictures } = reportOf({});
    expect(blocks.scale).toBe('Not simulated yet: `npm run simulate -- scale`.');
    expect(blocks.three).toBe('');
    expect(pictures).toEqual({});
  });

  it('has the same bytes each time, whatever was drawn before', () => {
    const first = reportOf(allResults());
    const alone = reportOf({ recovery: recoveryResult() }).pictures['recovery.svg'];
    expect(reportOf(allResults())).toEqual(first);
    expect(alone).toBe(first.pictures['recovery.svg']);
  });

  it('says what is raised for each load that is held, and nothing of what no load raises', () => {
    const rows = rowsOf({ scale: scaleResult() }, 'raise');
    expect(rows.get('`concurrency.standard`')).toEqual([
      'lib/settings/config.ts',
      '50',
      'the same',
      'the same',
      '**250**',
      '**900**',
    ]);
    expect(rows.has('`concurrency.live`')).toBe(false);
    expect(rows.get('environments of functions at once')?.at(-1)).toBe('1,250');
  });

  it('takes no load for held of which a part is late', () => {
    const late = scaleRow({ perSecond: 9000, deliveredPerSecond: 8000 });
    const { rows, ...rest } = scaleResult();
    expect(reportOf({ scale: { ...rest, rows: [...rows, late] } }).blocks.raise).toBe(
      reportOf({ scale: scaleResult() }).blocks.raise,
    );
  });

  it.each([
    ['scale', { scale: { ...scaleResult(), rows: [scaleRow({ deliveredPerSecond: 3 })] } }],
    ['neighbours', { neighbours: { ...neighboursResult(), rows: [] } }],
    ['recovery', { recovery: { ...recoveryResult(), cases: [] } }],
  ])('of %s without a figure that holds has no odd numbers', (_, results) => {
    const { blocks, pictures } = reportOf(results);
    expect(JSON.stringify([blocks, pictures])).not.toMatch(/NaN|Infinity|undefined/);
  });

  it.each([
    [10, 1.49, false],
    [10, 1.5, true],
    [100, 1.99, false],
    [100, 2, true],
    [1, 9, false],
  ])('says whether a goal is missed: %i times its share, p99 %f times', (factor, ratio, isMissed) => {
    const { rows, ...rest } = neighboursResult();
    const row = {
      ...rows[0]!,
      factor,
      alone: { p50: 10, p99: 100 },
      beside: { p50: 10, p99: 100 * ratio },
    };
    const [cell] = rowsOf({ neighbours: { ...rest, rows: [row] } }, 'neighbours').get(row.endpoint)!;
    expect(cell!.startsWith('**')).toBe(isMissed);
    expect(cell).toContain(ratio.toFixed(2));
  });

  it('sums up what there is', () => {
    const all = rowsOf(allResults(), 'summary');
    expect(all.get('deliveries a second, with `prod` as it is')?.[0]).toBe('1,000');
    expect(all.get('deliveries a second, with raised limits')?.[0]).toBe('20,000');
    expect(all.get('an idle environment')?.[0]).toBe('$9.83 a month');
    const unraised = { ...scaleResult(), rows: [scaleRow()] };
    expect(rowsOf({ scale: unraised }, 'summary').has('deliveries a second, with raised limits')).toBe(false);
    expect([...rowsOf({ scale: scaleResult() }, 'summary').keys()].some((row) => row.includes('p99'))).toBe(
      false,
    );
  });

  it.each(Object.entries(reportOf(allResults()).pictures))('draws %s for light and dark pages', (_, svg) => {
    expect(svg).toMatch(/^<svg [^>]*role="img"><title>[^<]+<\/title><style>@media/);
    const [, style] = /<style>(.*?)<\/style>/.exec(svg)!;
    const replaced = new Set([...style!.matchAll(/\[fill="(#\w+)"\]/g)].map(([, colour]) => colour));
    const seen = svg.replace(/<clipPath .*?<\/clipPath>/gs, '');
    const used = [...seen.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour!);
    const odd = used.filter((colour) => colour !== 'none' && !replaced.has(colour));
    expect([...new Set(odd)]).toEqual([]);
  });
});

it('docs/performance.md, README.md and the pictures are what the results make', () => {
  const root = new URL('../../', import.meta.url);
  const files = [...reportFiles()];
  const stale = files.filter(([path, text]) => readFileSync(new URL(path, root), 'utf8') !== text);
  expect(
    stale.map(([path]) => path),
    'write them with npm run simulate -- report',
  ).toEqual([]);
});
