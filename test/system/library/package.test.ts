import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Shape, withShapes } from '../../../construct/shapes.ts';
import { buildFunction } from '../../../lib/constructs/build.ts';
import { settingsOf } from '../../../lib/settings/config.ts';
import { nodes } from '../../helpers/nodes.ts';
import { environmentOf } from '../../helpers/synthesised.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Of somebody else’s, with nothing in it but the package and the CDK. */
const folder = mkdtempSync(join(tmpdir(), 'posthorn-library-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = join(folder, 'node_modules/posthorn');
const inApp = (...path: string[]): string => join(folder, ...path);

beforeAll(async () => {
  const quiet = ['--silent', '--no-audit', '--no-fund', '--offline'];
  await run('npm', ['pack', '-w', 'construct', '--pack-destination', folder, ...quiet], { cwd: root });
  const [tarball = ''] = readdirSync(folder);
  expect(statSync(inApp(tarball)).size).toBeLessThan(10_000_000);
  writeFileSync(inApp('package.json'), JSON.stringify({ name: 'shop', type: 'module' }));
  // The CDK is the checkout's, so that nothing is downloaded.
  await run('npm', ['install', ...quiet, '--legacy-peer-deps', `./${tarball}`], { cwd: folder });
  for (const name of ['aws-cdk-lib', 'constructs', 'esbuild'])
    symlinkSync(join(root, 'node_modules', name), inApp('node_modules', name));
  writeFileSync(inApp('app.ts'), APP);
  writeFileSync(inApp('handler.ts'), HANDLER);
  writeFileSync(inApp('old.cts'), OLD);
  for (const [i, program] of PROGRAMS.entries()) writeFileSync(inApp(`guide-${i}.ts`), program);
  writeFileSync(inApp('tsconfig.json'), JSON.stringify(COMPILER));
}, 240_000);

const APP = `
import { App, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Posthorn, type PosthornProps, WebhookReceiver } from 'posthorn';

const app = new App({ outdir: 'cdk.out', analyticsReporting: false });
const props: PosthornProps = { size: 'prod', monitoring: { monthlyBudgetDollars: 50 } };
new Posthorn(app, 'prod', props);

const posthorn = new Posthorn(app, 'dev', { size: 'dev' });
const shop = new Stack(app, 'Shop');
const role = new Role(shop, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), description: posthorn.apiUrl });
posthorn.grantPublish(role);
posthorn.queues.events.grantPurge(role);
new Alarm(shop, 'Dead', { metric: posthorn.metric('Dead', { reason: 'exhausted' }), threshold: 1, evaluationPeriods: 1 });
const receiver = new WebhookReceiver(new Stack(app, 'Hooks'), 'Receiver', { handler: { entry: 'handler.ts' } });
receiver.queue.grantPurge(role);
// @ts-expect-error a size is needed
export const wrong: PosthornProps = { tracing: 'active' };
// @ts-expect-error there is no such metric
export const misspelt = () => posthorn.metric('Died');
app.synth();
`;

/** Of webhooks. */
const HANDLER = `
import type { WebhookEvent } from 'posthorn';
export const handler = (event: WebhookEvent): void => console.log('got', event.id, event.body.length);
`;

/** As \`cdk init\` wrote it for years: a program of CommonJS. */
const OLD = `
import { App } from 'aws-cdk-lib';
import { Posthorn } from 'posthorn';
try {
  new Posthorn(new App(), 'dev', { size: 'dev', logRetentionHours: 1 });
} catch (error) {
  console.log(String(error));
}
const app = new App({ analyticsReporting: false });
new Posthorn(app, 'prod', { size: 'prod' });
console.log(app.synth().stacks.length, 'stacks');
`;

/** The types of Node are the checkout's as well: the CDK's need them. */
const COMPILER = {
  compilerOptions: {
    ...{ strict: true, skipLibCheck: false, noEmitOnError: true },
    ...{
      module: 'nodenext',
      target: 'es2022',
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    },
  },
  include: ['*.ts', '*.cts'],
};

describe('the package of the library', () => {
  it('holds the construct in one file, its declarations, what its stacks upload, a guide and licences', () => {
    expect(readdirSync(at).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
    expect(readdirSync(join(at, 'dist')).sort()).toEqual([
      'CONSOLE-LICENCES.md',
      'LICENCES.txt',
      'console',
      'edge',
      'functions',
      'index.cjs',
      'index.d.cts',
    ]);
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
    expect([dependencies, Object.keys(peerDependencies)]).toEqual([undefined, ['aws-cdk-lib', 'constructs']]);
    const licences = readFileSync(join(at, 'dist/LICENCES.txt'), 'utf8');
    for (const name of ['zod', 'jose', 'swagger-ui-dist', '@aws-sdk/client-s3'])
      expect(licences).toMatch(new RegExp(`^${name} [\\d.]+ \\(`, 'm'));
    expect(readFileSync(join(at, 'dist/CONSOLE-LICENCES.md'), 'utf8')).toContain('## react');
  });

  it('has functions of the same bytes as a clone bundles', () => {
    // As deep as CDK's own folder: source maps have paths.
    const built = mkdtempSync(join(root, 'construct/bundle-'));
    try {
      buildFunction('dispatch', built);
      const packed = join(at, 'dist/functions/dispatch');
      expect(readdirSync(packed)).toEqual(readdirSync(built));
      for (const name of readdirSync(built))
        expect(readFileSync(join(packed, name)).equals(readFileSync(join(built, name))), name).toBe(true);
    } finally {
      rmSync(built, { recursive: true });
    }
  });

  it('has the types of the source, with their docstrings', () => {
    const declared = join(at, 'dist/index.d.cts');
    const { props, attributes } = withShapes(
      (packed) => ({
        props: packed.shapeOf('PosthornProps', declared),
        attributes: packed.docsOf('Posthorn', declared),
      }),
      inApp('tsconfig.json'),
    );
    const source = join(root, 'lib/settings/props.ts');
    expect(props).toEqual(withShapes((own) => own.shapeOf('PosthornProps', source)));
    expect(membersOf(props).filter(({ doc }) => doc === '')).toEqual([]);
    expect(attributes.map(({ name }) => name)).toEqual(expect.arrayContaining(['apiUrl', 'grantPublish']));
    expect(attributes.filter(({ doc }) => doc === '')).toEqual([]);
  });
});

const membersOf = (shape: Shape) => (shape.kind === 'object' ? shape.members : []);

describe('an app that uses it', () => {
  beforeAll(async () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const compiled = run(process.execPath, [tsc, '-p', inApp('tsconfig.json')]);
    expect((await compiled.catch((error: { stdout: string }) => error)).stdout).toBe('');
  }, 120_000);

  it('has the templates that the clone has, and uploads what is in the package', async () => {
    await run(process.execPath, ['app.js'], { cwd: folder });
    const monitoring = { ...settingsOf('prod').monitoring, monthlyBudgetDollars: 50 };
    const stacks = environmentOf('prod', { monitoring }).node.children.filter(
      (each) => each instanceof Stack,
    );
    expect(stacks.length).toBe(5);
    for (const stack of stacks) {
      const template = JSON.parse(readFileSync(inApp('cdk.out', stack.templateFile), 'utf8'));
      expect(comparable(template)).toEqual(comparable(Template.fromStack(stack).toJSON()));
    }
    const packed = readdirSync(join(at, 'dist/functions')).map((name) =>
      indexOf(join(at, 'dist/functions', name)),
    );
    const uploaded = readdirSync(inApp('cdk.out')).filter(
      (name) => name.startsWith('asset.') && existsSync(inApp('cdk.out', name, 'index.mjs')),
    );
    expect(uploaded.length).toBeGreaterThan(10);
    const handlers = uploaded.map((name) => inApp('cdk.out', name, 'webhook-handler.mjs')).filter(existsSync);
    expect(handlers.map((file) => readFileSync(file, 'utf8'))).toEqual([expect.stringContaining('"got"')]);
    expect(
      uploaded.map((name) => indexOf(inApp('cdk.out', name))).filter((each) => !packed.includes(each)),
    ).toEqual([]);
  }, 120_000);

  it.each([...nodes])('may be of CommonJS, and is told what is wrong, with %s', async (node) => {
    const { stdout } = await run(node, ['old.cjs'], { cwd: folder });
    expect(stdout).toBe(
      'Error: settings of environment dev are wrong:\n  logRetentionHours: expected at least 48: retries go on for a day\n5 stacks\n',
    );
  });
});

const indexOf = (directory: string): string => readFileSync(join(directory, 'index.mjs'), 'utf8');

/**
 * Without hashes of code, which only a real synthesis has (ids of versions end in them), and without metadata, which the CDK's
 * command asks for.
 */
const comparable = (template: object): object =>
  JSON.parse(
    JSON.stringify(template, (key, value) => (key === 'Metadata' ? undefined : value))
      .replaceAll(/[0-9a-f]{64}\.zip/g, 'code.zip')
      .replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1'),
  );

/** Programs of the guides, which are compiled as they are. */
const PROGRAMS = ['docs/library.md', 'construct/README.md'].flatMap((page) => {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
});
