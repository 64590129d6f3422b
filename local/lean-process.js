/**
 * Loaded before all else in a process that runs the local cloud: `node --max-semi-space-size=8 --import …`. What it
 * does can't be done later, nor by flags alone. Plain JavaScript, so that the type stripper stays unloaded.
 */
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// A shell's own Node.js may be older, and would end with an export that it lacks.
if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(
    `The local cloud needs Node.js 24, and this is ${process.versions.node}. \`npm ci\` installs the right one here, and \`npm start\` takes it: run \`npm ci\`, then \`npm start\`.`,
  );
  process.exit(2);
}

// glibc gives each thread an arena of its own for what is not JavaScript, and returns little of it: a tenth of the memory
// under load. It reads this variable when a process begins, so this one begins anew.
if (process.platform === 'linux' && process.env.MALLOC_ARENA_MAX === undefined) {
  const args = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, args, { ...process.env, MALLOC_ARENA_MAX: '1' });
}

// From the second start on, neither the type stripper nor the compiler is needed: a fifth of the memory, and half of the
// processor time until the cloud runs.
module.enableCompileCache(fileURLToPath(new URL('../.local/compile-cache', import.meta.url)));

// Heaps that grow late: a third less memory for the functions' environments. As a flag of the process it would also
// keep the young generation of the main thread at 1 MB, which all emulators share: four times the collections, each of
// which promotes what is about to be dropped.
setFlagsFromString('--optimize-for-size');
// The environments have limits of their own.
setFlagsFromString('--max-semi-space-size=0');
