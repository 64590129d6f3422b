import { marshall } from '@aws-sdk/util-dynamodb';
import { Webhook } from 'standardwebhooks';
import { encodeTime, TIME_LEN } from 'ulid';
import { describe, expect, test } from 'vitest';
import { toItem } from '../../../lambdas/delivery/delivery-items.ts';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import type { MeterEntry } from '../../../local/core/meter.ts';
import type {
  ExpectedTarget,
  HeldBytes,
  HistoryLimits,
  InvariantFactory,
  QueueState,
  TableRole,
} from '../../../simulate/invariants/invariant.ts';
import type { TypedItem } from '../../../simulate/invariants/typed-item.ts';
import type { InvocationEnd } from '../../../simulate/world/watch.ts';
import { outcomeOf } from '../../builders/deliveries.ts';

/** 2026-08-01T00:00:00Z, at which the ULIDs below were made. */
export const BEGINNING = Date.UTC(2026, 7, 1);

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const OTHER_SECRET = `whsec_${Buffer.alloc(24, 8).toString('base64')}`;

const TARGET: ExpectedTarget = {
  tenant: 'ten_a',
  tenantName: 'a',
  id: 'tgt_A',
  subscriptions: 1,
  retry: { schedule: [5, 30], jitter: 0.2 },
  timeoutMs: 15_000,
  secrets: [SECRET],
};
const TARGET_OF_B: ExpectedTarget = { ...TARGET, tenant: 'ten_b', tenantName: 'b', id: 'tgt_B' };

const URL_OF_A = 'https://endpoints.test/a/A';
export const URL_OF_B = 'https://endpoints.test/b/B';

const ULID = encodeTime(BEGINNING, TIME_LEN);
export const SUBSCRIPTION = `sub_${ULID}AAAAAAAAAAAAAAAA`;
const ULID_OF_EVENT = `${ULID}EEEEEEEEEEEEEEEE`;
export const EVENT = `evt_${ULID_OF_EVENT}`;

export interface HistorySettings {
  readonly limits?: Partial<HistoryLimits>;
  readonly target?: Partial<ExpectedTarget>;
  /** Since when no fault is active; not at all by default. */
  readonly calmFrom?: number;
  readonly held?: HeldBytes;
}

