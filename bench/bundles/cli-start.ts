import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How long the command-line tool takes to start, beside a Node that does nothing. */

const posthorn = fileURLToPath(new URL('../../cli/posthorn.js', import.meta.url));
const LINES: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  'posthorn --version': [posthorn, '--version'],
  'posthorn targets list --help': [posthorn, 'targets', 'list', '--help'],
};

/** Median milliseconds by line, of what a person waits. Rounds go through all lines, so that a busy moment slows each. */
export function measureStart(size: 'full' | 'quick'): Record<string, number> {
  const took = Object.fromEntries(Object.keys(LINES).map((line) => [line, [] as number[]]));
  for (let round = 0; round < (size === 'full' ? 20 : 5); round++) {
    for (const [line, args] of Object.entries(LINES)) {
      const began = performance.now();
      const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
      if (status !== 0) throw new Error(`${line} ended with ${status}: is it built? npm run -w cli build`);
      took[line]!.push(performance.now() - began);
    }
  }
  return Object.fromEntries(
    Object.entries(took).map(([line, all]) => [line, all.sort((a, b) => a - b)[all.length >> 1]!]),
  );
}

export function printStart(figures: Record<string, number>): void {
  for (const [line, ms] of Object.entries(figures)) console.log(`${line.padEnd(30)} ${ms.toFixed(0)} ms`);
}
