import type { OperationName } from '../client/index.ts';
import type { Context } from './context.ts';
import type { ExitCode } from './exit-codes.ts';

/** An argument by its place: `<id>`, `[id]`, `<id...>`. */
interface Argument {
  readonly name: string;
  readonly description: string;
}

export interface Option {
  /** As commander has them: `-f, --file <path>`. What may be repeated ends with three dots: `<path...>`. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly default?: string | boolean;
  /** @throws UsageError that says what was expected */
  readonly parse?: (text: string) => unknown;
}

export type Values = Readonly<Record<string, unknown>>;

/** A command: what is typed, what its help says, what it does. */
export interface Command {
  /** As it is typed: `targets list`. */
  readonly words: string;
  /** One line, in the list of its group. */
  readonly summary: string;
  readonly description?: string;
  readonly args?: readonly Argument[];
  readonly options?: readonly Option[];
  /** As they are typed, each of which works, with what it does where that is not plain. */
  readonly examples: readonly Example[];
  /** The operations of the API that it stands for. Every operation has a command: test/cli/coverage.test.ts. */
  readonly covers?: readonly OperationName[];
  /** Takes options that the API's operations name; else it takes none but those above. */
  readonly run: (context: Context, args: Values, options: Values) => Promise<ExitCode | undefined>;
}

export type Example = string | readonly [line: string, does: string];
