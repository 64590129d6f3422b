import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const project = JSON.parse(text('package.json'));
const workflows = readdirSync(new URL('.github/workflows/', root)).map((name) => `.github/workflows/${name}`);

describe('the changelog', () => {
  const headings = [...text('CHANGELOG.md').matchAll(/^## (.*)$/gm)].map(([, heading]) => heading ?? '');

  it('has a heading with a date for the version of package.json', () => {
    const heading = headings.find((each) => each.startsWith(`${project.version} - `));
    expect(heading).toMatch(/ - \d{4}-\d{2}-\d{2}$/);
  });

  it('begins with unreleased changes, and has the newest version first', () => {
    const [first, ...released] = headings;
    expect(first).toBe('Unreleased');
    const dates = released.map((heading) => heading.split(' - ')[1]);
    expect(dates).toEqual(dates.toSorted().reverse());
  });
});

describe('versions that stand in several places', () => {
  const node = text('.nvmrc').trim();

  it('use the Node.js of the functions on laptops, in npm scripts and in types', () => {
    expect(text('lib/constructs/function.ts')).toContain(`Runtime.NODEJS_${node}_X`);
    for (const name of ['node', '@types/node']) {
      expect(project.devDependencies[name], name).toMatch(new RegExp(`^\\^${node}\\.`));
    }
  });

  it('are the same in package.json and its lock', () => {
    expect(JSON.parse(text('package-lock.json')).version).toBe(project.version);
  });

  it('keep a version of the CDK tool that reads the assemblies', () => {
    expect(project.devDependencies['aws-cdk']).toBe('2.1148.1');
    expect(text('.github/dependabot.yml')).toMatch(/^ {6}- dependency-name: aws-cdk$/m);
  });
});

describe.each(workflows)('%s', (path) => {
  const workflow = text(path);

  it('uses actions by commit, since tags can be moved', () => {
    const uses = [...workflow.matchAll(/uses: (.*)/g)].map(([, action]) => action);
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses) expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may only read the repository', () => {
    expect(workflow).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    expect(workflow).not.toMatch(/: write|secrets\./);
  });

  it('runs existing scripts', () => {
    const commands = [...workflow.matchAll(/ run: (.*)/g)].map(([, command = '']) => {
      return command.replace(/^sudo /, '');
    });
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      const [, script] = /^npm run (\S+)$/.exec(command) ?? [];
      if (script) expect(project.scripts, command).toHaveProperty([script]);
      else if (command !== 'npm ci') expect(existsSync(new URL(command, root)), command).toBe(true);
    }
  });
});
