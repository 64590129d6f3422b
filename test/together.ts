import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * `node test/together.ts SCRIPT…`: runs scripts of package.json that do not need each other, in this order, one for each
 * core. Prints what a script says when it ends, and ends with 1 if any of them failed. npm puts their commands on the
 * path.
 */
const scripts: Record<string, string> = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).scripts;
const names = process.argv.slice(2);
const unknown = names.filter((name) => !scripts[name]);
if (names.length === 0 || unknown.length > 0) {
  console.error(`expected scripts of package.json; there is no ${unknown.join(', ') || 'name'}`);
  process.exit(2);
}

/** Returns whether the script succeeded. */
async function run(name: string): Promise<boolean> {
  const began = performance.now();
  const env = { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) };
  const child = spawn(scripts[name]!, { shell: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(Buffer.concat(output));
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  return code === 0;
}

const waiting = [...names];
async function lane(): Promise<boolean> {
  let isGood = true;
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    isGood = (await run(name)) && isGood;
  }
  return isGood;
}

const lanes = await Promise.all(Array.from({ length: availableParallelism() }, lane));
process.exitCode = lanes.every(Boolean) ? 0 : 1;
