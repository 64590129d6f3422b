import { NotFoundError, type Posthorn } from '../../client/index.ts';
import { EXIT } from '../exit-codes.ts';
import { CommandError } from '../failure.ts';

/** Names of targets and subscriptions, for people. */

/** More than these are shown by their ids: a name costs a call. */
const MOST_NAMES = 200;

/** Names of targets by their ids, asked for once. */
export class TargetNames {
  private readonly api: Posthorn;
  private readonly signal: AbortSignal;
  private names = new Map<string, Promise<string>>();

  constructor(api: Posthorn, signal: AbortSignal) {
    this.api = api;
    this.signal = signal;
  }

  /** The name of a target; its id where it has none, or is gone. */
  of(id: string): Promise<string> {
    const known = this.names.get(id);
    if (known) return known;
    if (this.names.size >= MOST_NAMES) return Promise.resolve(id);
    const name = this.ask(id);
    this.names.set(id, name);
    return name;
  }

  /** Targets were changed. */
  forget(): void {
    this.names = new Map();
  }

  private async ask(id: string): Promise<string> {
    try {
      const { name } = await this.api.getTarget({ id }, { signal: this.signal, maxRetries: 0 });
      return name || id;
    } catch {
      return id;
    }
  }
}

const KINDS = {
  target: { prefix: 'tgt_', get: 'getTarget', list: 'listTargets' },
  subscription: { prefix: 'sub_', get: 'getSubscription', list: 'listSubscriptions' },
} as const;

/**
 * The id of what is named by an id or a name.
 * @throws CommandError where there is no such thing, or several have the name
 */
export async function idOf(
  api: Posthorn,
  kind: keyof typeof KINDS,
  text: string,
  signal: AbortSignal,
): Promise<string> {
  const { prefix, get, list } = KINDS[kind];
  if (text.startsWith(prefix)) {
    try {
      return (await api.call(get, { id: text }, { signal })).id;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      throw noSuch(kind, text);
    }
  }
  const found: string[] = [];
  for await (const { id, name } of api.call(list, { limit: 200 }, { signal }))
    if (name === text) found.push(id);
  if (found.length === 0) throw noSuch(kind, text);
  if (found.length === 1) return found[0]!;
  throw new CommandError(`${found.length} ${kind}s have the name ${JSON.stringify(text)}`, {
    hint: `Give the id of one: ${found.slice(0, 5).join(', ')}`,
  });
}

const noSuch = (kind: string, text: string): CommandError =>
  new CommandError(`there is no ${kind} with the id or the name ${JSON.stringify(text)}`, {
    code: EXIT.notFound,
    hint: `\`posthorn ${kind}s list\` shows what there is.`,
  });
