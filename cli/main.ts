import { CommanderError } from 'commander';
import { COMMANDS, GROUPS } from './commands.ts';
import { complete } from './completion/complete.ts';
import { contextOf } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type Failure, failureOf, UsageError } from './failure.ts';
import type { Io } from './io.ts';
import { coloursFor } from './output/colours.ts';
import { safeLines } from './output/safe-text.ts';
import { programOf, usageProblem } from './program.ts';
import { VERSION } from './version.ts';

/**
 * Runs the tool once.
 * @param argv what was typed after `posthorn`
 * @returns what the process ends with: see `EXIT`
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  if (argv[0] === 'complete' && argv[1] === '--') {
    await complete(io, argv.slice(2), { commands: COMMANDS, groups: GROUPS });
    return EXIT.ok;
  }
  let typed = '';
  let code: ExitCode = EXIT.ok;
  const program = programOf(
    COMMANDS,
    async (command, args, options) => {
      typed = command.words;
      code = (await command.run(contextOf(io, options), args, options)) ?? EXIT.ok;
    },
    { version: VERSION, groups: GROUPS },
  );
  // What commander has to say of mistakes is said by us, with the rest.
  const quiet = { writeErr: () => {}, outputError: () => {} };
  const said = { writeOut: (text: string) => void io.stdout.write(text), getOutHelpWidth: () => io.columns };
  for (const each of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)])
    each.configureOutput({ ...quiet, ...said });
  try {
    await program.parseAsync(typedWords(argv), { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      const problem = usageProblem(error);
      return problem ? say(io, argv, problem, typed || commandIn(argv)) : EXIT.ok;
    }
    if (io.signal.aborted) return EXIT.interrupted;
    return say(io, argv, error, typed);
  }
}

/** `posthorn help targets list` and `posthorn targets` print what can be said. */
function typedWords(argv: readonly string[]): string[] {
  if (argv[0] === 'help') return [...argv.slice(1), '--help'];
  return namesAGroupAlone(argv) ? [...argv, '--help'] : [...argv];
}

const namesAGroupAlone = (argv: readonly string[]): boolean =>
  argv.length === 0 || (argv.length === 1 && Object.hasOwn(GROUPS, argv[0]!));

/** The command or group that was meant, where the rest was wrong. */
function commandIn(argv: readonly string[]): string {
  const found = [2, 1].map((count) => argv.slice(0, count).join(' '));
  const isNamed = (words: string): boolean =>
    Object.hasOwn(GROUPS, words) || COMMANDS.some((one) => one.words === words);
  return found.find(isNamed) ?? '';
}

function say(io: Io, argv: readonly string[], error: unknown, words: string): ExitCode {
  const failure = failureOf(error, { subject: words.split(' ')[0] ?? '', words });
  const text = argv.includes('--json') ? asJson(failure) : asText(io, failure);
  io.stderr.write(`${text}\n`);
  if (argv.includes('--debug') && !(error instanceof UsageError))
    io.stderr.write(`${safeLines((error as Error).stack ?? '')}\n`);
  return failure.code;
}

function asJson({ code, kind, message, field, details, hint }: Failure): string {
  return safeLines(JSON.stringify({ error: kind, message, field, problems: details, hint, exitCode: code }));
}

function asText(io: Io, { message, details = [], hint }: Failure): string {
  const colours = coloursFor(io, 'stderr');
  const lines = [
    `${colours.red('error:')} ${safeLines(message)}`,
    ...details.map((one) => `  ${safeLines(one)}`),
  ];
  return [...lines, ...(hint ? [safeLines(hint)] : [])].join('\n');
}
