/** DynamoDB in virtual time. What a request does is the local cloud's to say: local/services/dynamodb/engine.ts. */
import type { Meter } from '../../../local/core/meter.ts';
import type { Answer } from '../../../local/services/dynamodb/answer.ts';
import { leastUnits } from '../../../local/services/dynamodb/billing.ts';
import { createEngine } from '../../../local/services/dynamodb/engine.ts';
import type { Entry } from '../../../local/services/dynamodb/table.ts';
import type { Item } from '../../../local/services/dynamodb/values.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Random } from '../../kernel/random.ts';
import type { TableWrite, Watcher } from '../../world/watch.ts';
import type { Service, ServiceAnswer, ServiceCall } from '../service.ts';
import { Capacity, type CapacityOptions } from './capacity/capacity.ts';
import type { DynamoStats } from './capacity/stats.ts';
import { type Throttle, ThrottledError, throttlingAnswer } from './capacity/throttle.ts';
import { latencyOf } from './latency.ts';
import { defineTables, type Role, type StackTable, type TableSettings } from './tables.ts';

export interface DynamoOptions extends CapacityOptions {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly tables: readonly TableSettings[];
  readonly meter: Meter;
  /** Read at each write. */
  readonly watchers: readonly Watcher[];
}

export interface DynamoService extends Service {
  /**
   * What the simulation itself does, at no cost and in no time.
   * @returns the answer's body @throws for what DynamoDB refuses
   */
  operator(operation: string, input: object): object;
  /** All items of a table, partition by partition. Nothing may be written meanwhile. */
  items(role: Role): Iterable<Item>;
  stats(): DynamoStats;
}

/** Whoever writes when no function does. */
const OPERATOR = 'operator';

export function createDynamo(options: DynamoOptions): DynamoService {
  const { kernel, random, meter, watchers } = options;
  const engine = createEngine({ random: random.fork('order').next });
  const latencies = random.fork('latency');
  const tables = defineTables(engine, options.tables);
  const capacity = new Capacity(tables, options, kernel.now);
  let caller = OPERATOR;

  for (const { settings, table } of tables) {
    const { before, after } = capacity.watchOf(settings.name);
    table.watch = {
      ...(before && { before: (former, next) => caller !== OPERATOR && before(former, next) }),
      after(spot, former, next) {
        if (caller !== OPERATOR) after(spot, former, next);
        for (const { wrote } of watchers)
          wrote?.({ table: settings.role, caller, before: typed(former), after: typed(next) });
      },
    };
  }

  /** @throws for a request that takes dynalite, which knows real time only */
  function perform(operation: string, input: object): Answer {
    const answer = engine.quickly(operation, input);
    if (answer) return answer;
    const message = engine.refusal(operation, input);
    if (message !== undefined) return { status: 400, body: { __type: INVALID, message }, units: 0 };
    throw new Error(`expected a request that the engine understands: ${operation} ${JSON.stringify(input)}`);
  }

  function serveWithin(call: ServiceCall): ServiceAnswer {
    const { operation } = call;
    const throttle = capacity.throttleOf(operation, call.input);
    const part = throttle ? undefined : capacity.partOf(operation, call.input);
    const refusal = throttle ?? part?.refusal;
    if (refusal) return refused(call, refusal);
    const input = part?.done ?? call.input;
    const answer = perform(operation, input);
    const late = capacity.note(operation, input, answer);
    if (late) return refused(call, late);
    const units = answer.status === 200 ? Math.max(answer.units, leastUnits(operation, input)) : answer.units;
    count(operation, units + capacity.indexUnits);
    return {
      status: answer.status,
      body: part ? { ...answer.body, [LEFT[operation]!]: part.left } : answer.body,
    };
  }

  function refused({ operation }: ServiceCall, throttle: Throttle): ServiceAnswer {
    count(operation, 0);
    return throttlingAnswer(throttle, nameOf(tables, throttle.table));
  }

  const count = (operation: string, units: number): void =>
    meter.count({ caller, service: 'dynamodb', operation, requests: 1, units });

  return {
    latencyMs: (call) => latencyOf(latencies, call),

    serve(call) {
      caller = call.caller;
      try {
        return serveWithin(call);
      } catch (error) {
        if (error instanceof ThrottledError) return refused(call, error.throttle);
        throw error;
      } finally {
        caller = OPERATOR;
      }
    },

    operator(operation, input) {
      // A watcher may ask in the midst of a function's write.
      const before = caller;
      caller = OPERATOR;
      try {
        const { status, body } = perform(operation, input);
        if (status === 200) return body;
        throw new Error(`${operation}: ${JSON.stringify(body)}`);
      } finally {
        caller = before;
      }
    },

    *items(role) {
      for (const { settings, table } of tables) {
        if (settings.role === role) yield* table.items.all();
      }
    },
    stats: () => capacity.stats(),
  };
}

const INVALID = 'com.amazon.coral.validate#ValidationException';

/** Where an answer has the part of a batch that is not done. */
const LEFT: Readonly<Record<string, string>> = {
  BatchGetItem: 'UnprocessedKeys',
  BatchWriteItem: 'UnprocessedItems',
};

const nameOf = (tables: readonly StackTable[], role: Role): string =>
  tables.find(({ settings }) => settings.role === role)!.settings.name;

const typed = (entry: Entry | undefined) => entry?.item as TableWrite['before'];
