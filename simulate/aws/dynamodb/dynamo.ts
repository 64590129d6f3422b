/** DynamoDB in virtual time. What a request does is the local cloud's to say: local/services/dynamodb/engine.ts. */

import type { Answer } from '../../../local/services/dynamodb/answer.ts';
import { leastUnits } from '../../../local/services/dynamodb/billing.ts';
import { createEngine } from '../../../local/services/dynamodb/engine.ts';
import type { Entry } from '../../../local/services/dynamodb/table.ts';
import type { Item } from '../../../local/services/dynamodb/values.ts';
import type { TableWrite } from '../../world/watch.ts';
import type { PartOptions } from '../part.ts';
import type { Service, ServiceAnswer, ServiceCall } from '../service.ts';
import { Capacity, type CapacityOptions } from './capacity/capacity.ts';
import type { DynamoStats } from './capacity/stats.ts';
import { type Throttle, ThrottledError, throttlingAnswer } from './capacity/throttle.ts';
import { Expiry } from './expiry.ts';
import { latencyOf } from './latency.ts';
import { repeatedKeys } from './repeated-keys.ts';
import { StaleReads } from './stale-reads.ts';
import { defineTables, type Role, type StackTable, type TableSettings } from './tables.ts';

export interface DynamoOptions extends CapacityOptions, Omit<PartOptions, 'mischief'> {
  readonly tables: readonly TableSettings[];
  /** Probability that a read which need not be consistent sees the table or index as it was a moment ago; 0 when left out. */
  readonly staleReads?: number;
}

export interface DynamoService extends Service {
  /**
   * What the simulation itself does, at no cost and in no time.
   * @returns the answer's body @throws for what DynamoDB refuses
   */
  operator(operation: string, input: object): object;
  /** All items of a table, partition by partition. Nothing may be written meanwhile. */
  items(role: Role): Iterable<Item>;
  /**
   * Removes items whose time is over; call it about once an hour. Watchers hear of it, as of writes by `ttl`.
   * @returns how many went
   */
  expire(): number;
  stats(): DynamoStats;
}

/** Who writes when no function does. They take no capacity. */
const OPERATOR = 'operator';
const EXPIRY = 'ttl';
const isFree = (caller: string): boolean => caller === OPERATOR || caller === EXPIRY;

export function createDynamo(options: DynamoOptions): DynamoService {
  const { kernel, random, meter, watchers, staleReads = 0 } = options;
  const engine = createEngine({ random: random.fork('order').next });
  const latencies = random.fork('latency');
  const tables = defineTables(engine, options.tables);
  const capacity = new Capacity(tables, options, kernel.now);
  const expiry = new Expiry(random.fork('expiry'), tables);
  const stale = staleReads > 0 ? new StaleReads(staleReads, random.fork('stale'), tables) : undefined;
  let caller = OPERATOR;

  for (const { settings, table } of tables) {
    const { before, after } = capacity.watchOf(settings.name);
    table.watch = {
      ...(before && { before: (former, next) => isFree(caller) || before(former, next) }),
      after(spot, former, next) {
        if (!isFree(caller)) after(spot, former, next);
        stale?.note(settings.name, spot, former, next, kernel.now());
        for (const { wrote } of watchers)
          wrote?.({ table: settings.role, caller, before: typed(former), after: typed(next) });
      },
    };
  }

  /** A watcher may ask in the midst of a function's write. */
  function as<T>(who: string, run: () => T): T {
    const before = caller;
    caller = who;
    try {
      return run();
    } finally {
      caller = before;
    }
  }

  /** @throws for a request that takes dynalite, which knows real time only */
  function perform(operation: string, input: object): Answer {
    const answer = engine.quickly(operation, input);
    if (answer) return answer;
    const message = engine.refusal(operation, input) ?? repeatedKeys(input) ?? engine.fault(operation, input);
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
    const read = (): Answer => perform(operation, input);
    const answer = stale ? stale.answer(operation, input, read, kernel.now()) : read();
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
      return as(call.caller, () => {
        if (isFree(call.caller)) return perform(call.operation, call.input);
        try {
          return serveWithin(call);
        } catch (error) {
          if (error instanceof ThrottledError) return refused(call, error.throttle);
          throw error;
        }
      });
    },

    operator(operation, input) {
      const { status, body } = as(OPERATOR, () => perform(operation, input));
      if (status === 200) return body;
      throw new Error(`${operation}: ${JSON.stringify(body)}`);
    },

    *items(role) {
      for (const { settings, table } of tables) {
        if (settings.role === role) yield* table.items.all();
      }
    },
    expire: () => as(EXPIRY, () => expiry.sweep(kernel.now())),

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
