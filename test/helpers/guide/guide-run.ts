import { eventually } from '../eventually.ts';
import { type CurlAnswer, curl, nodeOutput, wordsOf } from './curl.ts';
import type { Section, ShownAnswer, ShownArrival, Step } from './guide.ts';
import { differences, withKept } from './shown.ts';

/** A request that the guide's receiver got. */
interface GuideArrival {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** The state that steps share. */
export interface Reader {
  readonly variables: Map<string, string>;
  /** Arrivals that no step has checked yet. */
  readonly arrivals: GuideArrival[];
  last?: CurlAnswer;
}

/** Follows a section's steps. @throws Error with the page's line where a result differs */
export async function follow({ steps }: Section, reader: Reader): Promise<void> {
  for (const step of steps) {
    await take(step, reader).catch((error: Error) => {
      throw new Error(`line ${step.at}: ${error.message}`, { cause: error });
    });
  }
}

async function take(step: Step, reader: Reader): Promise<void> {
  if (step.kind === 'command') reader.last = await run(step, reader.variables);
  if (step.kind === 'keep') reader.variables.set(step.name, valueAt(step.path, reader.last));
  if (step.kind === 'set') reader.variables.set(step.name, await valueBehind(step.value, reader.variables));
  if (step.kind === 'arrival') await eventually(() => takeArrival(reader.arrivals, step.shown));
}

/** A GET is repeated until its answer is as shown, since its subject may still change. */
async function run({ line, shown }: Step & { kind: 'command' }, variables: Map<string, string>) {
  const once = async (): Promise<CurlAnswer> => {
    const answer = await curl(line, variables);
    compare(shown && withValues(shown, variables), answer);
    return answer;
  };
  const isQuestion = !/ -(X|d|-data-binary) /.test(line);
  return isQuestion ? eventually(once) : once();
}

const withValues = (shown: ShownAnswer, variables: Map<string, string>): ShownAnswer => ({
  ...shown,
  body: shown.body && withKept(shown.body, variables),
});

function compare(shown: ShownAnswer | undefined, { status, headers, text }: CurlAnswer): void {
  const isAsShown = shown ? status === shown.status : status >= 200 && status < 300;
  if (!isAsShown) throw new Error(`status shown as ${shown?.status ?? 'a success'}, is ${status}: ${text}`);
  if (!shown) return;
  const found = [
    ...shown.headers.flatMap(([name, value]) => differences(value, headers.get(name), name)),
    ...bodyDifferences(shown.body, text),
  ];
  if (found.length > 0) throw new Error(`${found.join('\n')}\nin ${text}`);
}

/** An answer whose body is not shown has none. */
function bodyDifferences(shown: string | undefined, text: string): string[] {
  if (!/^[{["]/.test(shown ?? '')) return differences(shown ?? '', text, 'body');
  return differences(JSON.parse(shown!), parsed(text));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function takeArrival(arrivals: GuideArrival[], shown: ShownArrival): void {
  const problems = arrivals.map((arrival) => [
    ...differences(shown.path, arrival.path, 'path'),
    ...shown.headers.flatMap(([name, value]) =>
      differences(value, arrival.headers[name.toLowerCase()], name),
    ),
    ...bodyDifferences(shown.body, arrival.body.toString()),
  ]);
  const found = problems.findIndex((list) => list.length === 0);
  if (found < 0) throw new Error(`none of ${arrivals.length} arrivals is it: ${JSON.stringify(problems)}`);
  arrivals.splice(found, 1);
}

/** The value at a path in an answer: a member such as `items[0].id` of its body, or a header. */
function valueAt(path: string, answer: CurlAnswer | undefined): string {
  const body = parsed(answer?.text ?? '');
  const names = path.split(/[.[\]]+/).filter((name) => name !== '');
  const inBody = names.reduce<unknown>((from, name) => (from as Record<string, unknown>)?.[name], body);
  const value = inBody ?? (/^[\w-]+$/.test(path) ? answer?.headers.get(path) : undefined);
  if (typeof value === 'string') return value;
  throw new Error(`no text at ${path} of ${answer?.text}`);
}

/** The value behind `NAME=`. */
async function valueBehind(text: string, variables: Map<string, string>): Promise<string> {
  const program = /^\$\((.*)\)$/s.exec(text)?.[1];
  if (program !== undefined) return nodeOutput(program, variables);
  const [value, ...others] = wordsOf(text, variables);
  if (value === undefined || others.length > 0) throw new Error(`expected one value, got ${text}`);
  return value;
}
