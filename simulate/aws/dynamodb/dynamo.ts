/** DynamoDB in virtual time. What a request does is the local cloud's to say: local/services/dynamodb/engine.ts. */
import type { Meter } from '../../../local/core/meter.ts';
import type { Answer } from '../../../local/services/dynamodb/answer.ts';
import { billedUnits } from '../../../local/services/dynamodb/billing.ts';
import { createEngine } from '../../../local/services/dynamodb/engine.ts';
import type { Entry } from '../../../local/services/dynamodb/table.ts';
import type { Item } from '../../../local/services/dynamodb/values.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Random } from '../../kernel/random.ts';
import type { TableWrite, Watcher } from '../../world/watch.ts';
import type { Service, ServiceAnswer, ServiceCall } from '../service.ts';
import { latencyOf } from './latency.ts';
import { defineTables, type Role, type TableSettings } from './tables.ts';

export interface DynamoOptions {
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
}

/** Whoever writes when no function does. */
const OPERATOR = 'operator';

export function createDynamo({ random, tables, meter, watchers }: DynamoOptions): DynamoService {
  const engine = createEngine({ random: random.fork('order').next });
  const latencies = random.fork('latency');
  const all = defineTables(engine, tables);
  let caller = OPERATOR;

  for (const { settings, table } of all) {
    table.onWrite = (former, next) => {
      for (const { wrote } of watchers)
        wrote?.({ table: settings.role, caller, before: typed(former), after: typed(next) });
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

  return {
    latencyMs: (call) => latencyOf(latencies, call),

    serve(call: ServiceCall): ServiceAnswer {
      const { operation, input } = call;
      caller = call.caller;
      const { status, body, units } = perform(operation, input);
      const billed = status === 200 ? billedUnits(operation, input, units, engine.tables) : units;
      meter.count({ caller, service: 'dynamodb', operation, requests: 1, units: billed });
      return { status, body };
    },

    operator(operation, input) {
      caller = OPERATOR;
      const { status, body } = perform(operation, input);
      if (status === 200) return body;
      throw new Error(`${operation}: ${JSON.stringify(body)}`);
    },

    *items(role) {
      for (const { settings, table } of all) {
        if (settings.role === role) yield* table.items.all();
      }
    },
  };
}

const INVALID = 'com.amazon.coral.validate#ValidationException';

const typed = (entry: Entry | undefined) => entry?.item as TableWrite['before'];
