import * as z from 'zod';
import { isOwnLogGroup, type LogsRules } from '../../../lambdas/sources/logs/logs-source.ts';

import { isEachOnce, sourceName, sourcesOf, tenantIdSchema, tenantsSchema } from './common.ts';
import { filterPatternProblem } from './filter-pattern.ts';

/** An event's source has at most 256 characters. A log group may have 512, and hardly one has. */
const logGroupName = z
  .string()
  .max(256)
  .regex(/^[\w./#-]+$/, 'expected the name of a log group, such as /aws/lambda/shop');

/** Lines of log groups of the environment's account and region. */
const logsSourceSchema = z
  .strictObject({
    name: sourceName,
    /**
     * Whose events the lines are: a tenant's; by log group; or that of the tenant that a member of the JSON record names, where it is
     * one of these. `otherwise` is the tenant of lines that name none, such as plain ones. Without it they go to quarantine.
     */
    tenant: z.union(
      [
        tenantIdSchema,
        z.strictObject({ byLogGroup: z.record(logGroupName, tenantIdSchema) }),
        z.strictObject({
          path: z
            .string()
            .max(100)
            .regex(/^[\w@-]+(\.[\w@-]+)*$/, 'expected names with dots between, such as context.tenant'),
          of: tenantsSchema,
          otherwise: tenantIdSchema.optional(),
        }),
      ],
      'expected the id of a tenant, such as ten_00000000000000000000000000, {"byLogGroup": {"/shop/app": "ten_…"}}, or where a JSON line names it and which it may name: {"path": "tenant", "of": ["ten_…"]}',
    ),
    /** They have to exist when the environment is deployed, and be of the Standard class. */
    logGroups: z.array(logGroupName).min(1).refine(isEachOnce, 'expected each log group once'),
    /** Only lines that meet it come, and are paid for. Left out, all. */
    filterPattern: z
      .string()
      .max(1024)
      .superRefine((pattern, { addIssue }) => {
        const message = filterPatternProblem(pattern);
        if (message) addIssue({ code: 'custom', message });
      })
      .optional(),
    /** The level of lines that name none. Left out, `info`. */
    level: z
      .string()
      .regex(/^[a-z0-9_+-]{1,32}$/, 'expected a level in lower case, such as info')
      .optional(),
    /**
     * Whether Lambda's own lines about invocations (START, END, REPORT and their JSON) are events too. Left out, only reports of
     * invocations that failed are.
     */
    platformLines: z.boolean().optional(),
    /**
     * Invocations at once, kept for this source and the most that it gets. Left out, what the account has left. What is over waits in
     * Lambda's own queue, for six hours at most.
     */
    concurrency: z.int().min(1).max(1000).optional(),
  })
  .superRefine(({ tenant, logGroups }, { addIssue }) => {
    if (typeof tenant === 'string' || !('byLogGroup' in tenant)) return;
    const groups = Object.keys(tenant.byLogGroup);
    const without = logGroups.find((group) => !groups.includes(group));
    const beyond = groups.find((group) => !logGroups.includes(group));
    const path = ['tenant', 'byLogGroup'];
    if (without) addIssue({ code: 'custom', path, message: `expected a tenant for ${without}` });
    if (beyond)
      addIssue({ code: 'custom', path, message: `expected log groups of logGroups alone, got ${beyond}` });
  })
  .refine(
    ({ logGroups }) =>
      logGroups.reduce((bytes, group) => bytes + STATEMENT_BYTES + group.length, 0) <= POLICY_BYTES,
    {
      path: ['logGroups'],
      message: 'expected fewer: each is a statement of the function’s policy, which may have 20 KB',
    },
  )
  .refine((settings) => JSON.stringify(rulesOf(settings)).length <= VARIABLE_BYTES, {
    path: ['tenant'],
    message: 'expected fewer tenants: they are a variable of the function, whose variables may have 4 KB',
  });

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const POLICY_BYTES = 20_000;
const STATEMENT_BYTES = 450;
const VARIABLE_BYTES = 2500;

/** AWS allows a log group two subscription filters. */
const MAX_FILTERS = 2;

/** Of all sources: each has a filter and a permission, and a stack may have 500 resources. */
const MAX_LOG_GROUPS = 40;

export type LogsSourceSettings = z.infer<typeof logsSourceSchema>;

export const logsSourcesSchema = sourcesOf(logsSourceSchema).superRefine((sources, { addIssue }) => {
  const groups = sources.flatMap(({ logGroups }) => logGroups);
  const busy = groups.find((group) => groups.filter((each) => each === group).length > MAX_FILTERS);
  if (busy !== undefined)
    addIssue({
      code: 'custom',
      message: `expected ${busy} in at most ${MAX_FILTERS} sources, as AWS allows a log group ${MAX_FILTERS} subscription filters`,
    });
  if (groups.length > MAX_LOG_GROUPS)
    addIssue({ code: 'custom', message: `expected at most ${MAX_LOG_GROUPS} log groups in all` });
});

/** What the function reads of a source. */
export const rulesOf = ({
  name,
  tenant,
  level = 'info',
  platformLines,
}: Omit<LogsRules, 'level'> & { readonly level?: string | undefined }): LogsRules => ({
  name,
  tenant,
  level,
  ...(platformLines !== undefined && { platformLines }),
});

/** What is wrong with log groups of an environment's sources: lines of its own would become events without end. */
export const ownLogGroupProblems = (
  environment: string,
  sources: readonly LogsSourceSettings[] = [],
): readonly string[] =>
  sources.flatMap(({ name, logGroups }) =>
    logGroups
      .filter((group) => isOwnLogGroup(environment, group))
      .map(
        (group) =>
          `sources.logs: expected log groups of others in ${name}: what handles lines of ${group} writes to it`,
      ),
  );
