import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** ESM output has no `require`, which parts of the AWS SDK's dependencies call. */
const REQUIRE_BANNER =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Processes that functions start: files of their own beside the bundle. */
const TRANSFORMER = { transformer: 'lambdas/transform/process/main.ts' };
const PROCESSES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dispatch: TRANSFORMER,
  manage: TRANSFORMER,
};

/**
 * How a function is bundled, with all that it needs, the AWS SDK as well. Dynamic imports (`await import(…)`) get files
 * of their own, so that a cold start does not read them. NodejsFunction can't split a bundle: it names its one output
 * file.
 *
 * @param folder in lambdas/functions/, with a handler.ts that exports `handler`
 * @param outdir gets `index.mjs` and the other files
 */
export const buildOptions = (folder: string, outdir: string) =>
  ({
    absWorkingDir: projectRoot,
    entryPoints: {
      index: `lambdas/functions/${folder}/handler.ts`,
      ...PROCESSES[folder],
    } as Record<string, string>,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    banner: { js: REQUIRE_BANNER },
    logLevel: 'warning',
  }) satisfies BuildOptions;

/**
 * A function's code, bundled when its stack is synthesised.
 *
 * @param folder as above
 * @param files paths of files to copy beside the bundle
 */
export const bundledCode = (folder: string, files: readonly string[] = []): Code =>
  Code.fromAsset(`${projectRoot}lambdas/functions/${folder}`, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // esbuild bundles on this machine, so no image is used.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outputDir) {
          buildSync(buildOptions(folder, outputDir));
          for (const file of files) copyFileSync(file, join(outputDir, basename(file)));
          return true;
        },
      },
    },
  });
