import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { COMMANDS, GROUPS } from '../../cli/commands.ts';
import { posthorn } from '../helpers/cli.ts';
import { serveApi } from '../helpers/servers/api.ts';

const run = promisify(execFile);
const bin = fileURLToPath(new URL('../../cli/bin.ts', import.meta.url));

/** The words that are offered; the last one is what is typed so far. */
async function offered(words: readonly string[], env: Record<string, string> = {}): Promise<string[]> {
  const { code, stdout, stderr } = await posthorn(['complete', '--', ...words], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0]!);
}

describe('completion (A20)', () => {
  it('offers all groups and commands, and all that a group has', async () => {
    const words = COMMANDS.map(({ words }) => words);
    const alone = words.filter((one) => !one.includes(' '));
    expect((await offered([''])).sort()).toEqual([...Object.keys(GROUPS), ...alone].sort());
    for (const group of Object.keys(GROUPS)) {
      const own = words.filter((one) => one.startsWith(`${group} `)).map((one) => one.split(' ')[1]!);
      expect((await offered([group, ''])).sort()).toEqual(own.sort());
    }
  });

  it.each<[string[], string[]]>([
    [['targ'], ['targets']],
    [['help', 'targ'], ['targets']],
    [['--json', 'targ'], ['targets']],
    [['--profile', 'prod', 'targ'], ['targets']],
    [['targets', 'rot'], ['rotate-secret']],
    [['targets', 'list', '--sta'], ['--state']],
    [['targets', 'list', '--state', 'f'], ['failing']],
    [['targets', 'list', '--state', 'failing', '--j'], ['--json']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['--profile', ''], ['local']],
    [['nothing', 'of', 'ours', ''], []],
    [['apply', '--file', ''], []],
    [[], Object.keys(GROUPS)],
  ])('%j: %j', async (typed, words) => {
    expect(await offered(typed)).toEqual(expect.arrayContaining(words));
    if (typed.length > 0) expect(await offered(typed)).toHaveLength(words.length);
  });

  it('offers event types and targets of the API', async () => {
    const { url } = await serveApi(({ path }) => ({
      body: {
        items: path.startsWith('/v1/targets')
          ? [{ id: 'tgt_1', name: 'Orders', url: 'https://example.com' }]
          : [{ name: 'order.paid', description: 'A\tB' }, { name: 'payment.failed' }],
        next: null,
      },
    }));
    const env = { POSTHORN_URL: url, POSTHORN_KEY: 'phk_key' };
    expect(await offered(['trigger', 'ord'], env)).toEqual(['order.paid']);
    expect(await offered(['tail', '--events', ''], env)).toEqual(['order.paid', 'payment.failed']);
    expect(await offered(['targets', 'get', ''], env)).toEqual(['tgt_1']);
    expect(await offered(['stats', '--target', ''], env)).toEqual(['tgt_1']);
  });

  it('offers no word that a shell takes for more than a word', async () => {
    const hostile = [
      '$(calc)',
      '`calc`',
      'a;calc',
      'a b',
      'a|calc',
      '~/x',
      'a>b',
      "a'b",
      'a\nb',
      '\u001b[2J',
      '!!',
    ];
    const items = [...hostile, 'größe.bezahlt:v1/x'].map((name) => ({ name }));
    const { url } = await serveApi(() => ({ body: { items, next: null } }));
    const env = { POSTHORN_URL: url, POSTHORN_KEY: 'phk_key' };
    expect(await offered(['trigger', ''], env)).toEqual(['größe.bezahlt:v1/x']);
  });

  it.each([
    ['refuses', async () => (await serveApi(() => ({ status: 403, body: {} }))).url],
    ['is slow', async () => (await serveApi(() => 'hang')).url],
    ['is not there', async () => 'http://127.0.0.1:9091'],
  ])('says nothing where the API %s', async (_, urlOf) => {
    const env = { POSTHORN_URL: await urlOf(), POSTHORN_KEY: 'phk_key' };
    const began = performance.now();
    expect(await offered(['trigger', ''], env)).toEqual([]);
    // The bound is 300 ms; a machine that is busy takes longer to notice.
    expect(performance.now() - began).toBeLessThan(5000);
  });

  const folder = mkdtempSync(join(tmpdir(), 'posthorn-tab-'));
  const shim = join(folder, 'posthorn');
  writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  chmodSync(shim, 0o755);
  const env = {
    ...process.env,
    PATH: `${folder}${delimiter}${process.env.PATH}`,
    POSTHORN_CONFIG_DIR: folder,
  };
  const isThere = (shell: string): boolean =>
    (process.env.PATH ?? '').split(delimiter).some((each) => existsSync(join(each, shell)));

  it.runIf(isThere('bash'))('works in bash', async () => {
    const script = `
      source <(posthorn completion bash)
      complete -p posthorn
      for line in 'targ' 'targets rot' 'targets list --state f'; do
        COMP_WORDS=(posthorn $line); COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
        _posthorn; echo "\${COMPREPLY[*]}"
      done`;
    const { stdout } = await run('bash', ['-c', script], { env });
    expect(stdout.trim().split('\n')).toEqual([
      'complete -o default -F _posthorn posthorn',
      'targets',
      'rotate-secret',
      'failing',
    ]);
  });

  it.runIf(isThere('zsh'))('is read by zsh', async () => {
    const script =
      'autoload -U compinit; compinit -u -D; source <(posthorn completion zsh); echo $_comps[posthorn]';
    expect((await run('zsh', ['-fc', script], { env })).stdout).toBe('_posthorn\n');
  });

  it.runIf(isThere('fish'))('works in fish', async () => {
    const script = 'posthorn completion fish | source; complete -C "posthorn targets rot"';
    expect((await run('fish', ['--no-config', '-c', script], { env })).stdout).toContain('rotate-secret');
  });

  it('is refused for another shell', async () => {
    expect(await posthorn('completion tcsh')).toMatchObject({ code: 2, stdout: '' });
  });
});
