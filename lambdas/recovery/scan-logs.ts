import { inParallel } from '../platform/in-parallel.ts';
import { FIRST_TENANT } from '../tenants/tenant-defaults.ts';
import type { RowsPage } from './event-rows-store.ts';
import { type RecoverDeps, recoverDeliveries } from './recover-deliveries.ts';
import type { Progress, Scan, ScanSpan } from './recovery.ts';

/** Tenants whose first page is read at once: most have no events. */
const PARALLEL_TENANTS = 8;

/** What a scan needs of the run that makes it. */
export interface Run {
  hasTime(): boolean;
  /** Writes how far the scan has come. @throws when the run has to end */
  note(progress: Progress): Promise<void>;
}

export type ScanDeps = RecoverDeps & {
  readonly log: {
    rowsOf(
      tenant: string,
      span: Pick<ScanSpan, 'from' | 'until'>,
      after: string | undefined,
    ): Promise<RowsPage>;
  };
  readonly tenants: {
    /** In the order of their ids. @param options `after` is the id after which the list begins */
    listTenants(options: {
      limit: number;
      after?: string | undefined;
    }): AsyncIterable<{ readonly id: string; readonly deletedAt?: string | undefined }>;
  };
};

/** Scans a span of all tenants' logs, as far as there is time. */
export async function scanLogs(deps: ScanDeps, scan: Scan, span: ScanSpan, run: Run): Promise<void> {
  const upTo = span.from;
  for await (const tenants of groupsFrom(deps, span.tenant)) {
    const pages = await inParallel(tenants, PARALLEL_TENANTS, (tenant) =>
      deps.log.rowsOf(tenant, span, tenant === span.tenant ? span.after : undefined),
    );
    for (const [i, tenant] of tenants.entries()) {
      let page = pages[i]!;
      for (;;) {
        const hasSent = (await recoverDeliveries(deps, tenant, page.rows, scan)) > 0;
        const isOver = page.next === undefined;
        const { from, until } = span;
        // A run that is out of time behind a tenant's last page reads the end of that tenant once more.
        const progress = { upTo, span: { from, until, tenant, after: page.next ?? END } };
        if (hasSent || !run.hasTime()) await run.note(progress);
        if (!run.hasTime()) return;
        if (isOver) break;
        page = await deps.log.rowsOf(tenant, span, page.next);
      }
    }
  }
  await run.note({ upTo: span.until });
}

/** After all sort keys of events. */
const END = '~';

/** The ids of tenants in groups, beginning with `first`. Tenants that are being erased are left out. */
async function* groupsFrom(deps: ScanDeps, first: string | undefined): AsyncGenerator<string[]> {
  let group: string[] = [];
  for await (const tenant of tenantsFrom(deps, first)) {
    group.push(tenant);
    if (group.length < PARALLEL_TENANTS) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** The first tenant comes first, since it may be used before it has an item; then the others by their ids. */
async function* tenantsFrom({ tenants }: ScanDeps, first = FIRST_TENANT): AsyncGenerator<string> {
  yield first;
  const after = first === FIRST_TENANT ? undefined : first;
  const all = tenants.listTenants({ limit: Number.POSITIVE_INFINITY, after });
  for await (const { id, deletedAt } of all) {
    if (id !== FIRST_TENANT && deletedAt === undefined) yield id;
  }
}
