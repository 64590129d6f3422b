import type { AuditEntryView } from '../../api/audit.ts';
import { ROUTES } from '../../api/routes.ts';
import type { AuditEntry } from '../../audit/audit-entry.ts';
import type { AuditFound, AuditPage } from '../../audit/audit-store.ts';
import { invalid } from '../../http/errors.ts';
import { timeOfUlid, withPrefix } from '../../values/ids.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import { answerWithNext, pageOf } from '../lists/page.ts';
import { askedSpan } from '../lists/span.ts';
import type { Operation } from '../operation.ts';

type Routes = typeof ROUTES;
type Query = Parameters<typeof pageOf>[0] & {
  readonly [name in 'credential' | 'operation' | 'from' | 'to']?: string | undefined;
};

/** @throws ApiError for a filter that matches nothing */
function wanted({ credential, operation, from, to, ...query }: Query): AuditPage {
  if (operation !== undefined && !Object.hasOwn(ROUTES, operation)) {
    throw invalid('expected the operationId of a call, such as patchTarget', 'operation');
  }
  const { cursor, ...page } = pageOf(query);
  return { ...page, filter: { credential, operation, ...askedSpan({ from, to }) }, after: cursor };
}

const answerOf = ({ entries, next }: AuditFound) =>
  answerWithNext(
    entries.map((entry) => ({ view: viewOf(entry), cursor: entry.ulid })),
    next,
  );

const viewOf = (entry: AuditEntry): AuditEntryView => ({
  id: withPrefix('aud', entry.ulid),
  at: rfc3339(timeOfUlid(entry.ulid)),
  tenantId: entry.tenant,
  operation: entry.operation,
  credential: entry.credential,
  ...(entry.credentialName !== undefined && { credentialName: entry.credentialName }),
  ...(entry.session !== undefined && { sessionId: entry.session }),
  ...(entry.address !== undefined && { address: entry.address }),
  ...(entry.userAgent !== undefined && { userAgent: entry.userAgent }),
  ...(entry.requestId !== undefined && { requestId: entry.requestId }),
  ...(entry.brokenOff && { brokenOff: true }),
  entities: entry.entities.map(({ fields, ...entity }) => ({
    ...entity,
    ...(fields && { fields: [...fields] }),
  })),
});

export const listAudit: Operation<Routes['listAudit']> = async ({ audit }, { tenant, query, make }) => {
  const { entityId, ...rest } = query;
  const page = wanted(rest);
  const found =
    entityId === undefined
      ? await audit.listAudit(tenant, page, make.now)
      : await audit.listAuditOf(tenant, entityId, page, make.now);
  return answerOf(found);
};

/** An entity is found in its tenant's trail, which has what administrators did to it as well. */
const NEEDS_TENANT = 'expected with the `tenantId` of its tenant, whose trail has it';

export const listEnvironmentAudit: Operation<Routes['listEnvironmentAudit']> = async (
  { audit },
  { query, make },
) => {
  const { tenantId, entityId, ...rest } = query;
  const page = wanted(rest);
  if (entityId !== undefined) {
    if (tenantId === undefined) throw invalid(NEEDS_TENANT, 'entityId');
    return answerOf(await audit.listAuditOf(tenantId, entityId, page, make.now));
  }
  return answerOf(await audit.listEnvironmentAudit(tenantId, page, make.now));
};
