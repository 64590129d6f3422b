import { contextOf } from '../context.ts';
import type { Io } from '../io.ts';
import { safeText } from '../output/safe-text.ts';
import { readConfig } from '../profiles/config-file.ts';
import { LOCAL } from '../profiles/local-cloud.ts';
import { type Known, type Suggested, type Suggestion, suggest } from './suggest.ts';

/** Whoever presses Tab waits no longer, and sees nothing of an API that is slow or out of reach. */
const PATIENCE_MS = 300;
const ROWS = 200;

/** Bash puts a word on the line as it is: no word may be more than a word to a shell, whoever named it so. */
const IS_PLAIN = /^[\p{L}\p{N}_.:/@%+=-]+$/u;

/** Prints what fits where the cursor stands: a word a line, a tab, and what it is about. */
export async function complete(io: Io, typed: readonly string[], known: Known): Promise<void> {
  const current = typed.at(-1) ?? '';
  const found = await lookedUp(io, typed, suggest(typed, known)).catch(() => []);
  const lines = found
    .filter(({ value }) => IS_PLAIN.test(value) && value.startsWith(current))
    .map(({ value, about }) => `${safeText(value)}\t${safeText(about)}\n`);
  io.stdout.write(lines.join(''));
}

async function lookedUp(
  io: Io,
  typed: readonly string[],
  suggested: Suggested,
): Promise<readonly Suggestion[]> {
  if (suggested.kind === 'words') return suggested.words;
  if (suggested.kind === 'profiles') {
    const { profiles } = await readConfig(io);
    return [...Object.entries(profiles), [LOCAL, { url: 'the local cloud that runs' }] as const].map(
      ([value, { url }]) => ({ value, about: url }),
    );
  }
  const at = typed.indexOf('--profile');
  const api = await contextOf(io, at < 0 ? {} : { profile: typed[at + 1] }).api();
  const bounds = { signal: AbortSignal.timeout(PATIENCE_MS), maxRetries: 0 };
  if (suggested.kind === 'targets') {
    const { items } = await api.listTargets({ limit: ROWS }, bounds);
    return items.map(({ id, name, url, address }) => ({ value: id, about: name ?? url ?? address ?? '' }));
  }
  const { items } = await api.listEventTypes({ limit: ROWS }, bounds);
  return items.map(({ name, description }) => ({ value: name, about: description ?? '' }));
}
