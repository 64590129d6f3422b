import { NotFoundError, type Posthorn, type Schemas } from '../../client/index.ts';
import { eventTypeProblem, isOperational } from '../../lambdas/events/event-type.ts';
import { EXIT } from '../exit-codes.ts';
import { CommandError, UsageError } from '../failure.ts';
import { nearNames } from './near-names.ts';

/** What the catalogue has as an example of an event type. */

/** @throws UsageError for what can't be published */
export function checkType(type: string): void {
  if (isOperational(type))
    throw new UsageError(
      `${type}: types that begin with posthorn. are Posthorn’s own, and only it publishes them. \`posthorn targets test\` sends an example of one to a target`,
    );
  const problem = eventTypeProblem(type);
  if (problem !== undefined) throw new UsageError(`${JSON.stringify(type)} is no event type: ${problem}`);
}

/** @throws CommandError that says how to give a payload */
export async function sampleOf(api: Posthorn, type: string, signal: AbortSignal): Promise<unknown> {
  const described = await eventTypeNamed(api, type, signal);
  const sample = sampleIn(described);
  if (sample !== undefined) return sample;
  throw new CommandError(`the event type ${type} has no sample`, {
    hint: `Give a payload: posthorn trigger ${type} --data '{"amount": 1200.5}'. \`posthorn event-types update\` keeps one as the sample.`,
  });
}

/** The sample, or else the first example that the schema itself has. */
export function sampleIn({ sample, schema }: Pick<Schemas['EventType'], 'sample' | 'schema'>): unknown {
  if (sample !== undefined) return sample;
  if (typeof schema !== 'object') return undefined;
  const { examples, default: preset } = schema;
  return Array.isArray(examples) && examples.length > 0 ? examples[0] : preset;
}

async function eventTypeNamed(
  api: Posthorn,
  name: string,
  signal: AbortSignal,
): Promise<Schemas['EventType']> {
  try {
    return await api.getEventType({ name }, { signal });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  const near = nearNames(name, await knownNames(api, signal));
  throw new CommandError(`the catalogue has no event type ${name}`, {
    code: EXIT.notFound,
    hint: [
      ...(near.length > 0 ? [`Is one of these meant? ${near.join(', ')}`] : []),
      `To publish it all the same, give a payload: posthorn trigger ${name} --data '{"amount": 1200.5}'`,
    ].join('\n'),
  });
}

/** As many as are worth asking for to make a suggestion. */
const MOST_NAMES = 2000;

async function knownNames(api: Posthorn, signal: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of api.listEventTypes({ limit: 200 }, { signal })) {
    names.push(name);
    if (names.length === MOST_NAMES) break;
  }
  return names;
}
