import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ParseEntry, parse } from 'shell-quote';
import { COMMANDS } from '../../../cli/commands.ts';
import { OPERATIONS } from '../../../client/index.ts';
import { posthorn, type Ran } from '../cli.ts';
import { eventually } from '../eventually.ts';
import type { ConsoleSection, ConsoleStep, Typed } from './console.ts';
import { valueNamed } from './curl.ts';
import { isShown, withKept } from './shown.ts';

/** Who follows a page: their folder, their settings, what they have kept, and what runs in their other shells. */
export interface ConsoleReader {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly variables: Map<string, string>;
  /** What the page shows, and what it is here: addresses that differ on each machine. */
  readonly here: ReadonlyMap<string, string>;
  readonly shells: Map<string, Running>;
  printed: string;
}

interface Running {
  /** What was printed and no step has shown yet. */
  unread: string;
  readonly stop: AbortController;
  readonly ended: Promise<Ran>;
}

/** Follows a section's steps. @throws Error with the page's line where something differs */
export async function followConsole({ steps }: ConsoleSection, reader: ConsoleReader): Promise<void> {
  for (const step of steps) {
    await take(step, reader).catch((error: Error) => {
      throw new Error(`line ${step.at}: ${error.message}`, { cause: error });
    });
  }
}

async function take(step: ConsoleStep, reader: ConsoleReader): Promise<void> {
  if (step.kind === 'file') writeFileSync(join(reader.cwd, step.name), asHere(step.text, reader));
  else if (step.kind === 'keep') reader.variables.set(step.name, textOfForm(step.form, reader.printed));
  else if (step.kind === 'more') await readMore(step, shellOf(step.shell, reader), reader);
  else if (step.shell !== undefined || step.isEnded) await startRunning(step, reader);
  else await runToEnd(step, reader);
}

const asHere = (text: string, { here }: ConsoleReader): string =>
  [...here].reduce((all, [shown, real]) => all.replaceAll(shown, real), text);

function textOfForm(form: string, printed: string): string {
  const pattern = form
    .split('…')
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('[\\w+/=.-]+');
  const found = new RegExp(`(?<![\\w-])${pattern}`).exec(printed)?.[0];
  if (found === undefined) throw new Error(`no ${form} in ${printed}`);
  return found;
}

/** A question is asked again until its answer is as shown, since what it asks about may still change. */
async function runToEnd(step: Typed, reader: ConsoleReader): Promise<void> {
  const once = async (): Promise<void> => {
    const { code, printed } = await runLine(step.line, reader);
    compare(withKept(asHere(step.shown, reader), reader.variables), printed);
    if (code !== step.code) throw new Error(`exit code ${step.code} is shown, and it is ${code}: ${printed}`);
    reader.printed = printed;
  };
  await (isQuestion(step.line) ? eventually(once) : once());
}

function compare(shown: string, printed: string): void {
  if (!isShown(shown, printed)) throw new Error(`shown is\n${shown}\n\nand printed is\n${printed}`);
}

/** Whether the line only reads. */
function isQuestion(line: string): boolean {
  const found = COMMANDS.filter(({ words }) => line.includes(`posthorn ${words}`)).sort(
    (one, other) => other.words.length - one.words.length,
  )[0];
  const { covers = [] } = found ?? {};
  return covers.length > 0 && covers.every((name) => OPERATIONS[name].method === 'GET');
}

/** What both streams print, and the exit code of the last program. */
async function runLine(line: string, reader: ConsoleReader): Promise<{ code: number; printed: string }> {
  const programs = programsIn(wordsIn(line, reader));
  let stdin: string | undefined;
  let printed = '';
  let code = 0;
  for (const [at, { words, from, to, env }] of programs.entries()) {
    if (from !== undefined) stdin = readFileSync(join(reader.cwd, from), 'utf8');
    const ran = await runProgram(words, stdin, { ...reader.env, ...env }, reader);
    const isLast = at === programs.length - 1;
    if (to !== undefined) writeFileSync(join(reader.cwd, to), ran.stdout);
    printed += isLast && to === undefined ? ran.printed : ran.stderr;
    stdin = ran.stdout;
    code = ran.code;
  }
  return { code, printed };
}

