/**
 * The level that a plain line names, in the forms of runtimes, loggers and servers in use. Pure.
 *
 * The rule is bounded: it looks at the first 256 characters of the first line, at forms that say where a level stands, and
 * then for a level's name that is set apart from the text. A word of the text itself is none: “no ERROR was found”.
 */

/** No form puts a level further back. */
const HEAD = 256;

/** RFC 5424, 6.2.1, in the order of their numbers, under the names of /v1/logs. */
const SYSLOG = ['emergency', 'alert', 'critical', 'error', 'warn', 'notice', 'info', 'debug'];

/** Names, and what stands for them: .NET, Serilog, glog and Ruby shorten them. What has no other name stands for itself. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ...[
    'emergency alert critical fatal error severe warning warn notice info information debug verbose trace',
    'fine finer finest config panic silly http success',
  ]
    .join(' ')
    .split(' ')
    .map((name) => [name, name] as const),
  ...Object.entries({
    emerg: 'emergency',
    crit: 'critical',
    ftl: 'fatal',
    fatl: 'fatal',
    err: 'error',
    eror: 'error',
    erro: 'error',
    fail: 'error',
    wrn: 'warn',
    inf: 'info',
    dbg: 'debug',
    debu: 'debug',
    dbug: 'debug',
    vrb: 'verbose',
    trc: 'trace',
    trce: 'trace',
    trac: 'trace',
  }),
]);

/** Names that are ordinary words, or no levels elsewhere: taken only where a form says that a level stands there. */
const ONLY_IN_FORMS = new Set(['config', 'http', 'success', 'fail', 'alert', 'notice', 'fine', 'trac']);

/** glog, klog and Ruby's logger begin with a letter. */
const LETTERS: Readonly<Record<string, string>> = {
  F: 'fatal',
  E: 'error',
  W: 'warn',
  I: 'info',
  D: 'debug',
  A: 'unknown',
};

type Form = readonly [form: RegExp, level: (found: string) => string | undefined];

const named = (found: string): string | undefined => NAMES.get(found.toLowerCase());

const FORMS: readonly Form[] = [
  // Lambda's Node.js runtime: time, request, level.
  [/^\d{4}-\d\d-\d\dT[\d:.]+Z\t[\w-]*\t([A-Z]+)\t/, named],
  // Lambda, of a function that took too long, or whose runtime ended.
  [/^\d{4}-\d\d-\d\dT[\d:.]+Z [\w-]+ (Task timed out) after /, () => 'error'],
  [/^RequestId: [\w-]+ (Error): /, () => 'error'],
  // Syslog: facility and severity as one number.
  [/^<(\d{1,3})>/, (number) => (Number(number) < 192 ? SYSLOG[Number(number) % 8] : undefined)],
  // glog and klog: `E1128 10:00:00.000000`. Ruby: `E, [2026-11-28T10:00:00.000000 #123] ERROR -- :`.
  [/^([FEWI])\d{4} \d\d:\d\d:\d\d/, (letter) => LETTERS[letter]],
  [/^([FEWIDA]), \[\d{4}-/, (letter) => LETTERS[letter]],
  // logfmt.
  [/(?:^|\s)(?:level|lvl|severity|log\.level)="?([A-Za-z]{2,16})"?(?=\s|$)/, (name) => named(name)],
  // A name alone in brackets: Python on Lambda `[ERROR]`, nginx `[error]`, Apache `[core:error]`, Serilog `[10:00:00 ERR]`.
  [/(?:^|[\s\]])\[(?:[\w.-]*:|\d\d:\d\d:\d\d(?:\.\d+)? )?([A-Za-z]{3,11})\s*\](?=[\s:[]|$)/, named],
  // At the beginning, with a colon: `ERROR: …`, `error: …`, .NET's `fail: …`, Python's `WARNING:root:…`.
  [/^\s*([A-Za-z]{3,11}):/, named],
  // What runtimes write of an error that nobody caught.
  [
    /^(Traceback \(most recent call last\)|Exception in thread |panic: |fatal error: |Uncaught )/,
    () => 'error',
  ],
];

/** The level of a line that is no JSON; undefined where it names none. */
export function plainLevelOf(line: string): string | undefined {
  const head = firstLine(line);
  for (const [form, level] of FORMS) {
    const found = form.exec(head)?.[1];
    const name = found === undefined ? undefined : level(found);
    if (name !== undefined) return name;
  }
  return standingApart(head);
}

function firstLine(line: string): string {
  const head = line.slice(0, HEAD);
  const end = head.search(/[\r\n]/);
  return end < 0 ? head : head.slice(0, end);
}

/** A level in capitals, as log4j, logback, Python and PostgreSQL set it between time, thread and logger. */
const WORD = /^[([<|]?([A-Z]{3,11})[)\]>|]?([:,;|]?)$/;

/** How many words may stand before the level. */
const MAX_WORDS = 12;

/**
 * The first level in capitals of which the words around it say that it stands apart: none but times, numbers, brackets and
 * names with dots stand before it, or a separator does, or a colon stands behind it.
 */
function standingApart(head: string): string | undefined {
  const words = withoutBrackets(head).split(/\s+/).filter(Boolean).slice(0, MAX_WORDS);
  let isText = false;
  for (const [i, word] of words.entries()) {
    const [, name = '', behind] = WORD.exec(word) ?? [];
    const level = ONLY_IN_FORMS.has(name.toLowerCase()) ? undefined : named(name);
    if (level !== undefined && (!isText || behind === ':' || isSeparator(words[i - 1]))) return level;
    // A lower-case word, such as a thread's or logger's name, may also be the text's first.
    isText ||= /^[A-Za-z]+$/.test(word);
  }
  return undefined;
}

/** `[http-nio 8080 exec-1]` is one word, of which nothing is read. */
const withoutBrackets = (head: string): string => head.replace(/\[[^\]]*\]/g, ' [] ');

const isSeparator = (word: string | undefined): boolean =>
  word !== undefined && /^(?:[-|–—]|\[\]|.*[:|])$/.test(word);
