import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { lexer, walkTokens } from 'marked';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { newTarget } from '../../lambdas/api/target-schemas.ts';
import { settingsOf, settingsSchema } from '../../lib/settings/config.ts';

/**
 * No block of code goes unread: a test runs its page, or it is checked here by its language, or it is listed with the reason why
 * it can't be run. External links are checked by their form.
 */
const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** The tests that run all blocks of a page, or hold all of them against the code. */
const RUN: Readonly<Record<string, string>> = {
  'docs/api.md': 'test/system/manage/api-guide.test.ts',
  'docs/cli.md': 'test/system/cli/cli-guide.test.ts',
  'docs/cli-apply.md': 'test/system/cli/cli-apply-guide.test.ts',
  'docs/cli-check-endpoint.md': 'test/system/cli/check-endpoint.test.ts',
  'docs/cli-live.md': 'test/system/cli/live-guide.test.ts',
  'docs/cli-send.md': 'test/system/cli/send-guide.test.ts',
  'docs/cli-verify.md': 'test/system/cli/verify-guide.test.ts',
  'docs/client.md': 'test/system/client/guide.test.ts',
  'docs/coming-from.md': 'test/system/manage/api-guide.test.ts',
  'docs/examples.md': 'test/system/examples/ecommerce.test.ts',
  'docs/filters.md': 'test/docs/filters-guide.test.ts',
  'docs/migrate.md': 'test/system/manage/api-guide.test.ts',
  'docs/migrate-eventbridge.md': 'test/system/manage/api-guide.test.ts',
  'docs/migrate-outpost.md': 'test/system/manage/api-guide.test.ts',
  'docs/migrate-own.md': 'test/system/manage/api-guide.test.ts',
  'docs/migrate-svix.md': 'test/system/manage/api-guide.test.ts',
  'docs/receivers.md': 'test/docs/receivers-guide.test.ts',
  'docs/start.md': 'test/system/cli/live-guide.test.ts',
  'docs/transformations.md': 'test/docs/transformations.test.ts',
};

/** What is not run, by page and language, and why. Its commands are checked all the same: see `sh` below. */
const NOT_RUN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'README.md': { sh: 'each starts the platform, which other tests do' },
  'CONTRIBUTING.md': { sh: 'installs, or serves the console until Ctrl-C' },
  'cli/README.md': { '': 'lines of docs/cli.md, with an address of AWS' },
  'client/README.md': { ts: 'its calls are those of docs/client.md, with an address of AWS' },
  'docs/costs.md': { '': 'a formula', sh: 'test/bench/plan/cli.test.ts runs the command' },
  'docs/console.md': { html: 'a policy that browsers are given' },
  'docs/decisions/41-sessions.md': { sh: 'asks a service of AWS' },
  'docs/day-two.md': { sh: 'asks AWS for tables and stacks that are there' },
  'docs/delivery.md': {
    sh: 'its numbers are those of python and js beside it',
    python: 'examples/receivers runs Python',
  },
  'docs/deploy.md': { sh: 'deploys to AWS' },
  'docs/library.md': {
    '': 'what the construct’s attributes are called',
    sh: 'installs from a clone, or deploys to AWS',
    ts: 'apps of the reader’s own; test/system/library/package.test.ts compiles and synthesises one',
  },
  'docs/pipeline.md': { sh: 'deploys to AWS' },
  'docs/portal.md': { js: 'a server of the reader’s', sh: 'goes on until Ctrl-C' },
  'docs/publish-docs.md': { sh: 'goes on until Ctrl-C, takes half a minute, or asks AWS' },
  'docs/runbook.md': {
    sh: 'asks AWS; test/docs/runbook-alarms.test.ts holds names in it against the template',
  },
  'docs/serverless-receiver.md': {
    '': 'a query of Logs Insights',
    sh: 'deploys to AWS, or asks it',
    ts: 'what a program imports; test/system/examples/serverless-receiver.test.ts runs the program',
  },
  'docs/simulation.md': { '': 'what a command prints', sh: 'takes minutes; test/simulate runs its parts' },
  'docs/sources.md': {
    text: 'the forms of a setting; the blocks below have it in its place',
    sh: 'asks AWS, or goes on until Ctrl-C',
  },
  'docs/terraform.md': { sh: 'deploys to AWS' },
};

/** Programs with a page of how they are started. Tests start them their own way: test/docs/receivers-guide.test.ts. */
const RECEIVERS = 'examples/receivers/';

interface Fence {
  readonly page: string;
  /** From 1. */
  readonly number: number;
  readonly language: string;
  readonly text: string;
}

const pages = globSync(['*.md', '{docs,client,cli,examples}/**/*.md'], {
  cwd: root,
  exclude: (path) => /node_modules/.test(path),
}).sort();

/** The blocks of code of a page, also those within lists, in their order. */
function fencesOf(page: string): Fence[] {
  const found: Fence[] = [];
  walkTokens(lexer(read(page)), (token) => {
    if (token.type !== 'code') return;
    const [language = '', name = ''] = (token.lang ?? '').split(' ');
    // Programs with a name are run by test/docs/delivery-guide.test.ts.
    if (name === '') found.push({ page, number: found.length + 1, language, text: token.text });
  });
  return found;
}

const fences = pages.filter((page) => !(page in RUN)).flatMap(fencesOf);

