import { AssetHashType, type BundlingOptions, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { buildConsole, buildFunction, consoleFolder, functionFolder } from './build.ts';

/** A function's code, bundled when its stack is synthesised. @param folder in lambdas/functions/ */
export const bundledCode = (folder: string): Code =>
  Code.fromAsset(
    functionFolder(folder),
    madeBy((outdir) => buildFunction(folder, outdir)),
  );

/** The built console, made when its stack is synthesised. */
export const builtConsole = (scope: Construct): Asset =>
  new Asset(scope, 'Build', { path: consoleFolder, ...madeBy(buildConsole) });

/** An asset that is made when its stack is synthesised, and named by the hash of what was made. */
export const madeBy = (make: (outdir: string) => void) => ({
  assetHashType: AssetHashType.OUTPUT,
  bundling: {
    // It is made on this machine, so no image is used.
    image: DockerImage.fromRegistry('none'),
    local: {
      tryBundle(outputDir) {
        make(outputDir);
        return true;
      },
    },
  } satisfies BundlingOptions,
});