interface Program {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly from?: string;
  readonly to?: string;
}

const wordsIn = (line: string, reader: ConsoleReader): ParseEntry[] =>
  parse(asHere(line, reader).replaceAll('\\\n', ' '), (name) => valueNamed(name, reader.variables));

/** Programs of a line, whose outputs are the next one's input. @throws Error for what else a shell knows */
function programsIn(entries: readonly ParseEntry[]): Program[] {
  const programs: Program[] = [];
  let rest = [...entries];
  while (rest.length > 0) {
    const end = rest.findIndex((one) => isOperator(one, '|'));
    const own = end < 0 ? rest : rest.slice(0, end);
    rest = end < 0 ? [] : rest.slice(end + 1);
    programs.push(programOf(own));
  }
  return programs;
}

const isOperator = (entry: ParseEntry, op: string): boolean =>
  typeof entry === 'object' && 'op' in entry && entry.op === op;

function programOf(entries: readonly ParseEntry[]): Program {
  const words: string[] = [];
  const env: Record<string, string> = {};
  const files: { from?: string; to?: string } = {};
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    const [, name, value] = typeof entry === 'string' ? (/^([A-Z_]+)=(.*)$/s.exec(entry) ?? []) : [];
    if (name !== undefined && words.length === 0) env[name] = value!;
    else if (typeof entry === 'string') words.push(entry);
    else if ('pattern' in entry) words.push(entry.pattern);
    else if (isOperator(entry, '<')) files.from = String(entries[++i]);
    else if (isOperator(entry, '>')) files.to = String(entries[++i]);
    else throw new Error(`no shell here to do this: ${JSON.stringify(entry)}`);
  }
  return { words, env, ...files };
}

async function runProgram(
  [program, ...words]: readonly string[],
  stdin: string | undefined,
  env: Readonly<Record<string, string>>,
  { cwd }: ConsoleReader,
): Promise<Ran & { printed: string }> {
  if (program === 'echo') return ofText(`${words.join(' ')}\n`);
  if (program === 'cat') return ofText(words.map((name) => readFileSync(join(cwd, name), 'utf8')).join(''));
  if (program !== 'posthorn') throw new Error(`no program ${program} here`);
  let printed = '';
  const more = (text: string): void => {
    printed += text;
  };
  const ran = await posthorn(words, {
    env,
    cwd,
    onStdout: more,
    onStderr: more,
    ...(stdin !== undefined && { stdin }),
  });
  return { ...ran, printed };
}

const ofText = (stdout: string): Ran & { printed: string } => ({
  code: 0,
  stdout,
  stderr: '',
  printed: stdout,
});

/** Starts what does not end by itself, and reads what it shows first. */
async function startRunning(step: Typed, reader: ConsoleReader): Promise<void> {
  const [program, ...others] = programsIn(wordsIn(step.line, reader));
  const [name, ...words] = program?.words ?? [];
  if (name !== 'posthorn' || others.length > 0) throw new Error('expected posthorn alone, since it goes on');
  const stop = new AbortController();
  const more = (text: string): void => {
    running.unread += text;
  };
  const running: Running = {
    unread: '',
    stop,
    ended: posthorn(words, {
      env: { ...reader.env, ...program!.env },
      cwd: reader.cwd,
      signal: stop.signal,
      onStdout: more,
      onStderr: more,
    }),
  };
  if (step.shell !== undefined) reader.shells.set(step.shell, running);
  await readMore(step, running, reader);
}

function shellOf(name: string, { shells }: ConsoleReader): Running {
  const found = shells.get(name);
  if (!found) throw new Error(`nothing runs in the shell ${name}`);
  return found;
}

async function readMore(
  { shown, isEnded }: Pick<Typed, 'shown' | 'isEnded'>,
  running: Running,
  reader: ConsoleReader,
): Promise<void> {
  await eventually(() => compare(withKept(asHere(shown, reader), reader.variables), running.unread));
  reader.printed = running.unread;
  running.unread = '';
  if (!isEnded) return;
  running.stop.abort();
  const { code, stderr } = await running.ended;
  if (code !== 0 && code !== 130) throw new Error(`it ended with ${code}: ${stderr}`);
}
