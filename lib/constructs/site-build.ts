import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';

const consoleFolder = fileURLToPath(new URL('../../console', import.meta.url));

/** The built console, made by Vite when its stack is synthesised. */
export const builtConsole = (scope: Construct): Asset =>
  new Asset(scope, 'Build', {
    path: consoleFolder,
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Vite builds on this machine, so no image is used.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outputDir) {
          build(outputDir);
          return true;
        },
      },
    },
  });

/** @throws Error with what Vite printed */
function build(outDir: string): void {
  const vite = dirname(createRequire(join(consoleFolder, 'package.json')).resolve('vite/package.json'));
  const args = [
    join(vite, 'bin/vite.js'),
    'build',
    '--outDir',
    outDir,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ];
  // A test runner's own NODE_ENV would build React as it is developed with, twice as large.
  const env = { ...process.env, NODE_ENV: 'production' };
  execFileSync(process.execPath, args, { cwd: consoleFolder, env, stdio: ['ignore', 'pipe', 'pipe'] });
}
