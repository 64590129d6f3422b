import { clockTime } from '../live/outcome-line.ts';
import type { Colours } from '../output/colours.ts';
import { safeLines, safeText } from '../output/safe-text.ts';
import type { LocalAnswer } from './messages.ts';

/** What a person sees of requests. Pure. */

export interface Shown {
  readonly eventType: string;
  readonly eventId: string;
  /** 1 for the first. */
  readonly attempt: number;
}

/** What the headers of a delivery say of it. */
export const shownOf = (headers: Readonly<Record<string, string>>): Shown => ({
  eventType: headers['posthorn-event-type'] ?? '',
  eventId: headers['webhook-id'] ?? '',
  attempt: Number(headers['posthorn-attempt'] ?? 1),
});

export function requestLine({ eventType, eventId, attempt }: Shown, now: number, colours: Colours): string {
  const again = attempt > 1 ? `  ${colours.yellow(`attempt ${attempt}`)}` : '';
  return `${colours.dim(clockTime(now))}  → ${safeText(eventType)}  ${colours.dim(safeText(eventId))}${again}`;
}

export function answerLine(
  { eventType, eventId }: Shown,
  answer: LocalAnswer,
  ms: number,
  now: number,
  colours: Colours,
): string {
  const what = 'error' in answer ? colours.red(safeText(answer.error)) : statusIn(answer.status, colours);
  const hint = 'error' in answer && answer.hint ? `\n    ${answer.hint}` : '';
  return `${colours.dim(clockTime(now))}  ← ${what}  ${safeText(eventType)}  ${colours.dim(safeText(eventId))}  ${Math.round(ms)} ms${hint}`;
}

function statusIn(status: number, colours: Colours): string {
  if (isSuccess(status)) return colours.green(String(status));
  return status < 400
    ? colours.yellow(`${status} (redirects are not followed)`)
    : colours.red(String(status));
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

export const headerLines = (headers: Readonly<Record<string, string>>, colours: Colours): string =>
  Object.entries(headers)
    .map(([name, value]) => `    ${colours.dim(`${name}:`)} ${safeText(value)}`)
    .join('\n');

/** Longer ones are for the log of the server that gets them. */
const SHOWN_CHARACTERS = 10_000;

/** A body, indented, as far as it is text. JSON of one line is laid out. */
export function bodyLines(bytes: Uint8Array): string {
  const text = textIn(bytes);
  if (text === undefined) return `    (${bytes.length} bytes, not text)`;
  const laid = laidOut(text);
  const shown = laid.length > SHOWN_CHARACTERS ? `${laid.slice(0, SHOWN_CHARACTERS)}…` : laid;
  return safeLines(shown).replace(/^/gm, '    ');
}

export function textIn(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function laidOut(text: string): string {
  try {
    return text.includes('\n') ? text : JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
