import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildFunction } from '../constructs/build.ts';
import { madeBy } from '../constructs/bundle.ts';
import { FOR_LAMBDA } from '../constructs/bundle-options.ts';

/** The worker of the queue, in lambdas/functions/. */
export const HANDLE_FOLDER = 'webhook-handle';

/**
 * The code of a function that takes webhooks from the queue: the worker, and beside it the owner's handler as a bundle of its
 * own.
 *
 * @param entry a file in TypeScript or JavaScript
 * @throws Error when there is no such file
 */
export function handlerCode(entry: string): Code {
  const file = resolve(entry);
  if (!existsSync(file)) throw new Error(`handler.entry: expected a file, got ${entry}`);
  return Code.fromAsset(
    dirname(file),
    madeBy((outdir) => {
      buildFunction(HANDLE_FOLDER, outdir);
      bundleHandler(file, join(outdir, 'webhook-handler.mjs'));
    }),
  );
}

/** As CDK's NodejsFunction does it: with all that it imports, but the AWS SDK, which Lambda has. */
function bundleHandler(file: string, outfile: string): void {
  esbuildFor(file).buildSync({
    entryPoints: [file],
    outfile,
    external: ['@aws-sdk/*', '@smithy/*'],
    ...FOR_LAMBDA,
  });
}

/** The esbuild of the handler's project: NodejsFunction asks for the same. */
function esbuildFor(file: string): typeof import('esbuild') {
  try {
    return createRequire(file)('esbuild');
  } catch (cause) {
    throw new Error('handler.entry: expected the package esbuild to be installed (npm install -D esbuild)', {
      cause,
    });
  }
}
