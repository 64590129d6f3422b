import { requireEnv } from '../platform/env.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { listTenants } from '../tenants/tenant-store.ts';
import { FIRST_TENANT } from '../tenants/tenants.ts';
import { recover } from './recover.ts';
import type { Progress, Scan, Span } from './recovery.ts';
import { rowsOf } from './recovery-log-store.ts';

const configTable = requireEnv('CONFIG_TABLE');
const logTable = requireEnv('LOG_TABLE');

/** Tenants whose first page is read at once: most of them have none. */
const PARALLEL_TENANTS = 8;

/** What a look needs of the run that it is made in. */
export interface Run {
  hasTime(): boolean;
  /** Writes how far the look has come. @throws when the run has to end */
  note(progress: Progress): Promise<void>;
}

/** Looks at a span of all tenants' logs, as far as there is time. */
export async function scanLogs(scan: Scan, span: Span, run: Run): Promise<void> {
  const upTo = span.from;
  for await (const tenants of groupsFrom(span.tenant)) {
    const pages = await inParallel(tenants, PARALLEL_TENANTS, (tenant) =>
      rowsOf(logTable, tenant, span, tenant === span.tenant ? span.after : undefined),
    );
    for (const [i, tenant] of tenants.entries()) {
      let page = pages[i]!;
      for (;;) {
        const hasSent = (await recover(tenant, page.rows, scan)) > 0;
        const isOver = page.next === undefined;
        const { from, until } = span;
        // Who is out of time behind a tenant's last page reads that one's end once more.
        const progress = { upTo, span: { from, until, tenant, after: page.next ?? END } };
        if (hasSent || !run.hasTime()) await run.note(progress);
        if (!run.hasTime()) return;
        if (isOver) break;
        page = await rowsOf(logTable, tenant, span, page.next);
      }
    }
  }
  await run.note({ upTo: span.until });
}

/** Behind all sort keys of events. */
const END = '~';

/** The ids of tenants in groups, from one on. Those that are being erased are left out. */
async function* groupsFrom(first: string | undefined): AsyncGenerator<string[]> {
  let group: string[] = [];
  for await (const tenant of tenantsFrom(first)) {
    group.push(tenant);
    if (group.length < PARALLEL_TENANTS) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** The first tenant comes first, since it may be used before there is an item of it; then the others by their ids. */
async function* tenantsFrom(first = FIRST_TENANT): AsyncGenerator<string> {
  yield first;
  const after = first === FIRST_TENANT ? undefined : first;
  for await (const { id, deletedAt } of listTenants(configTable, {
    limit: Number.POSITIVE_INFINITY,
    after,
  })) {
    if (id !== FIRST_TENANT && deletedAt === undefined) yield id;
  }
}
