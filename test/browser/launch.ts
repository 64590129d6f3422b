import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { CHROMIUM_ARGS, findChromium } from '../helpers/browser/chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser of this run is reached; empty without one. */
    browserUrl: string;
  }
}

const HOW = 'Install Debian’s package chromium, or name the program of another one in the variable CHROMIUM.';

/** Starts one Chromium for all tests of the project. Where there is none, they are skipped, but not in CI. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    if (process.env.CI) throw new Error(`no Chromium on this machine, and CI skips no test. ${HOW}`);
    console.log(`The tests in a browser are skipped: no Chromium on this machine. ${HOW}`);
    project.provide('browserUrl', '');
    return undefined;
  }
  const server = await chromium.launchServer({ executablePath, args: CHROMIUM_ARGS });
  project.provide('browserUrl', server.wsEndpoint());
  return () => server.close();
}
