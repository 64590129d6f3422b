import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METRICS, type MetricDeclaration } from '../../lambdas/platform/metric-names.ts';

/** Holds docs/runbook.md against the code. */
const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const runbook = read('docs/runbook.md');

const sources = globSync('lambdas/**/*.ts', { cwd: root }).map((path) => read(path));

it('the runbook says what each line of the logs means', () => {
  const written = sources.flatMap((text) =>
    [...text.matchAll(/\bwarn\(\s*'([^']+)'/g)].map(([, line]) => line!),
  );
  expect(written).not.toEqual([]);
  const rows = [...runbook.matchAll(/^\| `([^`]+)` +\| [a-z]/gm)].map(([, line]) => line);
  expect([...new Set(written)].filter((line) => !rows.includes(line))).toEqual([]);
});

describe('the fields of lines', () => {
  /** All calls that write a line, as they stand in the source. */
  const calls = sources.flatMap((text) =>
    [...text.matchAll(/\bwarn\('/g)].map(({ index }) => callAt(text, index)),
  );

  it('are those that the runbook lists', () => {
    const [fields] = read('lambdas/platform/log-fields.ts').split('/** What a line can be about');
    const declared = fields!.matchAll(/^ {2}readonly (\w+)\?: .* \| undefined;/gm);
    const known = new Set([...declared].map(([, name]) => name!));
    const cells = runbook.matchAll(/^\| ((?:`\w+`(?:, )?)+) +\| [a-z]/gm);
    const listed = [...cells].flatMap(([, cell]) => cell!.match(/\w+/g)!);
    expect([...known].filter((name) => !listed.includes(name))).toEqual([]);
    expect(known.size).toBeGreaterThan(20);
  });

  it('that say what a line is about come from one function, so that all lines have them alike', () => {
    expect(calls.length).toBeGreaterThan(50);
    const byHand = /[{,]\s*(event|delivery|target|trace|count|events|deliveries)\s*[:,}]/;
    // What is handed to that function is none of them.
    const without = (call: string): string =>
      call.replace(/\babout(All)?\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g, 'about');
    expect(calls.filter((call) => byHand.test(without(call)))).toEqual([]);
  });

  it('name what a line is about, but where that is no tenant’s', () => {
    const bare = calls.filter((call) => !/\babout(All)?\(|\btenant\b/.test(call));
    const lines = bare.map((call) => /'([^']+)'/.exec(call)![1]!);
    expect(lines.filter((line) => !ABOUT_NO_TENANT.has(line))).toEqual([]);
  });
});

/** Lines about a function, a queue or a service, or of what can't be read. */
const ABOUT_NO_TENANT = new Set([
  'own lines left out',
  'ages of messages not read',
  'alert not published',
  'alert rules not all judged',
  'assessing failed',
  'caller not identified',
  'component fails',
  'item skipped',
  'message did not parse',
  'OpenID provider not reached',
  'quarantine failed',
  'queue not read',
  'recovery is running already',
  'recovery waits for a queue',
  'release is behind',
  'request failed',
  'targets not all assessed',
  'use of a key not noted',
  'watchers not told',
]);

/** A call with its arguments: up to the parenthesis that closes it. */
function callAt(text: string, start: number): string {
  let depth = 0;
  for (let i = text.indexOf('(', start); i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')' && --depth === 0) return text.slice(start, i + 1);
  }
  throw new Error(`no end of the call at ${start}`);
}

it('the runbook has a row for each metric', () => {
  const rows = Object.entries<MetricDeclaration>(METRICS).map(
    ([name, { unit, by = '', says }]) =>
      `| \`${name}\` | ${by} | ${unit === 'Milliseconds' ? 'milliseconds ' : ''}${says} |`,
  );
  expect(rows.filter((row) => !runbook.includes(row))).toEqual([]);
});
