import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ENVIRONMENT_TAG } from '../../lib/settings/account.ts';

/** The pipeline to copy, held against the project and against what GitHub and AWS demand. */

const root = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const text = read('examples/pipeline/deploy.yml');
const { jobs } = parse(text) as { readonly jobs: Readonly<Record<string, Job>> };
const stepsOf = (job: Job): readonly Step[] => job.steps;
const commands = Object.values(jobs)
  .flatMap(stepsOf)
  .flatMap(({ run }) => run ?? []);

describe('the workflow', () => {
  it('goes from dev through staging to prod, each an environment of the repository', () => {
    const deploying = Object.entries(jobs).filter(([, { environment }]) => environment);
    expect(deploying.map(([name, { needs, environment }]) => [name, needs, environment])).toEqual([
      ['dev', 'check', 'dev'],
      ['staging', 'dev', 'staging'],
      ['prod', 'staging', 'prod'],
    ]);
    // Only main is deployed: the jobs after dev do not begin without it.
    expect(jobs.dev?.if).toBe("github.event_name == 'push'");
  });

  it('gets tokens only where it meets AWS, and never for a fork', () => {
    const withToken = Object.entries(jobs).filter(([, { permissions }]) => permissions?.['id-token']);
    expect(withToken.map(([name]) => name)).toEqual(['diff', 'dev', 'staging', 'prod']);
    expect(jobs.diff?.if).toContain('head.repo.full_name == github.repository');
  });

  it('runs actions by their commit alone, the same ones as the project’s own workflows where these have them', () => {
    const used = [...text.matchAll(/uses: (\S+?)@(\S+)(.*)/g)].map(([, name, at, rest]) => ({
      name,
      at,
      rest,
    }));
    expect(used.length).toBeGreaterThan(6);
    const own = read('.github/workflows/ci.yml');
    for (const { name, at, rest } of used) {
      expect([name, at, rest]).toEqual([
        name,
        expect.stringMatching(/^[0-9a-f]{40}$/),
        expect.stringMatching(/^ # v\d/),
      ]);
      if (own.includes(`${name}@`)) expect(own).toContain(`${name}@${at}`);
    }
  });

  it('calls scripts and commands that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const called = commands.flatMap((one) => [...one.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!));
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
    const kinds = commands.flatMap((one) =>
      [...one.matchAll(/npx (cdk|posthorn) (\w+)/g)].map(([all]) => all),
    );
    expect(new Set(kinds)).toEqual(new Set(['npx cdk diff', 'npx cdk deploy', 'npx posthorn health']));
  });
});

describe('the roles of the pipeline', () => {
  // biome-ignore lint/suspicious/noExplicitAny: templates are JSON without a schema
  let resources: [string, any][];

  beforeAll(async () => {
    const out = await mkdtemp(join(tmpdir(), 'posthorn-roles-'));
    execFileSync(process.execPath, ['examples/pipeline/roles.ts'], {
      cwd: root,
      env: {
        ...process.env,
        CDK_OUTDIR: out,
        CDK_CONTEXT_JSON: JSON.stringify({ repository: 'acme/webhooks', environment: 'prod' }),
      },
    });
    const template = JSON.parse(readFileSync(join(out, 'posthorn-pipeline-roles.template.json'), 'utf8'));
    resources = Object.entries(template.Resources);
  }, 60_000);

  const roleNamed = (name: string) => {
    const [id, role] = resources.find(([, { Properties }]) => Properties.RoleName === name)!;
    const policy = resources.find(([, { Properties }]) => Properties.Roles?.[0]?.Ref === id)![1];
    return {
      trust: role.Properties.AssumeRolePolicyDocument.Statement[0].Condition.StringEquals,
      statements: policy.Properties.PolicyDocument.Statement,
    };
  };

  it.each([
    ['posthorn-deploy', 'repo:acme/webhooks:environment:prod'],
    ['posthorn-diff', 'repo:acme/webhooks:pull_request'],
  ])('%s is taken on by %s alone', (name, subject) => {
    expect(roleNamed(name).trust).toEqual({
      'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
      'token.actions.githubusercontent.com:sub': subject,
    });
    expect(text).toContain(`role/${name}`);
  });

  it('reads no secret but the environment’s, and changes nothing but through roles of the bootstrap', () => {
    const { statements } = roleNamed('posthorn-deploy');
    for (const { Action, Condition } of statements) {
      if (Action === 'sts:AssumeRole') continue;
      expect(Object.entries(Condition.StringEquals)).toEqual([
        [expect.stringContaining(ENVIRONMENT_TAG), 'prod'],
      ]);
    }
    expect(statements.map(({ Action }: { Action: string }) => Action).sort()).toEqual([
      'kms:Decrypt',
      'secretsmanager:GetSecretValue',
      'sts:AssumeRole',
    ]);
    expect(JSON.stringify(roleNamed('posthorn-diff').statements)).toMatch(/role\/cdk-\*-lookup-role-\*/);
    expect(roleNamed('posthorn-diff').statements).toHaveLength(1);
  });
});