/** A history that is made by hand, and watched by one invariant. */
export function watchedHistory(factory: InvariantFactory, settings: HistorySettings = {}) {
  let time = BEGINNING;
  let requests = 0;
  const found: string[] = [];
  const queues: QueueState[] = [];
  const metered: MeterEntry[] = [];
  const tables: Record<TableRole, Map<string, TypedItem>> = {
    config: new Map(),
    log: new Map(),
    state: new Map(),
  };
  const target = { ...TARGET, ...settings.target };
  const targets = new Map([
    [URL_OF_A, target],
    [URL_OF_B, TARGET_OF_B],
  ]);

  const invariant = factory({
    now: () => time,
    violated: (_, text) => void found.push(text),
    items: (role) => tables[role].values(),
    queues: () => queues,
    meter: () => metered,
    heldBy: () => settings.held,
    functionSize: (name) => ({ role: name.toLowerCase(), memoryMb: 512 }),
    isCalmSince: (since) => since >= (settings.calmFrom ?? Number.POSITIVE_INFINITY),
    expected: {
      of: ({ id }) =>
        id === EVENT ? { must: [{ subscription: SUBSCRIPTION, target: 'tgt_A' }] } : { must: [] },
      targetAt: (url) => targets.get(url),
      target: (tenant, id) => [...targets.values()].find((one) => one.tenant === tenant && one.id === id),
      tenantName: (tenant) => tenant.slice('ten_'.length),
    },
    limits: {
      repeatsPerAttempt: 0,
      clockSkewMs: 0,
      travelMs: 25,
      lateMs: 1000,
      quarantined: 0,
      deaths: new Set(['rejected', 'exhausted', 'expired']),
      ...settings.limits,
    },
  });

  function write(table: TableRole, key: string, after: TypedItem | undefined, caller: string): void {
    const before = tables[table].get(key);
    if (after) tables[table].set(key, after);
    else tables[table].delete(key);
    invariant.watcher.wrote?.({ table, caller, before, after });
  }

  const history = {
    /** What the invariant has found so far. */
    found,
    queues,
    metered,
    now: () => time,
    pass(ms: number): void {
      time += ms;
    },
    put(table: TableRole, item: Readonly<Record<string, unknown>>, caller = 'Record'): void {
      const typed = marshall(item, { removeUndefinedValues: true }) as unknown as TypedItem;
      write(table, `${item.pk} ${item.sk}`, typed, caller);
    },
    remove(table: TableRole, { pk, sk }: { readonly pk: string; readonly sk: string }, caller = 'Dispatch') {
      write(table, `${pk} ${sk}`, undefined, caller);
    },
    accept(id = EVENT): void {
      invariant.watcher.accepted?.({ tenant: 'ten_a', id, type: 'a', at: time });
    },
    /** Writes an outcome as record does. @param more attributes that its item has besides */
    log(about: Partial<Outcome>, more: Readonly<Record<string, unknown>> = {}): void {
      const outcome = outcomeOf({
        tenant: 'ten_a',
        subscription: SUBSCRIPTION,
        target: 'tgt_A',
        event: { id: EVENT, ulid: ULID_OF_EVENT, type: 'a' },
        at: time,
        ...about,
      });
      history.put('log', { ...toItem(outcome, 259_200), ...more });
    },
    /** A request that is made as the engine makes it. @returns its number */
    post(about: Posted = {}): number {
      const { url = URL_OF_A, id = EVENT, tenant = 'a', attempt = 1, instance = 'i-1', type = 'a' } = about;
      const body = about.body ?? JSON.stringify({ tenant });
      const signedAt = new Date(about.signedAt ?? time);
      const timestamp = Math.floor(signedAt.getTime() / 1000);
      const webhook = new Webhook(about.isForged ? OTHER_SECRET : SECRET);
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': webhook.sign(id, new Date(timestamp * 1000), body),
        'posthorn-event-type': type,
        ...(about.isBatch ? { 'posthorn-batch': '2' } : { 'posthorn-attempt': String(attempt) }),
      };
      invariant.watcher.reached?.({ number: ++requests, url, headers, body: Buffer.from(body), instance });
      return requests;
    },
    answer(number: number, status: number | 'none' = 200): void {
      invariant.watcher.answered?.({ number, status: status === 'none' ? undefined : status });
    },
    send(body: object, queue = 'slow'): void {
      invariant.watcher.sent?.({ queue, body: JSON.stringify(body), moved: false });
    },
    invoke(about: Partial<InvocationEnd> = {}): void {
      const held = { event: 0, answers: 0 };
      const end = { functionName: 'Dispatch', instance: 'i-1', ms: 10, isCold: false, held } as const;
      invariant.watcher.invoked?.({ ...end, outcome: 'returned', ...about });
    },
    end(): void {
      invariant.atEnd?.();
    },
  };
  return history;
}

export type WatchedHistory = ReturnType<typeof watchedHistory>;

interface Posted {
  readonly url?: string;
  readonly id?: string;
  readonly tenant?: string;
  readonly type?: string;
  readonly attempt?: number;
  readonly instance?: string;
  readonly body?: string;
  readonly signedAt?: number;
  readonly isForged?: boolean;
  readonly isBatch?: boolean;
}

/** Attempts of one delivery: when each began, how long it took, and what came of it. */
export const attemptsAt = (
  ...all: readonly { at: number; ms?: number; status?: number; uncounted?: true; past?: string }[]
) => all.map(({ at, ms = 100, status = 500, ...more }) => ({ at: BEGINNING + at, ms, status, ...more }));

/** What an invariant finds in a history; nothing where `finds` is left out. */
export interface HistoryCase extends HistorySettings {
  readonly name: string;
  readonly make: (history: WatchedHistory) => void;
  readonly finds?: RegExp;
}

/** Tests of an invariant: each case is found for what it is, and nothing else is found in it. */
export function invariantFinds(name: string, factory: InvariantFactory, cases: readonly HistoryCase[]): void {
  describe(name, () => {
    test.each(cases)('$name', ({ make, finds, ...settings }) => {
      const history = watchedHistory(factory, settings);
      make(history);
      if (finds) expect(history.found).toEqual([expect.stringMatching(finds)]);
      else expect(history.found).toEqual([]);
    });
  });
}
