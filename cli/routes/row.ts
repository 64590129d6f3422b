import type { OperationName } from '../../client/index.ts';
import type { Example, Option, Values } from '../command.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Column } from '../output/value.ts';

/** A command that is one operation of the API. Its arguments and options come from the OpenAPI document. */
export interface Row {
  readonly words: string;
  readonly operation: OperationName;
  /** The operation's own when left out. */
  readonly summary?: string;
  readonly description?: string;
  readonly examples: readonly Example[];
  /** What a person sees of the answer: of each row of a list, or of the one thing. */
  readonly columns?: readonly Column[];
  /** Said when it is done and there is nothing to see. */
  readonly done?: (args: Values) => string;
  /** Said of an empty list: what to do. */
  readonly empty?: string;
  /** Asked before it is done, unless `--yes`: what can't be taken back. Undefined where nothing has to be asked. */
  readonly asks?: (args: Values, options: Values) => string | undefined;
  /** Parameters of the query that are given where nobody has said otherwise. */
  readonly preset?: Values;
  /** The body that is sent, of the one that options have made. */
  readonly bodyOf?: (body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  /** Options of the API that the tool does not show, and why that is right stands beside each. */
  readonly leaveOut?: readonly string[];
  /** Said after the answer, on stderr: such as that a secret is shown this once. */
  readonly note?: (answer: never, args: Values) => string | undefined;
  /** Said after a list, of its first page: of what stands beside the rows. */
  readonly noteOfList?: (page: never) => string;
  /** In place of columns. Prints what a person sees of the answer. */
  readonly show?: (context: Context, answer: never, args: Values) => Promise<void>;
  /** In place of showing the answer: what comes of it, with options of its own. */
  readonly act?: (context: Context, answer: never, options: Values) => Promise<ExitCode>;
  /** Options beside those of the operation. */
  readonly options?: readonly Option[];
}
