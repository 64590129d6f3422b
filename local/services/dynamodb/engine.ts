/**
 * DynamoDB's operations on items, on tables in memory. Requests whose shape is understood are answered here; all others by
 * dynalite's own code, on the same tables: those that are wrong, rare or about tables.
 */
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import db from 'dynalite/db/index.js';
import type { ServiceAnswer, ServiceCall } from '../call.ts';
import type { Answer } from './answer.ts';
import { batchGetItem, batchWriteItem } from './batches.ts';
import { createStore } from './dynalite-store.ts';
import { guardParsers } from './expressions.ts';
import { deleteItem, getItem, putItem, updateItem } from './items.ts';
import { countBytes, refusalOf } from './limits.ts';
import { conditionFault, query, scan } from './pages.ts';
import { faultOf, knownPart, type Operation, planOf, type Request } from './plan.ts';
import { type Description, Table } from './table.ts';

/** @param random decides the order of a BatchGetItem's answer: a number from 0 to 1, without 1 */
export function createEngine({ random = Math.random }: { readonly random?: () => number } = {}) {
  guardParsers();
  countBytes();
  const tables = new Map<string, Table>();
  const listener = listenerOn(createStore(tables));

  return {
    tables: tables as ReadonlyMap<string, Table>,

    /** Makes a table that is there at once; CreateTable takes real time. */
    define(description: Omit<Description, 'TableStatus'>): Table {
      const table = new Table({ ...description, TableStatus: 'ACTIVE' });
      tables.set(description.TableName, table);
      return table;
    },

    /** @returns undefined for what is not understood */
    quickly(operation: string, request: object): Answer | undefined {
      if (operation === 'BatchGetItem') return batchGetItem(tables, request, random);
      if (operation === 'BatchWriteItem') return batchWriteItem(tables, request);
      const action = Object.hasOwn(ACTIONS, operation) ? ACTIONS[operation as Operation] : undefined;
      const { TableName, ReturnConsumedCapacity } = request as Request;
      const table = tables.get(TableName);
      if (!action || table?.description.TableStatus !== 'ACTIVE' || ReturnConsumedCapacity === 'INDEXES')
        return undefined;
      const plan = planOf(operation as Operation, request);
      return plan && action(table, request as Request, plan);
    },

    /** Why DynamoDB refuses a request that is not understood here, and that dynalite may take. */
    refusal(operation: string, request: object): string | undefined {
      const table = tables.get((request as Request).TableName);
      const plan = operation === 'Query' ? planOf('Query', knownPart(request)) : undefined;
      return (
        refusalOf(request, tables) ??
        (table && plan ? conditionFault(table, request as Request, plan) : undefined)
      );
    },

    /** What is wrong with a request of one item or query by itself. @returns undefined where nothing is */
    fault: (operation: string, request: object): string | undefined =>
      Object.hasOwn(ACTIONS, operation) ? faultOf(operation as Operation, request) : undefined,

    /** Any request, well-formed or not. */
    async byDynalite(headers: ServiceCall['headers'], body: Buffer | string): Promise<ServiceAnswer> {
      const { response, answer } = collected();
      const request = Object.assign(new EventEmitter(), { method: 'POST', url: '/', headers });
      listener(request, response);
      request.emit('data', Buffer.from(body));
      request.emit('end');
      return answer;
    },
  };
}

const ACTIONS = {
  GetItem: getItem,
  PutItem: putItem,
  UpdateItem: updateItem,
  DeleteItem: deleteItem,
  Query: query,
  Scan: scan,
};

type Listener = (request: EventEmitter, response: ServerResponse) => void;

/** What dynalite's server does with a request, on a store that is not its own. */
function listenerOn(store: object): Listener {
  const { create } = db;
  db.create = () => store;
  try {
    return dynalite().listeners('request')[0] as Listener;
  } finally {
    db.create = create;
  }
}

/** What dynalite takes for a response, and what is sent to it. */
function collected(): { response: ServerResponse; answer: Promise<ServiceAnswer> } {
  const { promise, resolve } = Promise.withResolvers<ServiceAnswer>();
  const headers = new Map<string, string>();
  const response = {
    statusCode: 200,
    setHeader: (name: string, value: string | number) => headers.set(name.toLowerCase(), String(value)),
    end(body = '') {
      resolve({ status: this.statusCode, headers: Object.fromEntries(headers), body });
    },
  };
  return { response: response as unknown as ServerResponse, answer: promise };
}
