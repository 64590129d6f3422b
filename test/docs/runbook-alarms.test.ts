import { globSync, readFileSync } from 'node:fs';
import GithubSlugger from 'github-slugger';
import { describe, expect, it } from 'vitest';
import { METRICS, type MetricDeclaration } from '../../lambdas/platform/metric-names.ts';
import { ALARMS, type AlarmRow, ENGINE } from '../../lib/monitoring/alarm-table.ts';
import { QUERIES } from '../../lib/monitoring/queries.ts';
import { EACH_SOURCE } from '../helpers/each-source.ts';
import { environmentOf, resourcesOf } from '../helpers/synthesised.ts';

/** Holds what docs/runbook.md says of alarms, and its commands, against the code. */
const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const runbook = read('docs/runbook.md');

/** What stands under each heading. */
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);
/** Headings under which nothing is to be done. */
const REFERENCE = [
  'An alarm rings: begin here',
  'Functions for the shell',
  'Where to look',
  'What each metric counts',
  'What each line in the logs means',
];
const entries = [...sections].filter(([heading]) => !REFERENCE.includes(heading));

const PARTS = ['What is seen', 'Why', 'What to do', 'When it is over'] as const;
type Part = (typeof PARTS)[number];

const partOf = (heading: string, part: Part): string =>
  (sections.get(heading) ?? '').split(`**${part}.**`)[1]?.split(/^\*\*[A-Z][a-z ]+\.\*\*/m)[0] ?? '';

const rows = Object.entries<AlarmRow>(ALARMS);
const engine = { ...ENGINE, severity: 'page', rings: 'itself' } as const;
const alarms = [[ENGINE.name, engine] as const, ...rows];

describe('each entry of the runbook', () => {
  it.each(entries)('“%s” has its four parts, in their order', (_, entry) => {
    const parts = [...entry.matchAll(/^\*\*([A-Z][a-z ]+)\.\*\*/gm)].map(([, part]) => part);
    expect(parts).toEqual(PARTS);
  });

  it.each(alarms)(
    'of the alarm %s names it, says what to do step by step, and is read at a glance',
    (name, { runbook }) => {
      expect(sections.has(runbook), `a heading “${runbook}”`).toBe(true);
      expect(partOf(runbook, 'What is seen')).toContain(`\`${name}\``);
      expect(partOf(runbook, 'What to do')).toMatch(/^1\. .*\n[\s\S]*^2\. /m);
      expect(sections.get(runbook)!.split('\n').length).toBeLessThan(55);
    },
  );

  it.each(rows)('of the alarm %s says from which value on it is over', (_, { threshold, runbook }) => {
    expect(partOf(runbook, 'When it is over')).toMatch(
      new RegExp(`(?<![\\d,.])${threshold.toLocaleString('en-US')}(?![\\d,.]\\d)`),
    );
  });

  it.each(alarms)('of the alarm %s quotes its mail', (_, { runbook }) => {
    const said = alarms.filter(([, row]) => row.runbook === runbook).map(([, { says }]) => says);
    const quoted = [...partOf(runbook, 'What is seen').matchAll(/: "([^"]+)"/g)].map(([, text]) =>
      oneLine(text!),
    );
    const wrong = quoted.filter(
      (text) => !text.startsWith('Posthorn:') && !said.some((each) => each.startsWith(text)),
    );
    expect(wrong).toEqual([]);
  });

  it('of the composite alarm names all that ring as it', () => {
    const named = [...partOf(ENGINE.runbook, 'What is seen').matchAll(/`([A-Z]\w+)`/g)].map(
      ([, name]) => name!,
    );
    const children = rows.filter(([, { rings }]) => rings === 'Engine').map(([name]) => name);
    expect(named.toSorted()).toEqual([ENGINE.name, ...children].toSorted());
  });

  it('names graphs that the dashboard has', () => {
    const dashboard = globSync('lib/monitoring/dashboard/*.ts', { cwd: root }).map(read).join('\n');
    const named = entries.flatMap(([, entry]) =>
      [...withoutCode(entry).matchAll(/(?<!\*)\*([^*]+)\*(?!\*)/g)].map(([, title]) => oneLine(title!)),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((title) => !dashboard.includes(title))).toEqual([]);
  });
});