/** A settings' fragment is checked as part of an environment that is otherwise dev, or else prod. */
function settingsProblems(text: string): string[] {
  const fragment = text.replaceAll('ten_…', 'ten_00000000000000000000000000').replaceAll('…', '0');
  const { monitoring: MONITORING } = settingsOf('dev');
  const settings = structuredClone(runInNewContext(`({ ${fragment} })`, { MONITORING }) as object);
  const [inDev, inProd] = ['dev', 'prod'].map((name) => {
    const whole = { ...settingsOf(name), homeRegion: 'eu-central-1', ...settings };
    const { error } = settingsSchema.safeParse(whole);
    return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
  });
  return inProd!.length === 0 ? [] : inDev!;
}

/** JSON, and where it is a target with a kind, one that the API takes. */
function jsonProblems(text: string): string[] {
  const value = JSON.parse(text) as { kind?: string };
  return typeof value === 'object' && value.kind !== undefined ? targetProblems(text) : [];
}

function targetProblems(text: string): string[] {
  const plain = text
    .replace('T…/B…/…', 'T0/B0/0')
    .replace('"token": "…"', '"token": "secret"')
    .replace('"routingKey": "…"', `"routingKey": "${'0'.repeat(32)}"`);
  const checked = newTarget.safeParse(JSON.parse(plain));
  return checked.success
    ? []
    : checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

/** CloudFormation's tags stand for functions. */
const yamlProblems = (text: string): string[] => {
  const tags = ['!Sub', '!Ref', '!GetAtt', '!Join', '!If'].map((tag) => ({
    tag,
    resolve: (value: string) => value,
  }));
  return parseAllDocuments(text, { customTags: tags }).flatMap(({ errors }) => errors.map(String));
};

const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);

/** Lines that bash takes, of scripts that there are. */
function shellProblems(text: string): string[] {
  const named = [...text.matchAll(/\bnpm run (?:-s )?([\w:]+)/g)].map(([, name]) => name!);
  const missing = named.filter((name) => !scripts.includes(name)).map((name) => `no script ${name}`);
  const { status, stderr, error } = spawnSync('bash', ['-n'], { input: text.replace(/<[\w -]+>/g, 'X') });
  return error || status === 0 ? missing : [...missing, stderr.toString()];
}

/** What checks a block that nothing runs. Of `http`, `text` and no language, test/docs/delivery-guide.test.ts or nothing. */
const CHECKS: Readonly<Record<string, (text: string) => string[]>> = {
  json: jsonProblems,
  sh: shellProblems,
  ts: settingsProblems,
  yaml: yamlProblems,
};

/** Blocks that are another page's business. */
const HELD: Readonly<Record<string, string>> = {
  'docs/delivery.md http': 'test/docs/delivery-guide.test.ts',
};

const keyOf = ({ page, language }: Fence): string => `${page} ${language}`.trim();
const reasonOf = ({ page, language }: Fence): string | undefined =>
  page.startsWith(RECEIVERS) ? 'it starts a receiver' : NOT_RUN[page]?.[language];

describe('pages that a test runs', () => {
  it.each(Object.entries({ ...RUN, ...HELD }))('%s: %s', (page, test) => {
    const [name] = page.replace('docs/', '').split(' ');
    expect(existsSync(new URL(test, root))).toBe(true);
    expect(read(test)).toContain(name);
  });
});

describe('other blocks', () => {
  const UNRUN = ['sh', 'python', 'js', 'html', 'text', ''];

  it('have a reason why nothing runs them, or a check', () => {
    const without = fences.filter((fence) => {
      const isChecked = fence.language in CHECKS && !UNRUN.includes(fence.language);
      return !isChecked && reasonOf(fence) === undefined && !(keyOf(fence) in HELD);
    });
    expect(without.map(({ page, number, language }) => `${page}, block ${number}: ${language}`)).toEqual([]);
  });

  it('are there where a reason is listed', () => {
    const listed = Object.entries(NOT_RUN).flatMap(([page, reasons]) =>
      Object.keys(reasons).map((language) => `${page} ${language}`.trim()),
    );
    const there = new Set(fences.map(keyOf));
    expect(listed.filter((key) => !there.has(key))).toEqual([]);
  });

  const checked = fences.filter(
    (fence) => fence.language in CHECKS && (fence.language === 'sh' || reasonOf(fence) === undefined),
  );

  it.each(checked)('$page, block $number: $language', ({ language, text }) => {
    expect(CHECKS[language]!(text)).toEqual([]);
  });
});

describe('external links', () => {
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((\w+:[^)\s]*)\)/g)].map(([, link]) => ({ page, link: link! })),
  );

  it('are https, or mail', () => {
    expect(links.length).toBeGreaterThan(50);
    const wrong = links.filter(
      ({ link }) => !URL.canParse(link) || !/^(https:\/\/[^/]+\.\w|mailto:)/.test(link),
    );
    expect(wrong).toEqual([]);
  });
});

describe('commands of the CDK', () => {
  const commands = pages
    .filter((page) => page !== 'CHANGELOG.md')
    .flatMap((page) =>
      [...read(page).matchAll(/\bcdk (?:deploy|destroy|diff|import|list|synth)\b[^`\n]*/g)].map(
        ([command]) => ({
          page,
          command,
        }),
      ),
    );

  it('name stacks as the CDK does, prod/api, and not as CloudFormation: that matches none, without a word', () => {
    expect(commands.length).toBeGreaterThan(20);
    expect(commands.filter(({ command }) => /["\s]posthorn-/.test(command.split('#')[0]!))).toEqual([]);
  });
});
