import type { Context } from '../context.ts';
import { CommandError } from '../failure.ts';
import { runningLocalCloud } from './local-cloud.ts';
import { apiUrl } from './resolve.ts';

/**
 * Where the console of the environment is: as the profile has it; as the local cloud that runs says of itself; or at the
 * API's own address, where a distribution serves both. @param given by the person @throws CommandError where it is not known
 */
export async function consoleUrl(context: Context, given: string | undefined): Promise<string> {
  const { url, console: kept } = await context.profile();
  const local = await runningLocalCloud(context.io);
  const known = given ?? kept ?? (local?.url === url ? local.console : undefined);
  // What is opened carries a token: nothing but a page of the web is.
  if (known !== undefined) return apiUrl(known);
  const answer = await fetch(`${url}/`, {
    signal: context.io.signal,
    headers: { accept: 'text/html' },
    // A browser would take what stands behind `#` along to another host.
    redirect: 'manual',
  }).catch(() => undefined);
  if (answer?.ok && answer.headers.get('content-type')?.startsWith('text/html')) return url;
  throw new CommandError(`${url} is the API's address, and it does not say where the console is`, {
    hint: 'Give its address: --console https://… (the output ConsoleUrl of the deployment). `posthorn login --console …` keeps it.',
  });
}
