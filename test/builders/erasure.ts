import type { EraseDeps } from '../../lambdas/erasure/erase-tenants.ts';
import type { Erasure } from '../../lambdas/erasure/erasure.ts';
import type { Lead } from '../../lambdas/erasure/erasure-store.ts';
import type { AnyItem, ErasableTable } from '../../lambdas/erasure/item-pages-store.ts';
import type { Key } from '../../lambdas/values/item-key.ts';

const nameOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;

/** A table in memory whose pages are small. */
function memoryTable(): ErasableTable & {
  readonly items: Map<string, AnyItem>;
  put(key: Key, attributes?: object): void;
} {
  const items = new Map<string, AnyItem>();
  return {
    items,
    put: (key, attributes) => void items.set(nameOf(key), { ...key, ...attributes }),
    async *pagesOf(pk, { sk = '', attributes } = {}) {
      const read = (item: AnyItem): AnyItem =>
        attributes
          ? ({
              ...Object.fromEntries(attributes.map((name) => [name, item[name]])),
              pk,
              sk: item.sk,
            } as AnyItem)
          : item;
      for (let after = ''; ; ) {
        const page = [...items.values()]
          .filter((item) => item.pk === pk && item.sk.startsWith(sk) && item.sk > after)
          .sort((a, b) => (a.sk < b.sk ? -1 : 1))
          .slice(0, 2);
        if (page.length === 0) return;
        after = page.at(-1)!.sk;
        yield page.map(read);
      }
    },
    async deleteItems(keys) {
      for (const key of keys) items.delete(nameOf(key));
      return keys.length;
    },
  };
}

/** The tables and the bucket of an environment that erases tenants, in memory. */
export function erasureWorld() {
  const [config, log, state] = [memoryTable(), memoryTable(), memoryTable()];
  const erasures = new Map<string, Erasure>();
  const tenants = new Set<string>();
  const payloads = new Set<string>();
  /** By tenant, as `stage kind id`. */
  const leads = new Map<string, Set<string>>();
  const removedHoldQueues: string[] = [];
  const clock = { now: Date.UTC(2026, 10, 21, 12), remainingMs: 300_000 };
  const leadsOf = (tenant: string): Set<string> => {
    if (!leads.has(tenant)) leads.set(tenant, new Set());
    return leads.get(tenant)!;
  };
  const textOf = (stage: 'open' | 'followed', { kind, id }: Lead): string => `${stage} ${kind} ${id}`;

  const deps: EraseDeps = {
    now: () => clock.now,
    remainingMs: () => clock.remainingMs,
    config,
    log,
    state,
    erasures: {
      listErasures: async () => [...erasures.values()],
      async noteSwept(tenant, at) {
        erasures.set(tenant, { ...erasures.get(tenant)!, sweptAt: at });
      },
      async endErasure(tenant) {
        erasures.delete(tenant);
      },
    },
    tenants: {
      async removeTenant(tenant) {
        tenants.delete(tenant);
      },
    },
    leads: {
      async noteLeads(tenant, all) {
        for (const lead of all) leadsOf(tenant).add(textOf('open', lead));
      },
      async *leadsToFollow(tenant, kind, isLastSweep) {
        for (const stage of isLastSweep ? (['open', 'followed'] as const) : (['open'] as const)) {
          for (const text of [...leadsOf(tenant)].sort()) {
            if (text.startsWith(`${stage} ${kind} `)) yield { kind, id: text.split(' ')[2]! };
          }
        }
      },
      async settleLead(tenant, lead, isLastSweep) {
        leadsOf(tenant).delete(textOf('open', lead));
        if (isLastSweep) leadsOf(tenant).delete(textOf('followed', lead));
        else leadsOf(tenant).add(textOf('followed', lead));
      },
    },
    holdQueues: {
      async *removeHoldQueue({ tenant, target }) {
        const name = `${tenant} ${target}`;
        if (removedHoldQueues.includes(name)) return;
        removedHoldQueues.push(name);
        yield 1;
      },
    },
    payloads: {
      async *erasePayloads(tenant) {
        for (const key of [...payloads].filter((one) => one.startsWith(`${tenant}/`))) {
          payloads.delete(key);
          yield 1;
        }
      },
    },
  };

  return { deps, config, log, state, erasures, tenants, payloads, leadsOf, removedHoldQueues, clock };
}
