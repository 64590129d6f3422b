import {
  type Argument,
  type HelpConfiguration,
  Command as Program,
  Option as ProgramOption,
} from 'commander';
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

export function programOf(commands: readonly Command[], act: Act, { version, groups }: Texts): Program {
  const program = plain(new Program('posthorn'))
    .usage('<command> …')
    .description(
      'Posthorn from a terminal: publish events, see what became of them, and set up who gets them.',
    )
    .version(version, '-v, --version', 'Print the version.');
  addCommonOptions(program);
  const made = new Map<string, Program>();
  program.commandsGroup('What there is, with commands of its own:');
  for (const [name, about] of Object.entries(groups)) {
    made.set(name, groupOf(program.command(name), about));
  }
  program.commandsGroup('Commands:');
  for (const command of commands) {
    const words = command.words.split(' ');
    const group = words.length > 1 ? made.get(words[0]!) : program;
    if (!group) throw new Error(`${command.words}: there is no group ${words[0]}`);
    addCommand(group, words.at(-1)!, command, act);
  }
  program.addHelpText('after', footer);
  return program;
}

const groupOf = (program: Program, about: string): Program =>
  plain(program)
    .usage('<command> …')
    .description(about)
    .helpOption('-h, --help', 'Print this.')
    .addHelpText('after', `\n\`posthorn ${program.name()} <command> --help\` has options and examples.`);

const footer = `
Start here:
  posthorn whoami                             which environment is asked: a local cloud is found
  posthorn login                              keep the address and the key of another one
  posthorn listen --forward-to 3000/hook      real deliveries on this machine, without a tunnel
  posthorn trigger payment.processor.failure  publish the sample of an event type

\`posthorn <command> --help\` has options and examples. docs/cli.md has each command with what it prints.`;

const argumentTerm = (one: Argument): string => {
  const text = `${one.name()}${one.variadic ? '...' : ''}`;
  return one.required ? `<${text}>` : `[${text}]`;
};

const HELP: HelpConfiguration = {
  // Each command takes options: saying so says nothing.
  subcommandTerm: (one) => [one.name(), ...one.registeredArguments.map(argumentTerm)].join(' '),
  optionDescription: ({ description, argChoices, defaultValue }) =>
    [
      description,
      argChoices && `One of: ${argChoices.join(', ')}.`,
      typeof defaultValue === 'string' && `Default: ${defaultValue}.`,
    ]
      .filter(Boolean)
      .join(' '),
};

/** Without commander's own command `help`: `main.ts` takes it for `--help`, at any depth. */
const plain = (program: Program): Program =>
  program
    .helpCommand(false)
    .configureHelp(HELP)
    // What stands behind a command is that command's: `event-types create --version 2`.
    .enablePositionalOptions()
    .exitOverride()
    .showSuggestionAfterError();

/** Of the program as well, so that they may stand before the command too. */
const addCommonOptions = (program: Program): Program =>
  program
    .optionsGroup('Options of every command:')
    .option('--profile <name>', 'Of which environment: see `posthorn login`.')
    .option('--json', 'JSON, for programs.')
    .option('--debug', 'Show requests and answers, with secrets hidden.')
    .helpOption('-h, --help', 'Print this.');

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
  addCommonOptions(made);
  if (command.examples.length > 0)
    made.addHelpText('after', `\nExamples:\n${command.examples.map(exampleLine).join('\n')}`);
  made.action(async (...all: unknown[]) => {
    const names = (command.args ?? []).map((one) => one.name.replace(/[<>[\].]/g, ''));
    const args = Object.fromEntries(names.map((one, at) => [one, all[at]]));
    await act(command, args, made.optsWithGlobals() as Values & CommonOptions);
  });
}

const exampleLine = (example: Example): string =>
  typeof example === 'string' ? `  ${example}` : `  # ${example[1]}\n  ${example[0]}`;

/** Commander's own refusals, as ours. @returns undefined where it has only printed what was asked for */
export function usageProblem(error: unknown): UsageError | undefined {
  const { code, message } = error as { code: string; message: string };
  if (['commander.helpDisplayed', 'commander.version', 'commander.help'].includes(code)) return undefined;
  return new UsageError(message.replace(/^error: /, '').replace(/\n\((Did you mean .*\?)\)$/, '. $1'));
}
