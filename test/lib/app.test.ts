import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { environmentOf } from '../helpers/synthesised.ts';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the app as the CDK does, to the point before bundling. */
const runApp = (env: string) =>
  spawnSync(process.execPath, ['bin/posthorn.ts'], {
    cwd: projectRoot,
    encoding: 'utf8',
    env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify({ env }) },
  });

it('refuses to make the laptop’s environment for AWS', () => {
  const { status, stderr } = runApp('local');
  expect(status).not.toBe(0);
  expect(stderr).toContain("environment local is the laptop's");
}, 20_000);

it('belongs to the account that the settings name, in every region', () => {
  const { storage, pipeline, api, regions } = environmentOf('prod', {
    account: '123456789012',
    homeRegion: 'us-east-1',
    dispatchRegions: [{ awsRegion: 'eu-central-1', serves: ['eu'] }],
  });
  const all = [storage, pipeline, api, ...regions.flatMap(({ queues, dispatch }) => [queues, dispatch])];
  expect(all.map(({ account }) => account)).toEqual(all.map(() => '123456789012'));
});

it('has its account without a region', () => {
  const { storage } = environmentOf('dev', { account: '123456789012' });
  expect(storage.environment).toBe('aws://123456789012/unknown-region');
});
