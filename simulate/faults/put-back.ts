import { UsageError } from '../scenarios/usage-error.ts';
import * as likely from './put-back/likely-faults.ts';
import * as old from './put-back/old-faults.ts';
import type { PutBack, SourceEdit } from './put-back/source-edits.ts';

export type { PutBack };

/**
 * Faults to put back, so that a soak shows that it finds them: some that Posthorn once had, and some that it might as well
 * have had. What each needs to show is said where it stands.
 */
export const PUT_BACK: readonly PutBack[] = [...Object.values(old), ...Object.values(likely)];

/** @throws UsageError when there is none of the name */
export function putBackNamed(name: string): PutBack {
  const found = PUT_BACK.find((one) => one.name === name);
  if (found) return found;
  const names = PUT_BACK.map((one) => `  ${one.name}`).join('\n');
  throw new UsageError(`--put-back FAULT: expected one of those below, got ${name}\n${names}`);
}

/**
 * A source file with the fault in it; unchanged where the fault is not about this file.
 * @param file in lambdas/, with `/` between folders
 * @throws Error when a text to find is not there exactly once: the source has changed, and the fault would be gone unnoticed
 */
export function applyPutBack({ name, edits }: PutBack, file: string, source: string): string {
  return edits.filter((edit) => edit.file === file).reduce((text, edit) => edited(name, edit, text), source);
}

function edited(name: string, { file, find, replace }: SourceEdit, source: string): string {
  const [before, after, ...more] = source.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    const times = source.split(find).length - 1;
    throw new Error(
      `fault ${name}: expected this text once in lambdas/${file}, found it ${times} times; adapt the edit to the source:\n${find}`,
    );
  }
  return before + replace + after;
}
