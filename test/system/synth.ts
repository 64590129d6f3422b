import type { TestProject } from 'vitest/node';
import { synthesise } from '../../local/template/synth.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The synthesised `local` environment, with the bundles that would be deployed. */
    assemblyDir: string;
  }
}

/** Synthesises once for all system tests. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('assemblyDir', await synthesise());
}