describe('the table with which an operator begins', () => {
  it('has each alarm with its severity, how soon it is OK again, and its entry', () => {
    const inOrder = [
      ...alarms.filter(([name]) => name === ENGINE.name),
      ...rows.filter(([, { rings }]) => rings === 'Engine'),
      ...rows.filter(([, { rings, severity }]) => rings !== 'Engine' && severity === 'page'),
      ...rows.filter(([, { rings, severity }]) => rings !== 'Engine' && severity === 'ticket'),
    ];
    const expected = inOrder.map(([name, row]) => {
      const { runbook } = row;
      const anchor = new GithubSlugger().slug(runbook);
      return `| \`${name}\` | ${kindOf(row)} | ${overAfter(row)} | [${runbook}](#${anchor}) |`;
    });
    const table = sections.get('An alarm rings: begin here')!.match(/^\| `.*$/gm);
    expect(table).toEqual(expected);
  });
});

const kindOf = ({ severity, rings }: Pick<AlarmRow, 'severity' | 'rings'>): string =>
  ({ itself: severity, Engine: `${severity}, as \`Engine\``, other: `${severity}, by a mail of \`Assess\`` })[
    rings
  ];

/** As soon as too few of the last periods are bad. */
function overAfter(row: AlarmRow | typeof engine): string {
  if (!('periods' in row)) return 'all under it';
  const { breaching, of } = row.periods;
  const minutes = (of - breaching + 1) * row.periodMinutes;
  return minutes === 1 ? '1 good minute' : `${minutes} good minutes`;
}

describe('the commands of the runbook', () => {
  const scripts = [...runbook.matchAll(/^( *)```sh\n([\s\S]*?)^ *```/gm)].map(([, , script]) => script!);
  const inline = [...runbook.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
  const commands = [...scripts, ...inline].join('\n');
  const { storage, pipeline, api, sources } = environmentOf('prod', { sources: EACH_SOURCE });
  const ids = Object.entries({ storage, pipeline, api, sources: sources! }).flatMap(([stack, made]) =>
    resourcesOf(made).map(({ id, type }) => ({ stack, id, type })),
  );
  const one = (stack: string, type: string, prefix: string): number =>
    ids.filter((each) => each.stack === stack && each.type === `AWS::${type}` && each.id.startsWith(prefix))
      .length;

  it('name things that are there, each once', () => {
    const named = [
      ...[...commands.matchAll(/\bqueue(?:_arn)? ([A-Z]\w+)/g)].map(([, name]) => [
        'pipeline',
        'SQS::Queue',
        name!,
      ]),
      ...[...commands.matchAll(/\bof_queue ([A-Z]\w+)/g)].map(([, name]) => [
        'pipeline',
        'SQS::Queue',
        name!,
      ]),
      ...[...commands.matchAll(/\btable ([A-Z]\w+)/g)].map(([, name]) => [
        'storage',
        'DynamoDB::Table',
        name!,
      ]),
      ...[...commands.matchAll(/\b(?:lambda|halt|go_on|of_function) ([A-Z]\w+)/g)].map(([, name]) => [
        'pipeline',
        'Lambda::Function',
        name!,
      ]),
      ...[...commands.matchAll(/\b(?:warnings|failed_runs) ([A-Z]\w+)(?: (api))?/g)].map(
        ([, name, stack]) => [stack ?? 'pipeline', 'Logs::LogGroup', name!],
      ),
      ...[...commands.matchAll(/\bthing (\w+) (\w+::\w+) ([A-Z]\w+)/g)].map(
        ([, ...place]) => place as string[],
      ),
    ] as [string, string, string][];
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((place) => one(...place) !== 1)).toEqual([]);
  });

  it('read metrics that are counted, by the dimension that they have', () => {
    const calls = [...commands.matchAll(/\b(?:counted|measured) ([A-Z]\w+)(?: (\w+)=)?/g)];
    expect(calls.length).toBeGreaterThan(15);
    const wrong = calls.filter(([, name, dimension]) => {
      const metric = (METRICS as Record<string, MetricDeclaration>)[name!];
      return metric === undefined || metric.by !== dimension;
    });
    expect(wrong.map(([call]) => call)).toEqual([]);
  });

  it('run queries that are saved', () => {
    const run = [...commands.matchAll(/\bsaved '([^']+)'/g)].map(([, name]) => name);
    expect(run.length).toBeGreaterThan(8);
    expect(run.filter((name) => !QUERIES.some((query) => query.name === name))).toEqual([]);
  });

  it('use functions that the page defines, each of which is used', () => {
    const defined = [...commands.matchAll(/^(\w+)\(\) \{/gm)].map(([, name]) => name!);
    const uses = (name: string): number =>
      [...commands.matchAll(new RegExp(`(?<![\\w-])${name}(?![\\w(-])`, 'g'))].length;
    expect(defined.length).toBeGreaterThan(20);
    expect(new Set(defined).size).toBe(defined.length);
    expect(defined.filter((name) => uses(name) === 0)).toEqual([]);
  });
});

it('the runbook has each entry that code points to', () => {
  const sources = ['lambdas', 'lib'].flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }));
  const pointers = sources.flatMap((path) => [
    ...[...read(path).matchAll(/\brunbook(?:: | = )'([^']+)'/g)].map(([, heading]) => heading!),
    ...[...(/const RUNBOOK = \{([^}]*)\}/.exec(read(path))?.[1] ?? '').matchAll(/: '([^']+)'/g)].map(
      ([, heading]) => heading!,
    ),
  ]);
  expect(pointers.length).toBeGreaterThan(25);
  expect([...new Set(pointers)].filter((heading) => !sections.has(heading))).toEqual([]);
});

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

const withoutCode = (text: string): string => text.replace(/^ *```[\s\S]*?^ *```/gm, '');
