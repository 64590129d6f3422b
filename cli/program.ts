import { Command as Program, Option as ProgramOption } from 'commander';
import type { Command, Example, Values } from './command.ts';
import type { CommonOptions } from './context.ts';
import { UsageError } from './failure.ts';

/** The commands as commander has them. */

/** Called with the command that was typed. */
export type Act = (command: Command, args: Values, options: Values & CommonOptions) => Promise<void>;

export interface Texts {
  readonly version: string;
  /** What each group is about, in the order of the help. */
  readonly groups: Readonly<Record<string, string>>;
}

/** @param width of a line of the help */
export function programOf(commands: readonly Command[], act: Act, { version, groups }: Texts): Program {
  const program = new Program('posthorn')
    .description(
      'Posthorn from a terminal: publish events, see what became of them, and set up who gets them.',
    )
    .version(version, '-v, --version', 'Print the version.')
    .helpOption('-h, --help', 'Print this.')
    .helpCommand('help [command]', 'Print what a command does.')
    .showSuggestionAfterError()
    .exitOverride();
  const made = new Map<string, Program>();
  for (const [name, about] of Object.entries(groups)) {
    made.set(name, plain(program.command(name).description(about)));
  }
  for (const command of commands) {
    const words = command.words.split(' ');
    const group = words.length > 1 ? made.get(words[0]!) : program;
    if (!group) throw new Error(`${command.words}: there is no group ${words[0]}`);
    addCommand(group, words.at(-1)!, command, act);
  }
  program.addHelpText('after', footer);
  return program;
}

const footer = `
Start here:
  posthorn login                          keep the address and the key of an environment
  posthorn listen --forward-to 3000/hook  real deliveries on this machine, without a tunnel
  posthorn trigger payment.failed         publish an example

docs/cli.md has each command with what it prints.`;

const plain = (program: Program): Program =>
  program
    .helpOption('-h, --help', 'Print this.')
    .helpCommand(false)
    .exitOverride()
    .showSuggestionAfterError();

function addCommand(group: Program, name: string, command: Command, act: Act): void {
  const made = plain(group.command(name)).summary(command.summary);
  made.description([command.summary, command.description].filter(Boolean).join('\n\n'));
  for (const { name: argument, description } of command.args ?? []) made.argument(argument, description);
  for (const { flags, description, choices, default: preset, parse } of command.options ?? []) {
    const option = new ProgramOption(flags, description);
    if (choices) option.choices([...choices]);
    if (preset !== undefined) option.default(preset);
    if (parse) option.argParser(parse);
    made.addOption(option);
  }
  made.optionsGroup('Options of every command:');
  made
    .option('--profile <name>', 'Of which environment: see `posthorn login`.')
    .option('--json', 'JSON, for programs.')
    .option('--debug', 'Show requests and answers, with secrets hidden.');
  if (command.examples.length > 0)
    made.addHelpText('after', `\nExamples:\n${command.examples.map(exampleLine).join('\n')}`);
  made.action(async (...all: unknown[]) => {
    const names = (command.args ?? []).map((one) => one.name.replace(/[<>[\].]/g, ''));
    const args = Object.fromEntries(names.map((one, at) => [one, all[at]]));
    await act(command, args, made.opts() as Values & CommonOptions);
  });
}

const exampleLine = (example: Example): string =>
  typeof example === 'string' ? `  ${example}` : `  # ${example[1]}\n  ${example[0]}`;

/** Commander's own refusals, as ours. @returns undefined where it has only printed what was asked for */
export function usageProblem(error: unknown): UsageError | undefined {
  const { code, message } = error as { code: string; message: string };
  if (['commander.helpDisplayed', 'commander.version', 'commander.help'].includes(code)) return undefined;
  return new UsageError(message.replace(/^error: /, ''));
}
