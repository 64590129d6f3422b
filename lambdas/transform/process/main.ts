import process from 'node:process';
import { LRUCache } from 'lru-cache';
import { type Compiled, compile } from './compile.ts';
import { evaluate } from './evaluate.ts';
import { boundLibrary } from './library.ts';
import type { Answer, Ask, Problem } from './messages.ts';
import { makeWorld } from './world.ts';

/**
 * The process that evaluates expressions. It has no environment, no credentials, no network that it uses, and may read nothing but
 * its own folder. Whoever started it ends it when it takes too much.
 */

/** Compiled expressions that are kept. Each is up to a few hundred KB. */
const KEPT = 32;

const compiledOnes = new LRUCache<string, Compiled | Problem>({ max: KEPT });
const world = makeWorld();
await boundLibrary();

process.on('disconnect', () => process.exit());
process.on('message', (ask: Ask) => {
  void answerTo(ask).then((answer) => process.send!(answer));
});
process.send!('ready');

async function answerTo(ask: Ask): Promise<Answer> {
  const known = compiledOnes.get(ask.expression) ?? compile(ask.expression);
  compiledOnes.set(ask.expression, known);
  if ('kind' in known) return known;
  if (ask.kind === 'check') return { kind: 'fine' };
  world.begin(Date.parse(ask.input.time), `${ask.input.id} ${ask.input.target.id}`);
  return evaluate(known, ask, usedMs);
}

function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
