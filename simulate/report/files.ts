import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { type Result, type Results, SCENARIOS, SCHEMAS, type Scenario } from './results.ts';

/** Where results are kept, one file a scenario. */
export const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));

/** A file of results, or a result, that is not as results are. The message says where, and what was expected. */
export class ResultError extends Error {
  override readonly name = 'ResultError';
}

/**
 * Checks a result and writes its file. Numbers keep five digits, so that a file is small and its changes can be read.
 * @returns the path of the file
 * @throws ResultError
 */
export function writeResult(result: Result, folder: string = RESULTS): string {
  const path = join(folder, `${result.scenario}.json`);
  const checked = checkedResult(result.scenario, result, path);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, textOf(checked));
  return path;
}

/** Reads the results that are there. @throws ResultError */
export function readResults(folder: string = RESULTS): Results {
  const found = SCENARIOS.filter((scenario) => existsSync(join(folder, `${scenario}.json`)));
  return Object.fromEntries(found.map((scenario) => [scenario, readResult(scenario, folder)]));
}

function readResult(scenario: Scenario, folder: string): Result {
  const path = join(folder, `${scenario}.json`);
  try {
    return checkedResult(scenario, JSON.parse(readFileSync(path, 'utf8')), path);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ResultError(`${path}: ${error.message}`);
    throw error;
  }
}

function checkedResult(scenario: Scenario, result: unknown, path: string): Result {
  const { success, data, error } = SCHEMAS[scenario].safeParse(result);
  if (!success) throw new ResultError(`${path}: ${z.prettifyError(error)}`);
  return data;
}

const DIGITS = 5;
const rounded = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value;

/** Indented, with a list of numbers on one line. */
function textOf(result: Result): string {
  const text = JSON.stringify(result, (_, value) => rounded(value), 2);
  const isNumbers = /\[\s+(-?[\d.e+-]+(?:,\s+-?[\d.e+-]+)*)\s+\]/g;
  return `${text.replace(isNumbers, (_, numbers: string) => `[${numbers.replace(/,\s+/g, ', ')}]`)}\n`;
}
