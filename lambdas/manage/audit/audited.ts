import { isAudited, type Route } from '../../api/route.ts';
import type { AuditEntry, AuditedEntity } from '../../audit/audit-entry.ts';
import type { Caller } from '../../http/caller.ts';
import type { TellChanges } from '../../live/tell.ts';
import { emitMetrics, errorFields, warn } from '../../platform/log.ts';
import type { UlidSource } from '../../values/ids.ts';
import type { ManageDeps } from '../deps.ts';
import type { Answer, Call } from '../operation.ts';
import { createRecorder } from './recorder.ts';
import { recordingDeps } from './recording-deps.ts';

export interface AuditDeps {
  /** Adds an entry to its tenant's trail, and to the administrators' where that is said. */
  addEntry(entry: AuditEntry, of: { now: number; isAdministrators: boolean }): Promise<void>;
  /** Tells those who watch live. Never throws. */
  readonly tellChanges: TellChanges;
  /** Milliseconds since the epoch. */
  now(): number;
  readonly ulid: UlidSource;
}

/** What is called, and by whom. */
export interface Audited {
  readonly operation: string;
  readonly route: Route;
  readonly call: Pick<Call, 'tenant' | 'id' | 'caller' | 'request'>;
}

/**
 * Runs an operation, and leaves an entry in the audit trail if its route is audited: when it has succeeded, and when it has
 * changed something before it failed. An entry that can't be written changes nothing for the caller: what was done is done.
 */
export async function audited(
  deps: AuditDeps,
  about: Audited,
  manageDeps: ManageDeps,
  run: (deps: ManageDeps) => Promise<Answer>,
): Promise<Answer> {
  if (!isAudited(about.route)) return run(manageDeps);
  const recorder = createRecorder();
  const addEntry = async (
    more: Pick<AuditEntry, 'brokenOff'>,
    entities: readonly AuditedEntity[],
    by = about.call.caller,
  ) => {
    const tenant = recorder.tenant() ?? tenantOfPath(about);
    await Promise.all([
      keep(deps, about, by, { ...more, entities, tenant }),
      deps.tellChanges(tenant, recorder.changes()),
    ]);
  };
  let answer: Answer;
  try {
    answer = await run(recordingDeps(manageDeps, recorder));
  } catch (error) {
    const changed = recorder.entities();
    if (changed.length > 0) await addEntry({ brokenOff: true }, changed);
    throw error;
  }
  await addEntry({}, withPathEntity(about, recorder.entities()), answer.by);
  return answer;
}

/** Keeps an entry; where that fails, the log has it. */
async function keep(
  { addEntry, now, ulid }: AuditDeps,
  { operation, route, call: { request } }: Audited,
  caller: Caller,
  what: Pick<AuditEntry, 'tenant' | 'entities' | 'brokenOff'>,
): Promise<void> {
  const { http, requestId } = request.requestContext;
  const at = now();
  const entry: AuditEntry = {
    ulid: ulid(at),
    operation,
    credential: caller.credential,
    credentialName: caller.credentialName,
    session: caller.session,
    address: http.sourceIp,
    userAgent: http.userAgent && boundedText(http.userAgent),
    requestId,
    ...what,
  };
  const isAdministrators =
    route.scope === 'admin' || entry.tenant !== caller.tenant || caller.home !== undefined;
  try {
    await addEntry(entry, { now: at, isAdministrators });
  } catch (error) {
    warn('audit entry not written', {
      tenant: entry.tenant,
      ...errorFields(error),
      entry: JSON.stringify(entry),
    });
    emitMetrics({ AuditEntriesUnwritten: 1 });
  }
}

/** A client writes what it likes. */
const MAX_USER_AGENT = 256;
const boundedText = (text: string): string => text.slice(0, MAX_USER_AGENT).toWellFormed();

/** `targets` and its parameter, of a path that names an entity. */
const NAMED = /\/([a-z-]+)\/\{\w+\}/;

const kindOfPath = ({ path }: Route): string | undefined =>
  NAMED.exec(path)?.[1]?.replace(/ies$/, 'y').replace(/s$/, '');

/** Whose entity a path names, where nothing was changed that says it. */
const tenantOfPath = ({ route, call }: Audited): string =>
  kindOfPath(route) === 'tenant' ? call.id : call.tenant;

/** The entity that the path names is listed also where the call did not change it. */
function withPathEntity({ route, call: { id } }: Audited, changed: readonly AuditedEntity[]) {
  const kind = kindOfPath(route);
  if (kind === undefined || changed.some((one) => one.kind === kind && one.id === id)) return changed;
  return [{ kind, id, ...(route.method === 'GET' && { action: 'shown' as const }) }, ...changed];
}
