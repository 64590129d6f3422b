import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../../lambdas/platform/metric-names.ts';
import { QUERIES } from '../../../lib/monitoring/queries.ts';
import { ACCESS_LOG_FIELDS } from '../../../lib/settings/access-log.ts';
import { ENVIRONMENT_NAMES, settingsOf } from '../../../lib/settings/config.ts';
import { environmentOf, resourcesOf } from '../../helpers/synthesised.ts';

const root = new URL('../../../', import.meta.url);
const sources = globSync('lambdas/**/*.ts', { cwd: root.pathname }).map((file) =>
  readFileSync(new URL(file, root), 'utf8'),
);
const warnings = new Set(
  sources.flatMap((text) => [...text.matchAll(/\bwarn\(\s*'([^']+)'/g)].map(([, message]) => message!)),
);
const runbook = readFileSync(new URL('docs/runbook.md', root), 'utf8');

/** What stands in quotes of a query. */
const textsOf = (query: string): string[] => [...query.matchAll(/"([^"]*)"/g)].map(([, text]) => text!);

/** Names of fields in a query: what is no text, no function, no word of the language and no name given by `as`. */
function fieldsOf(query: string): Set<string> {
  const bare = query.replaceAll(/"[^"]*"|\/\^?\d\/|\bas \w+/g, ' ');
  const given = new Set([...query.matchAll(/\bas (\w+)/g)].map(([, name]) => name!));
  const words = [...bare.matchAll(/@?[a-zA-Z][\w.]*(?!\w*\()/g)].map(([word]) => word);
  const language = new Set(
    'fields filter stats sort limit by desc and or in like is present ispresent count sum min max pct latest count_distinct strlen bin 5m 1h m h'.split(
      ' ',
    ),
  );
  return new Set(words.filter((word) => !language.has(word) && !given.has(word)));
}

const OF_LAMBDA = ['type', /^record\.(status|errorType|requestId|metrics\.\w+)$/] as const;
const OF_LOGS = ['@timestamp', '@message', '@log'];

/** The names in the runbook's table of fields. */
const OF_LINES = [...runbook.matchAll(/^\| ((?:`\w+`,? ?)+) *\|/gm)].flatMap(([, cell]) =>
  [...cell!.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
);

describe('saved queries', () => {
  it.each(QUERIES)('“$name” asks for fields that the lines have', ({ over, query }) => {
    const known: readonly (string | RegExp)[] =
      over === 'access log'
        ? [...OF_LOGS, ...Object.keys(ACCESS_LOG_FIELDS)]
        : [...OF_LOGS, ...OF_LAMBDA, ...OF_LINES, ...Object.keys(METRICS), 'Reason', 'level', 'message'];
    const isKnown = (field: string) =>
      known.some((each) => (typeof each === 'string' ? each === field : each.test(field)));
    expect([...fieldsOf(query)].filter((field) => !isKnown(field))).toEqual([]);
    expect(fieldsOf(query).size).toBeGreaterThan(1);
  });

  it.each(QUERIES)('“$name” looks for messages that functions write', ({ query }) => {
    const messages = [...query.matchAll(/message (?:= ("[^"]*")|in \[([^\]]*)\])/g)].flatMap(
      ([, one, many]) => textsOf(one ?? many!),
    );
    expect(messages.filter((message) => !warnings.has(message))).toEqual([]);
  });

  it.each(QUERIES)('“$name” says what it is for, in a comment that is one line', ({ says }) => {
    expect(says).toMatch(/^[A-Z][^\n]*[.]$/);
  });

  it('are named where the runbook needs them', () => {
    const named = QUERIES.filter(({ name }) => runbook.includes(`\`${name}\``));
    expect(named).toEqual(QUERIES);
  });

  const savedIn = (stack: Parameters<typeof resourcesOf>[0]) =>
    resourcesOf(stack).filter(({ type }) => type === 'AWS::Logs::QueryDefinition');

  it.each(ENVIRONMENT_NAMES)('are saved in %s, over the logs of its functions and its API', (name) => {
    const { monitoring, pipeline, api } = environmentOf(name);
    const saved = savedIn(monitoring[0]!);
    expect(saved.map(({ properties }) => properties.Name)).toEqual(
      QUERIES.map((query) => `posthorn/${name}/${query.name}`),
    );
    const groups = [pipeline, api].flatMap((stack) =>
      resourcesOf(stack).filter(({ type }) => type === 'AWS::Logs::LogGroup'),
    );
    const read = JSON.stringify(saved.map(({ properties }) => properties.LogGroupNames));
    for (const { id, properties } of groups) expect(read).toContain(properties.LogGroupName ?? id);
    // PutQueryDefinition: at most 50 groups and 10,000 characters.
    for (const { properties } of saved) {
      expect(properties.LogGroupNames.length).toBeLessThan(50);
      expect(properties.QueryString.length).toBeLessThan(10_000);
    }
  });

  it('are saved in each AWS region, over the functions that there are', () => {
    const { monitoring } = environmentOf('prod', {
      homeRegion: 'us-east-1',
      dispatchRegions: [{ awsRegion: 'eu-central-1', serves: ['eu'] }],
    });
    const saved = savedIn(monitoring[1]!);
    expect(saved).toHaveLength(QUERIES.filter(({ over }) => over === 'functions').length);
    for (const { properties } of saved) expect(properties.LogGroupNames).toHaveLength(5);
  });

  it('are there without a dashboard', () => {
    const { monitoring } = environmentOf('dev', {
      monitoring: { ...settingsOf('dev').monitoring, dashboard: false },
    });
    expect(savedIn(monitoring[0]!)).toHaveLength(QUERIES.length);
  });
});
