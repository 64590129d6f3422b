/**
 * Stands in the place of lib/constructs/build.ts in the package, which holds what that file makes: functions as they were tested, the
 * console, and code of CloudFront Functions. An app needs neither esbuild nor Vite.
 */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;

export const functionFolder = (folder: string): string => join(here, 'functions', folder);

export const buildFunction = (folder: string, outdir: string): void =>
  cpSync(functionFolder(folder), outdir, { recursive: true });

export const consoleFolder = join(here, 'console');

export const buildConsole = (outdir: string): void => cpSync(consoleFolder, outdir, { recursive: true });

export const edgeCode = (file: string): string => readFileSync(join(here, 'edge', file), 'utf8');
