import { UsageError } from '../failure.ts';

/** Where an endpoint is, as it is typed: `3000`, `3000/hook`, `localhost:3000/hook`, `https://localhost:8443/hook`. Pure. */

const EXPECTED = 'expected an address such as http://localhost:3000/hook, localhost:3000/hook or 3000/hook';

/** @param name of the option or argument, for the message @throws UsageError */
export function forwardTo(text: string, name = '--forward-to'): URL {
  const url = urlOf(text.trim());
  if (!url || url.hostname === '') throw new UsageError(`${name}: ${EXPECTED}, got ${JSON.stringify(text)}`);
  if (url.username || url.password || url.hash)
    throw new UsageError(`${name}: expected an address without user, password and fragment`);
  return url;
}

function urlOf(text: string): URL | undefined {
  if (/^https?:\/\//i.test(text)) return parsed(text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return undefined;
  const port = /^:?(\d{1,5})(?=$|[/?])(.*)$/.exec(text);
  if (port) return parsed(`http://localhost:${port[1]}${port[2]}`);
  return /^[^/?#]/.test(text) ? parsed(`http://${text}`) : undefined;
}

const parsed = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);
