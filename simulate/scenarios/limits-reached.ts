import type { DynamoStats } from '../aws/dynamodb/capacity/stats.ts';
import { DYNAMODB } from '../aws/numbers.ts';
import type { Producers } from '../world/producers.ts';
import type { World } from '../world/world.ts';

/** What was seen of a limit. */
interface Reached {
  readonly at: number;
  readonly text: string;
}

const EVERY_MS = 250;
/** Which setting limits the functions behind a queue. */
const SETTINGS = [
  ['Events', 'fanout'],
  ['CriticalLane', 'critical'],
  ['StandardLane', 'standard'],
  ['SlowLane', 'slow'],
  ['BulkLane', 'bulk'],
  ['Outcomes', 'record'],
] as const;

/** Looks from now on which limit is reached first. */
export function watchLimits(world: World, producers: Producers, until: number) {
  const { kernel, mappings, functions, lambda, dynamo, stack } = world;
  const { concurrency, apiThrottle } = stack.settings;
  const seen = new Map<string, Reached>();
  const note = (key: string, text: string, at = kernel.now()): void => {
    if (!seen.has(key)) seen.set(key, { at, text });
  };
  const refusedBefore = refusals();

  function refusals(): number {
    return (producers.answers.get(429) ?? 0) + (producers.answers.get(503) ?? 0);
  }

  function look(): void {
    for (const { queue, busy } of mappings) {
      const setting = SETTINGS.find(([name]) => queue.name.startsWith(name))?.[1];
      const { visible } = queue.counts();
      if (setting && busy >= concurrency[setting] && visible > concurrency[setting] * BATCH)
        note(setting, `\`concurrency.${setting}\` of ${concurrency[setting]}: its queue grows`);
    }
    if (refusals() > refusedBefore)
      note('api', `\`apiThrottle.ratePerSecond\` of ${apiThrottle.ratePerSecond}`);
    const throttled = [...functions.values()].find(({ stats }) => stats.throttles > 0);
    if (throttled)
      note('lambda', `Lambda's concurrent executions, ${lambda.mostBusy} at most: ${throttled.name}`);
    const { first } = dynamo.stats();
    if (first) note('dynamodb', placeOf(first), first.at);
    if (kernel.now() + EVERY_MS < until) kernel.after(EVERY_MS, look);
  }
  look();

  return {
    /**
     * The first limit that was reached.
     * @param isHeld whether all is delivered all the same; then a queue that was long for a moment is none
     */
    first(isHeld: boolean): string | undefined {
      const all = [...seen].filter(([key]) => !isHeld || !Object.hasOwn(concurrency, key));
      return all.map(([, reached]) => reached).sort((a, b) => a.at - b.at)[0]?.text;
    },
    /** Calls that were throttled, by who throttled. */
    throttles(): Record<string, number> {
      const counts: Record<string, number> = {};
      if (refusals() > 0) counts['API Gateway'] = refusals();
      for (const { name, stats } of functions.values())
        if (stats.throttles > 0) counts[`Lambda ${name}`] = stats.throttles;
      for (const { count, ...place } of dynamo.stats().throttles) {
        const where = `DynamoDB ${place.table}${place.index ? `, ${place.index}` : ''}`;
        counts[where] = (counts[where] ?? 0) + count;
      }
      return counts;
    },
  };
}

/** Messages of a batch: with more for each invocation than that, they wait. */
const BATCH = 10;

/** Ids are those of a history: `event#ten_…#0` is a tenant's. */
const withoutIds = (key: string): string => key.replace(/_[0-9A-Z]{26}/g, '_…').slice(0, 60);

function placeOf({ table, index, kind, limit, key }: NonNullable<DynamoStats['first']>): string {
  const where = `the ${table} table${index ? `'s index ${index}` : ''}`;
  const units = kind === 'write' ? DYNAMODB.partitionWrites : DYNAMODB.partitionReads;
  return limit === 'AccountLimitExceeded'
    ? `the account's ${kind} units of ${where}`
    : `${units} ${kind} units a second of a partition of ${where}, that of \`${withoutIds(key)}\``;
}
