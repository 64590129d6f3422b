import type { Command, Option } from '../command.ts';
import { SHELLS } from './scripts.ts';

/** What fits where the cursor stands. Pure: what only the API or the settings know is named, and looked up elsewhere. */

export interface Suggestion {
  readonly value: string;
  readonly about: string;
}

export type Suggested =
  | { readonly kind: 'words'; readonly words: readonly Suggestion[] }
  | { readonly kind: 'profiles' | 'eventTypes' | 'targets' };

export interface Known {
  readonly commands: readonly Command[];
  readonly groups: Readonly<Record<string, string>>;
}

const COMMON: readonly Option[] = [
  { flags: '--profile <name>', description: 'Of which environment.' },
  { flags: '--json', description: 'JSON, for programs.' },
  { flags: '--debug', description: 'Show requests and answers, with secrets hidden.' },
  { flags: '-h, --help', description: 'Options and examples.' },
];

const NOTHING: Suggested = { kind: 'words', words: [] };

/** @param typed the words behind `posthorn`, the last of which is not finished and may be empty */
export function suggest(typed: readonly string[], known: Known): Suggested {
  const before = typed[0] === 'help' ? typed.slice(1, -1) : typed.slice(0, -1);
  const current = typed.at(-1) ?? '';
  const { command, group, given } = meant(before, known);
  const options = [...(command?.options ?? []), ...COMMON];
  const asked = optionNamed(before.at(-1), options);
  if (asked && takesValue(asked)) return valuesOf(asked);
  if (current.startsWith('-')) return { kind: 'words', words: options.flatMap(optionWords) };
  if (command) return argumentOf(command, given);
  if (given > 0) return NOTHING;
  return { kind: 'words', words: group === undefined ? firstWords(known) : wordsOfGroup(group, known) };
}

/** The command or the group that is typed already, and how many words behind it. */
function meant(
  before: readonly string[],
  { commands, groups }: Known,
): { command?: Command | undefined; group?: string; given: number } {
  const find = (words: string): Command | undefined => commands.find((one) => one.words === words);
  const places: string[] = [];
  for (let i = 0; i < before.length; i++) {
    const word = before[i]!;
    const command = find(places.slice(0, 2).join(' ')) ?? find(places[0] ?? '');
    const option = optionNamed(word, [...(command?.options ?? []), ...COMMON]);
    if (option && takesValue(option)) i += 1;
    else if (!word.startsWith('-')) places.push(word);
  }
  const [first, second] = places;
  if (first === undefined) return { given: 0 };
  if (!Object.hasOwn(groups, first)) {
    const command = find(first);
    return { command, given: places.length - (command ? 1 : 0) };
  }
  if (second === undefined) return { group: first, given: 0 };
  const command = find(`${first} ${second}`);
  return { command, group: first, given: places.length - (command ? 2 : 1) };
}

const namesOf = ({ flags }: Option): readonly string[] => flags.split(', ').map((one) => one.split(' ')[0]!);
const takesValue = ({ flags }: Option): boolean => /[<[]/.test(flags);
const optionNamed = (word: string | undefined, options: readonly Option[]): Option | undefined =>
  word === undefined ? undefined : options.find((one) => namesOf(one).includes(word));

const optionWords = (option: Option): Suggestion[] =>
  namesOf(option)
    .filter((name) => name.startsWith('--'))
    .map((value) => ({ value, about: option.description }));

function valuesOf(option: Option): Suggested {
  if (option.choices) return wordsFrom(option.choices);
  const name = namesOf(option).at(-1)!;
  if (name === '--profile') return { kind: 'profiles' };
  if (['--type', '--event-type', '--event-types', '--events'].includes(name)) return { kind: 'eventTypes' };
  if (['--target', '--target-id', '--target-ids'].includes(name)) return { kind: 'targets' };
  return NOTHING;
}

function argumentOf({ words, args = [] }: Command, given: number): Suggested {
  const name = (args[given] ?? args.at(-1))?.name.replace(/[<>[\].]/g, '');
  if (words === 'completion' && given === 0) return wordsFrom(SHELLS);
  if (given >= args.length) return NOTHING;
  if (name === 'type' || (name === 'name' && words.startsWith('event-types '))) return { kind: 'eventTypes' };
  if (name === 'id' && words.startsWith('targets ')) return { kind: 'targets' };
  return NOTHING;
}

const wordsFrom = (values: readonly string[]): Suggested => ({
  kind: 'words',
  words: values.map((value) => ({ value, about: '' })),
});

const firstWords = ({ commands, groups }: Known): Suggestion[] => [
  ...Object.entries(groups).map(([value, about]) => ({ value, about })),
  ...commands
    .filter(({ words }) => !words.includes(' '))
    .map(({ words, summary }) => ({ value: words, about: summary })),
];

const wordsOfGroup = (group: string, { commands }: Known): Suggestion[] =>
  commands
    .filter(({ words }) => words.startsWith(`${group} `))
    .map(({ words, summary }) => ({ value: words.slice(group.length + 1), about: summary }));
